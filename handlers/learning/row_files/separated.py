"""Rows of csv, tsv and their kin."""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from handlers.learning.row_files.dialect import Dialect, dialect_of
from handlers.learning.row_files.formulas import undefused
from handlers.learning.row_files.header import table_of
from handlers.learning.row_files.lines import encoding_in, lines_of
from handlers.learning.row_files.table import BadRow, Reason, Row, Table, check_columns, text_cell
from handlers.types import UserError

_SAMPLE_LINES = 1_000
_SAMPLE_CHARACTERS = 300_000
_MOST_OPEN_QUOTES = 100
"""Each is looked for through a good part of the file; a file with more is not quoted at all."""


def separated(source: BinaryIO) -> Table:
    """Return the table of a file of separated values, with its encoding and dialect.

    Raises:
        UserError: it has no rows, too many columns, or is no text at all.
    """
    encoding = encoding_in(source)
    dialect = dialect_of(_sample(source, encoding))

    def rows() -> Iterator[Row | BadRow]:
        return _rows(lines_of(source, encoding), dialect)

    return table_of(rows, _found(encoding, dialect))


def _sample(source: BinaryIO, encoding: str) -> list[str]:
    sample: list[str] = []
    left = _SAMPLE_CHARACTERS
    for line in islice(lines_of(source, encoding), _SAMPLE_LINES):
        sample.append(line)
        left -= len(line)
        if left < 0:
            break
    return sample


def _found(encoding: str, dialect: Dialect) -> dict[str, str]:
    found = {"encoding": encoding}
    if dialect.delimiter:
        found |= {"delimiter": dialect.delimiter, "quote": dialect.quote or ""}
    return found


class _Feed:
    """Lines of which some can be given again, where a quotation mark was no beginning of a cell."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self.number += 1
        return line

    def give_again(self) -> None:
        """All but the first of the lines that were taken."""
        _, *others = self.taken
        self._again.extendleft(reversed(others))
        self.number -= len(others)


def _rows(lines: Iterator[str], dialect: Dialect) -> Iterator[Row | BadRow]:
    feed = _Feed(lines)
    reader = dialect.reader(feed)
    open_quotes = 0
    while True:
        feed.taken.clear()
        line = feed.number + 1
        try:
            cells = next(reader)
            is_good = not _swallows_rows(cells, dialect)
        except StopIteration:
            return
        except csv.Error:
            is_good = False
        if not is_good:
            open_quotes += len(feed.taken) > 1
            if open_quotes > _MOST_OPEN_QUOTES:
                raise UserError("import_open_quotes", line=line, maximum=_MOST_OPEN_QUOTES)
            feed.give_again()
            yield BadRow(line, _reason(feed.taken))
        elif any(cell.strip() for cell in cells):
            check_columns(len(cells))
            yield Row(line, tuple(text_cell(undefused(cell)) for cell in cells))


def _reason(taken: list[str]) -> Reason:
    is_long = len(taken) == 1 and len(taken[0]) > csv.field_size_limit()
    return Reason.TOO_LONG if is_long else Reason.QUOTE


def _swallows_rows(cells: list[str], dialect: Dialect) -> bool:
    """Every line of what stands between two stray marks has its tabs."""
    if dialect.delimiter != "\t":
        return False
    return any(all("\t" in line for line in cell.split("\n")[:-1] or [""]) for cell in cells)
