"""The files that make up one split of a data set, as one file of JSON lines.

Each is read as it is written and let go before the next one comes; nothing of the rows is lost but
what their cells looked like.
"""

import io
import json
from collections.abc import Iterator, Sequence

from handlers.learning.row_files.label_numbers import with_names
from handlers.learning.row_files.opening import open_table
from handlers.learning.row_files.table import BadRow, Cell, Odd, Row, Table
from handlers.types import UserError
from models.hub.data_set import DataFile
from models.units import MB

MOST_BYTES = 100_000_000
"""Of all files of a split, and of their rows once they are read."""
TYPE = "jsonl"
_ODD = [[None]]
"""Read again, it is none of what could stand there either."""


class Joined:
    """The rows of files that came one after another."""

    def __init__(self, name: str) -> None:
        """`name` is how people know all of it."""
        self._name = name
        self._columns: tuple[str, ...] | None = None
        self._written = io.BytesIO()

    @property
    def content(self) -> bytes:
        """All rows so far."""
        return self._written.getvalue()

    def add(self, file: DataFile, content: bytes) -> None:
        """Add the rows of one file. Blocks: call it in a thread.

        Raises:
            UserError: it cannot be read, has other columns than the first, or it is too much.
        """
        suffix = file.path.rpartition(".")[2].lower()
        table = with_names(open_table(io.BytesIO(content), suffix), file.label_names)
        self._columns = self._columns or table.columns
        if set(table.columns) != set(self._columns):
            raise UserError("hub_other_columns", name=file.path, split=self._name)
        for line in _lines(table):
            self._written.write(line)
            check_size(self._name, self._written.tell())


def splits_of(files: Sequence[DataFile]) -> Sequence[Sequence[DataFile]]:
    """Return the files of each split that has several and is not too large, in their order."""
    found: dict[tuple[str, str], list[DataFile]] = {}
    for one in files:
        if one.split is not None:
            found.setdefault((one.config, one.split), []).append(one)
    return [each for each in found.values() if len(each) > 1 and size_of(each) <= MOST_BYTES]


def name_of(files: Sequence[DataFile]) -> str:
    """Return what the files of a split are called together."""
    return f"{files[0].config} · {files[0].split} ({len(files)})"


def size_of(files: Sequence[DataFile]) -> int:
    """Return how large files are together, in bytes."""
    return sum(one.size for one in files)


def check_size(name: str, size: int, most: int = MOST_BYTES) -> None:
    """Raise a `UserError` where something has more bytes than are taken."""
    if size > most:
        facts = {"size_mb": -(-size // MB), "limit_mb": most // MB}
        raise UserError("hub_too_large", name=name, **facts)


def _lines(table: Table) -> Iterator[bytes]:
    for row in table.rows():
        yield json.dumps(_value(row, table.columns), ensure_ascii=False).encode() + b"\n"


def _value(row: Row | BadRow, columns: Sequence[str]) -> object:
    """An object; a row that is none stays none, so that it is counted among those left out."""
    if isinstance(row, BadRow):
        return str(row.reason)
    return {name: _plain(cell) for name, cell in zip(columns, row.cells, strict=True)}


def _plain(cell: Cell) -> object:
    return _ODD if isinstance(cell, Odd) else cell
