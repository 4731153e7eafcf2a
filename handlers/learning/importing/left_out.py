"""The rows that were left out, as a file to mend and import again."""

import csv
import io
from collections.abc import Callable, Iterable

from handlers.learning.importing.sorting import LeftOut
from handlers.learning.row_files.formulas import defused
from handlers.learning.row_files.table import Reason

MOST_BYTES = 4_000_000
"""Every platform takes a file of this size."""


class LeftOutFile:
    """Gathers rows as csv, with the mark by which a program for tables knows UTF-8."""

    def __init__(self, columns: tuple[str, str, str, str], say: Callable[[Reason], str]) -> None:
        """`columns` are the names of line, reason, text and label; `say` puts a reason in words."""
        self._content = io.BytesIO("\ufeff".encode())
        self._content.seek(0, io.SEEK_END)
        self._say = say
        self.rows = 0
        self.missing = 0
        """Rows for which there was no more room."""
        self._write(columns)

    def add(self, rows: Iterable[LeftOut]) -> None:
        """Put rows into the file as long as there is room."""
        for row in rows:
            if self._content.tell() > MOST_BYTES:
                self.missing += 1
                continue
            self._write((str(row.line), self._say(row.reason), row.text, row.label))
            self.rows += 1

    @property
    def content(self) -> bytes:
        """The whole file."""
        return self._content.getvalue()

    def _write(self, cells: Iterable[str]) -> None:
        line = io.StringIO()
        csv.writer(line).writerow([defused(cell) for cell in cells])
        self._content.write(line.getvalue().encode())
