"""Files that go along with an answer: a text, or a spreadsheet that runs nothing."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from handlers.learning.row_files.formulas import defused_value
from handlers.texts import say
from handlers.types import Bar, File, Language, Table
from models.canonical import without_surrogates


def text_file(name: str, text: str) -> File:
    """Return a file of text that every system reads."""
    return File(name, without_surrogates(text).encode())


def table_file(table: Table) -> File:
    return File("table.csv", _csv([table.columns, *table.rows]))


def bars_file(bars: Sequence[Bar], language: Language) -> File:
    head = (say(language, "label"), say(language, "score"))
    return File("labels.csv", _csv([head, *((bar.label, f"{bar.score:.6g}") for bar in bars)]))


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows for Excel too: it reads Korean only behind a byte order mark."""
    out = StringIO()
    csv.writer(out).writerows([defused_value(cell) for cell in row] for row in rows)
    return without_surrogates(out.getvalue()).encode("utf-8-sig")
