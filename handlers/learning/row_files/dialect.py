"""How a file of separated values is written: what stands between its cells, and around them.

The dialect is taken in which most lines belong to rows of one width, as in van den Burg, Nazábal
and Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019); a first line that
names a text or a label decides.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.learning.row_files.column_names import names_a_column
from handlers.learning.row_files.feed import Feed
from handlers.learning.row_files.table import MOST_COLUMNS
from handlers.types import UserError

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (",", "\t", ";", "|")
_ONE_COLUMN = 0.5
"""What a file of one column is worth, so that the commas of its sentences are no columns."""
_NAMED = 1.0
_A_CELL_MORE = 1e-4
_NO_CELL = "\x1f"
_WRAPPED = re.compile(r'\s*".*"\s*', re.DOTALL)
_OF_LINE, _OF_WRAPPED = 2, 1
"""What a line is worth, and one of which a cell stands in quotation marks that are to be kept."""
_MOST_OPEN_QUOTES = 100
"""Each is looked for through a good part of the file; a file with more is not quoted at all."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A row, and what it was made of."""

    number: int
    """Of its first line."""
    cells: list[str] | None
    """None: its quotation marks are astray."""
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What stands between cells and around them."""

    delimiter: str | None
    """None: each line is one cell."""
    quote: str | None = '"'
    """None: every quotation mark is itself."""
    escape: str | None = None
    """What stands before a quotation mark that is itself; None: it is doubled."""

    def rows(self, lines: Iterable[str]) -> Iterator[Cut]:
        """Take lines apart; where marks are astray, one line is lost and the next begins anew.

        Raises:
            UserError: too many marks open and never close.
        """
        feed = Feed(iter(lines))
        reader, open_quotes = self._reader(feed), 0
        while True:
            feed.taken.clear()
            number = feed.number + 1
            cells = None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                pass
            is_good = cells is not None and not self._swallows_rows(cells)
            taken = tuple(feed.taken)
            if not is_good:
                open_quotes += len(taken) > 1
                if open_quotes > _MOST_OPEN_QUOTES:
                    raise UserError("import_open_quotes", line=number, maximum=_MOST_OPEN_QUOTES)
                feed.give_again()
            yield Cut(number, cells if is_good else None, taken)

    def _reader(self, lines: Iterable[str]) -> "Reader":
        """Return what takes lines apart, and refuses what is not in this dialect."""
        return csv.reader(
            lines,
            delimiter=self.delimiter or _NO_CELL,
            quotechar=self.quote,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape,
            doublequote=self.escape is None,
            strict=True,
        )

    def _swallows_rows(self, cells: Sequence[str]) -> bool:
        """Every line of what stands between two stray marks has its tabs."""
        if self.delimiter != "\t":
            return False
        return any(all("\t" in line for line in cell.split("\n")[:-1] or [""]) for cell in cells)


def dialect_of(sample: Sequence[str]) -> Dialect:
    """Return the dialect of a file, given its first lines; of equals, the usual one."""
    candidates = [
        Dialect(delimiter, quote, escape)
        for delimiter in (*DELIMITERS, None)
        for quote, escape in _quotings("".join(sample), delimiter)
    ]
    return max(candidates, key=lambda one: _score(one, sample))


def _quotings(sample: str, delimiter: str | None) -> Sequence[tuple[str | None, str | None]]:
    quotings: list[tuple[str | None, str | None]] = [('"', None), (None, None)]
    if '\\"' in sample:
        quotings.append(('"', "\\"))
    if delimiter and f"'{delimiter}'" in sample:
        quotings.append(("'", None))
    return quotings


def _score(dialect: Dialect, sample: Sequence[str]) -> float:
    """The share of the lines that belong to rows of the commonest width."""
    lines, is_named = _lines_by_width(dialect, sample)
    filled = sum(1 for line in sample if line.strip()) or 1
    [(width, covered)] = lines.most_common(1) or [(0, 0)]
    share = min(covered / _OF_LINE / filled, 1.0)
    if dialect.delimiter is None:
        return share * _ONE_COLUMN
    return (share + width * _A_CELL_MORE + is_named * _NAMED) if width > 1 else 0.0


def _lines_by_width(dialect: Dialect, sample: Sequence[str]) -> tuple[Counter[int], bool]:
    """How many lines belong to rows of each width, and whether the first names a column."""
    found: Counter[int] = Counter()
    first: Sequence[str] = ()
    with suppress(UserError):
        for row in dialect.rows(sample):
            if row.cells:
                first = first or row.cells
                found[len(row.cells)] += len(row.lines) * _worth(dialect, row.cells)
    return found, any(map(names_a_column, first[:MOST_COLUMNS]))


def _worth(dialect: Dialect, cells: Sequence[str]) -> int:
    is_wrapped = dialect.quote is None and any(map(_WRAPPED.fullmatch, cells))
    return _OF_WRAPPED if is_wrapped else _OF_LINE
