"""What a file of rows is, whatever it was written in."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum, StrEnum, auto

from handlers.types import UserError

MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
MOST_CELL_CHARACTERS = 100_000
"""Far more than any model reads; it keeps one cell from taking all memory."""


class Odd(Enum):
    """What stands where a text or label could stand, and is none."""

    NESTED = auto()
    """A table or list within a cell, or bytes."""
    TOO_LONG = auto()
    BROKEN = auto()
    """Characters that no text holds: a zero, or half of a character."""


Cell = str | tuple[str, ...] | Odd | None
"""Several texts where a column holds lists, as of labels that hold at once."""


class Reason(StrEnum):
    """Why a row is left out."""

    RAGGED = "ragged"
    """It has more or fewer cells than there are columns."""
    QUOTE = "quote"
    """A quotation mark stands alone in it."""
    NOT_JSON = "not_json"
    EMPTY = "empty"
    NO_TEXT = "no_text"
    TOO_LONG = "too_long"
    UNKNOWN_LABEL = "unknown_label"
    SEVERAL_LABELS = "several_labels"
    TWICE = "twice"
    """The same text stands in an earlier line, with the same label."""
    CONTRADICTED = "contradicted"
    """The same text stands in the file with another label."""


@dataclass(frozen=True, slots=True)
class Row:
    """A cell for each column, and the line of the file, from 1, on which they begin."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line of which the cells cannot be told."""

    line: int
    reason: Reason
    written: str = ""
    """What stands there, as far as that can be shown."""


@dataclass(frozen=True, slots=True)
class Table:
    """The named columns of a file, and its rows, which can be read as often as needed."""

    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row | BadRow]]
    found: Mapping[str, str] = field(default_factory=dict)
    """What was found out about how the file is written: encoding, delimiter, quote, sheet."""


def check_columns(count: int) -> None:
    """Raise a `UserError` where there are more columns than anybody chooses from."""
    if count > MOST_COLUMNS:
        raise UserError("import_columns", columns=count, maximum=MOST_COLUMNS)


def counted(rows: Iterator[Row | BadRow]) -> Iterator[Row | BadRow]:
    """Let no more rows through than are imported at once.

    Raises:
        UserError: there are more.
    """
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise UserError("import_rows", maximum=MOST_ROWS)
        yield row


def cell_of(value: object) -> Cell:
    """Return what a value of JSON, Parquet or a workbook is as text."""
    if isinstance(value, list | tuple):
        cells = [cell_of(each) for each in value]
        texts = tuple(each for each in cells if isinstance(each, str))
        return texts if len(texts) == len(cells) else Odd.NESTED
    return _scalar(value)


def listed(text: str) -> tuple[str, ...] | None:
    """Return the texts of a list of JSON that stands in one cell; None where it is none."""
    if not text.lstrip().startswith("["):
        return None
    try:
        cell = cell_of(json.loads(text))
    except (ValueError, RecursionError):
        return None
    return cell if isinstance(cell, tuple) else None


def text_cell(text: str) -> Cell:
    """Return a text as a cell, unless it is none."""
    if len(text) > MOST_CELL_CHARACTERS:
        return Odd.TOO_LONG
    if "\0" in text or not _is_whole(text):
        return Odd.BROKEN
    return text


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns of which none is empty or there twice, so that each can be chosen."""
    found: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        wanted = " ".join(name.split()) or str(place)
        free, number = wanted, 1
        while free in found:
            number += 1
            free = f"{wanted} ({number})"
        found[free] = None
    return tuple(found)


def _scalar(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return value and text_cell(value)
    match value:
        case bool():
            return str(value).lower()
        case float() if value.is_integer():  # a workbook has no whole numbers
            return str(int(value))
        case int() | float():
            return str(value)
        case date() | time():
            return value.isoformat()
    return Odd.NESTED


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
