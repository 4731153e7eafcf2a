"""Rows of a workbook (xlsx)."""

import logging
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from handlers.learning.row_files.header import table_of
from handlers.learning.row_files.table import MOST_ROWS, Row, Table, cell_of, check_columns
from handlers.types import UserError

MOST_UNPACKED_BYTES = 100_000_000
"""A million short rows take less; a workbook of zeros that is packed into a kilobyte takes more."""
_MOST_PARTS = 1_000
_BEGIN_BYTES = 4_096

log = logging.getLogger(__name__)


def workbook(source: BinaryIO) -> Table:
    """Return the table of the sheet on which a workbook opens, formulas as their last results.

    Raises:
        UserError: it is none, it is damaged, too large, or has no rows.
    """
    _check_parts(source)
    return table_of(lambda: _rows(source), {"sheet": _title(source)}, has_short_rows=True)


def _check_parts(source: BinaryIO) -> None:
    """No more is ever unpacked of a part than it says here."""
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as packed:
            parts = packed.infolist()
            size = sum(part.file_size for part in parts)
            if size > MOST_UNPACKED_BYTES or len(parts) > _MOST_PARTS:
                raise UserError("import_unpacked", maximum=MOST_UNPACKED_BYTES)
            if any(_declares_types(packed, part) for part in parts):
                raise UserError("import_damaged", format="Excel")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        log.info("a workbook could not be unpacked: %s", error)
        raise UserError("import_damaged", format="Excel") from error


def _declares_types(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """No workbook has a DOCTYPE: it would only define a short word that stands for a long text."""
    with packed.open(part) as content:
        return b"<!DOCTYPE" in content.read(_BEGIN_BYTES)


def _rows(source: BinaryIO) -> Iterator[Row]:
    with _sheet(source) as sheet:
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > MOST_ROWS:
                raise UserError("import_rows", maximum=MOST_ROWS)
            check_columns(len(values))
            if any(value not in {None, ""} for value in values):
                yield Row(number, tuple(cell_of(value) for value in values))


def _title(source: BinaryIO) -> str:
    with _sheet(source) as sheet:
        return str(sheet.title)


@contextmanager
def _sheet(source: BinaryIO) -> Iterator[ReadOnlyWorksheet]:
    """Whatever is wrong with the XML in it comes out as whatever openpyxl stumbles over."""
    warnings.filterwarnings("ignore", module="openpyxl")  # of what a program for tables would lose
    source.seek(0)
    try:
        book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
        sheet = next(iter(book.worksheets)) if book.active is None else book.active
        sheet.reset_dimensions()  # what it says of itself may be false
        yield sheet
    except UserError:
        raise
    except Exception as error:
        log.info("a workbook could not be read: %r", error)
        raise UserError("import_damaged", format="Excel") from error
