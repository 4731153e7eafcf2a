"""Rows of csv, tsv and their kin."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from handlers.learning.row_files.dialect import Dialect, dialect_of
from handlers.learning.row_files.formulas import undefused
from handlers.learning.row_files.header import table_of
from handlers.learning.row_files.lines import encoding_in, lines_of
from handlers.learning.row_files.table import BadRow, Reason, Row, Table, check_columns, text_cell

_SAMPLE_LINES = 1_000
_SAMPLE_CHARACTERS = 300_000


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


def _rows(lines: Iterator[str], dialect: Dialect) -> Iterator[Row | BadRow]:
    for row in dialect.rows(lines):
        if row.cells is None:
            yield BadRow(row.number, _reason(row.lines), row.lines[0].strip())
        elif any(cell.strip() for cell in row.cells):
            check_columns(len(row.cells))
            yield Row(row.number, tuple(text_cell(undefused(cell)) for cell in row.cells))


def _reason(taken: Sequence[str]) -> Reason:
    is_long = len(taken) == 1 and len(taken[0]) > csv.field_size_limit()
    return Reason.TOO_LONG if is_long else Reason.QUOTE
