"""The front matter of a checkpoint's README.md: what its author says about it.

Source: https://huggingface.co/docs/hub/model-cards#model-card-metadata
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from models.reports import Figure

TRAINED_FROM = "trained_from"
"""Our own word for a base that is no repository of the Hub, which `base_model` has to be."""
_LARGEST_CHARACTERS = 65_536
_MOST_WORDS = 100
_REMEMBERED = 256
_LONGEST_HEADING = 80
_HEADING = re.compile(r"^# +(\S.*)$", re.MULTILINE)
_MEASURES = ("accuracy", "f1")


@dataclass(frozen=True, slots=True)
class Card:
    """What we show of a model card. Empty and None where it says nothing."""

    languages: tuple[str, ...] = ()
    licence: str | None = None
    base: str | None = None
    heading: str | None = None
    figure: Figure | None = None


def read_card(folder: Path) -> Card:
    """Read README.md; a missing or malformed card says nothing, and is no reason to fail."""
    return _card_of(_text(folder / "README.md"))


@lru_cache(_REMEMBERED)
def _card_of(text: str) -> Card:
    """Read a card; to parse its YAML takes a thousand times as long as to read the file again."""
    front, body = _split(text)
    values = _front_matter(front)
    licence = _words(values.get("license"))
    bases = _words(values.get("base_model")) or _words(values.get(TRAINED_FROM))
    named = _words(values.get("license_name"))
    return Card(
        languages=_words(values.get("language")),
        licence=(named if licence == ("other",) and named else licence or (None,))[0],
        base=", ".join(bases) or None,
        heading=_heading(body),
        figure=next(_figures(values.get("model-index")), None),
    )


def _text(path: Path) -> str:
    try:
        if not path.is_file():  # such as a pipe, which would be waited for
            return ""
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LARGEST_CHARACTERS)
    except OSError:
        return ""


def _split(text: str) -> tuple[str, str]:
    """Return the YAML between its two marks, where # begins a comment, and the text below."""
    parts = text.split("---", 2)
    return (parts[1], parts[2]) if text.startswith("---") and parts[2:] else ("", text)


def _front_matter(front: str) -> dict[str, Any]:
    """Return what it says; nothing of one with aliases, which no card needs.

    Aliases of aliases, and merges of them, make gigabytes of a line.
    """
    # Imported here: reading config.json for a list of names must not wait for it.
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(front)):
            return {}
        values = yaml.safe_load(front)
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, TypeError, OverflowError):
        return {}
    return values if isinstance(values, dict) else {}


def _heading(body: str) -> str | None:
    """Return the first heading, in one line."""
    found = _HEADING.search(body)
    return " ".join(found[1].split())[:_LONGEST_HEADING] or None if found else None


def _figures(index: object) -> Iterator[Figure]:
    """Yield what the author measured.

    Source: https://huggingface.co/docs/hub/model-cards#evaluation-results
    """
    for model in _mappings(index):
        for result in _mappings(model.get("results")):
            dataset = result.get("dataset")
            for metric in _mappings(result.get("metrics")):
                share = _share(metric.get("value"))
                measure = next(iter(_words(metric.get("type"))), "")
                if isinstance(dataset, Mapping) and share is not None and measure in _MEASURES:
                    name = next(iter(_words(dataset.get("name"))), "")
                    yield Figure(measure, share, name[:_LONGEST_HEADING])


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _share(value: object) -> float | None:
    """Return a figure as a share of 1; authors write 0.9 as well as 90."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:  # noqa: PLR2004
        return None
    return float(value) if value <= 1 else value / 100


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        # YAML reads the language code `no` as False. Aliases in aliases make gigabytes of a line.
        scalars = (each for each in value if isinstance(each, str | int | float))
        return tuple("no" if each is False else str(each) for each in islice(scalars, _MOST_WORDS))
    return ("no",) if value is False else ()
