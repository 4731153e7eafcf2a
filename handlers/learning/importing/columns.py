"""Which column of a file holds the texts and which the labels: told, named, or to be seen."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from handlers.learning.row_files.column_names import label_rank, text_rank
from handlers.learning.row_files.table import Cell, Odd, Row, Table
from handlers.types import UserError
from models.canonical import folded, one_line

_SAMPLE_ROWS = 1_000
_MOST_LABELS = 100
_LONGEST_LABEL = 40
"""On average: descriptions of a kind are no labels."""
_FEWEST_CHARACTERS = 5
"""On average: what is shorter is a name or a number, no text."""
_MOSTLY = 0.9
_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns that are imported."""

    text: int
    label: int | None
    """None: the file has no labels."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Several columns may be meant: whoever imports chooses, the likeliest stand first."""

    text: tuple[str, ...]
    label: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the first rows have in one column."""

    place: int
    name: str
    texts: tuple[str, ...]
    """Of lists, each of their texts."""
    is_list: bool
    is_odd: bool

    @property
    def length(self) -> float:
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    @property
    def kinds(self) -> int:
        return len(set(self.texts))


def find_columns(
    table: Table, labels: Collection[str], text: str | None = None, label: str | None = None
) -> Columns | Undecided:
    """Return which columns are imported.

    Args:
        table: of the file.
        labels: names that the dataset has; a column that is full of them holds the labels.
        text: what somebody says is the column of the texts.
        label: the same of the labels.

    Raises:
        UserError: no column is called as somebody says, or none can hold texts.
    """
    seen = _looked_at(table)
    texts = [_named(seen, text)] if text else _texts(seen)
    if not texts:
        raise UserError("import_no_text_column", columns=shown(table.columns))
    if len(texts) == 1 and not label:
        found = _labels([one for one in seen if one is not texts[0]], labels)
    else:
        found = [_named(seen, label)] if label else _labels(seen, labels)
    if len(texts) == 1 and len(found) <= 1:
        return Columns(texts[0].place, found[0].place if found else None)
    return Undecided(tuple(one.name for one in texts), tuple(one.name for one in found))


def text_column(table: Table) -> int:
    """Return the place of the column that most likely holds the texts.

    Raises:
        UserError: none can.
    """
    texts = _texts(_looked_at(table))
    if not texts:
        raise UserError("import_no_text_column", columns=shown(table.columns))
    return texts[0].place


def shown(columns: Sequence[str]) -> list[str]:
    """Return the first names of columns, as they can be shown."""
    return [one_line(name) for name in columns[:_MOST_SHOWN]] + ["…"] * (len(columns) > _MOST_SHOWN)


def _looked_at(table: Table) -> Sequence[_Seen]:
    rows = [row.cells for row in islice(table.rows(), _SAMPLE_ROWS) if isinstance(row, Row)]
    return [
        _seen(place, name, [cells[place] for cells in rows])
        for place, name in enumerate(table.columns)
    ]


def _seen(place: int, name: str, cells: Sequence[Cell]) -> _Seen:
    texts = tuple(text for cell in cells for text in _texts_in(cell) if text.strip())
    is_list = any(isinstance(cell, tuple) for cell in cells)
    is_odd = bool(cells) and all(cell is Odd.NESTED or cell is None for cell in cells)
    return _Seen(place, name, texts, is_list, is_odd)


def _texts_in(cell: Cell) -> Iterator[str]:
    if isinstance(cell, str):
        yield cell
    elif isinstance(cell, tuple):
        yield from cell


def _named(seen: Sequence[_Seen], name: str) -> _Seen:
    forms: tuple[Callable[[str], str], ...] = (str, folded)
    for form in forms:
        found = [one for one in seen if form(one.name) == form(name)]
        if len(found) == 1:
            return found[0]
    raise UserError("import_no_column", name=name, columns=shown([one.name for one in seen]))


def _texts(seen: Sequence[_Seen]) -> Sequence[_Seen]:
    """The columns that may hold the texts: the one whose name says so, else what looks like it."""
    readable = [one for one in seen if not one.is_odd and not one.is_list]
    ranked = [(rank, one) for one in readable if (rank := text_rank(one.name)) is not None]
    if ranked:
        return [min(ranked, key=lambda pair: pair[0])[1]]
    others = [one for one in readable if label_rank(one.name) is None]
    wordy = [one for one in others if one.length >= _FEWEST_CHARACTERS and not _is_numbers(one)]
    varied = [one for one in wordy if one.kinds > len(one.texts) / 2]
    return sorted(varied or wordy or others, key=lambda one: -one.length)


def _labels(seen: Sequence[_Seen], labels: Collection[str]) -> Sequence[_Seen]:
    """The columns that may hold the labels: one full of known ones, one named so, or few kinds."""
    names = {folded(label) for label in labels}
    known = [one for one in seen if _share(one, names) >= _MOSTLY]
    if known:
        return known[:1]
    ranked = [(rank, one) for one in seen if (rank := label_rank(one.name)) is not None]
    if ranked:
        return [min(ranked, key=lambda pair: pair[0])[1]]
    return [one for one in seen if not one.is_odd and _are_few_kinds(one)]


def _share(one: _Seen, names: Collection[str]) -> float:
    known = sum(folded(text) in names for text in one.texts)
    return known / len(one.texts) if one.texts else 0.0


def _are_few_kinds(one: _Seen) -> bool:
    """Each of several comes twice at least, as labels do."""
    most = min(_MOST_LABELS, len(one.texts) // 2)
    return 1 < one.kinds <= most and one.length <= _LONGEST_LABEL


def _is_numbers(one: _Seen) -> bool:
    numbers = sum(text.replace(".", "", 1).lstrip("-").isdecimal() for text in one.texts)
    return numbers > len(one.texts) / 2
