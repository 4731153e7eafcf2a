"""A file of rows, read as what it is, whatever it is called.

What reads Parquet and workbooks is imported when the first comes, since nothing else needs it.
"""

from typing import BinaryIO

from handlers.learning.row_files.json_rows import json_rows
from handlers.learning.row_files.separated import separated
from handlers.learning.row_files.table import Table
from handlers.types import UserError

TYPES = ("csv", "tsv", "txt", "jsonl", "json", "parquet", "xlsx")
_BEGIN_BYTES = 24
_PARQUET = b"PAR1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_POINTER = b"version https://git-lfs."
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""Also a workbook with a password."""


def open_table(source: BinaryIO, file_type: str) -> Table:
    """Return the rows of a file, which stays open as long as they are read.

    Args:
        source: of bytes; it can be read from any place.
        file_type: what its name ends in, such as `csv`.

    Raises:
        UserError: it cannot be read, as the sentence says.
    """
    source.seek(0)
    begin = source.read(_BEGIN_BYTES)
    if begin.startswith(_PARQUET):
        from handlers.learning.row_files.parquet import parquet  # noqa: PLC0415

        return parquet(source)
    if begin.startswith(_ZIP):
        from handlers.learning.row_files.workbook import workbook  # noqa: PLC0415

        return workbook(source)
    if begin.startswith(_POINTER):
        raise UserError("import_pointer")
    if begin.startswith(_OLD_OFFICE):
        raise UserError("import_old_workbook")
    if file_type in {"parquet", "xlsx"}:
        raise UserError("import_damaged", format="Parquet" if file_type == "parquet" else "Excel")
    if file_type in {"json", "jsonl"}:
        return json_rows(source)
    return separated(source)
