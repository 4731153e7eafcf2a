"""A table as somebody wants to see it: which columns and rows, and in what order; pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from multidict import MultiMapping

from bot.answering.words import clean
from handlers.types import Table

_LONGEST_WORDS = 100
_PLACE = re.compile(r"\d{1,3}", re.ASCII)
_NUMBER = re.compile(r"(?:[#▶ ]*)(-?\d[\d,]*(?:\.\d+)?)(?: ?(?:%|ms|MB|s))?\*?(?: \(.*\))?")
_SHARE = re.compile(r"(-?\d+(?:\.\d+)?) ?%")
_NOTHING = ("", "–")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of a page asks of its table; all of it may be a stranger's."""

    words: str = ""
    """All of them stand in each row that is shown."""
    columns: frozenset[int] = frozenset()
    """Those that are shown beside the first; none: all."""
    by: int | None = None
    """The column that the rows are sorted by; None: as they came."""
    is_down: bool = False
    others: tuple[tuple[str, str], ...] = ()
    """What else the address says, such as of which model."""

    @classmethod
    def read(cls, query: MultiMapping[str], others: Mapping[str, str] | None = None) -> Self:
        """Read what stands behind the question mark; what makes no sense is left out."""
        columns = [_place(one) for one in query.getall("column", [])]
        return cls(
            clean(query.get("words", ""))[:_LONGEST_WORDS],
            frozenset(one for one in columns if one is not None),
            _place(query.get("by", "")),
            query.get("down") == "yes",
            tuple((others or {}).items()),
        )

    def shows(self, column: int) -> bool:
        """Tell whether a column is shown: the first says what a row is of."""
        return column == 0 or not self.columns or column in self.columns

    def sorted_by(self, column: int) -> str:
        """Return the address of the same table sorted by a column; a second time, the other way."""
        again = self.by == column and not self.is_down
        return replace(self, by=column, is_down=again).address

    @property
    def address(self) -> str:
        """What stands behind the question mark of the page that shows it so."""
        pairs = [*self.others]
        pairs += [("words", self.words)] if self.words else []
        pairs += [("column", str(one)) for one in sorted(self.columns)]
        pairs += [] if self.by is None else [("by", str(self.by))]
        return "?" + urlencode([*pairs, *([("down", "yes")] if self.is_down else [])])


@dataclass(frozen=True, slots=True)
class Seen:
    """A table as it is shown."""

    columns: Sequence[tuple[int, str]]
    """With their numbers."""
    rows: Sequence[Sequence[str]]
    of: int
    """So many rows there are."""


def seen(table: Table, wanted: Wanted, *, is_sorted: bool = False) -> Seen:
    """Return a table as it is wanted.

    Args:
        table: as a handler gave it.
        wanted: by the address of the page.
        is_sorted: the handler has sorted it, the best first, so there is only the other way round.
    """
    words = wanted.words.casefold().split()
    rows = [row for row in table.rows if _has(row, words)]
    if is_sorted:
        rows = rows[::-1] if wanted.is_down else rows
    elif wanted.by is not None and wanted.by < len(table.columns):
        rows = _sorted(rows, wanted.by, is_down=wanted.is_down)
    shown = [place for place in range(len(table.columns)) if wanted.shows(place)]
    columns = [(place, table.columns[place]) for place in shown]
    cells = [[row[place] for place in shown if place < len(row)] for row in rows]
    return Seen(columns, cells, len(table.rows))


def _place(typed: str) -> int | None:
    return int(typed) if _PLACE.fullmatch(typed) else None


def _has(row: Iterable[str], words: Sequence[str]) -> bool:
    text = "\n".join(row).casefold()
    return all(word in text for word in words)


def _sorted(
    rows: Sequence[tuple[str, ...]], column: int, *, is_down: bool
) -> list[tuple[str, ...]]:
    """Sort by numbers where all of a column are; where there is nothing, it comes last."""
    there = [row for row in rows if row[column] not in _NOTHING]
    numbers = {row[column]: _number(row[column]) for row in there}
    if all(number is not None for number in numbers.values()):
        there.sort(key=lambda row: numbers[row[column]] or 0.0, reverse=is_down)
    else:
        there.sort(key=lambda row: row[column].lstrip("▶ ").casefold(), reverse=is_down)
    return there + [row for row in rows if row[column] in _NOTHING]


def _number(cell: str) -> float | None:
    found = _NUMBER.fullmatch(cell) or _SHARE.search(cell)
    return float(found[1].replace(",", "")) if found else None
