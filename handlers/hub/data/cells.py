"""What stands in the rows of strangers' data, each in a line and a length."""

import json
from collections.abc import Iterator, Sequence

from handlers.learning.row_files.table import Cell, Odd
from handlers.texts import say
from handlers.types import Language
from models.canonical import one_line
from models.hub.repository import Feature

_SHOWN = 120
_MOST_FEATURES = 12
_MOST_NAMES = 20


def viewer_cell(value: object, feature: Feature) -> str:
    """Return a value of the viewer; a ClassLabel by its name and number."""
    is_number = type(value) is int and 0 <= value < len(feature.names)
    if is_number:
        assert isinstance(value, int)
        return f"{one_line(feature.names[value])} ({value})"
    if value is None or value == "":
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return _line(text)


def plain_cell(cell: Cell) -> str:
    """Return a cell of a file; names stand there in the place of numbers."""
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, Odd):
        return "…"
    return _line(cell if isinstance(cell, str) else ", ".join(cell))


def feature_lines(features: Sequence[Feature], language: Language) -> Iterator[str]:
    """Say what the columns are, with the names of labels."""
    typed = [one for one in features if one.type or one.names][:_MOST_FEATURES]
    for one in typed:
        kind = one_line(one.type or "ClassLabel")
        names = ", ".join(f"{n} {one_line(name)}" for n, name in enumerate(one.names[:_MOST_NAMES]))
        more = " …" if len(one.names) > _MOST_NAMES else ""
        key = "hub.feature_names" if names else "hub.feature"
        yield say(language, key, name=one_line(one.name), type=kind, names=names + more)


def _line(text: str) -> str:
    return one_line(text, _SHOWN) or "–"
