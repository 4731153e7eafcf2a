"""Rows as csv and as lines of JSON. No cell of a table starts a formula in a spreadsheet. Pure."""

import csv
import io
import json

from handlers.exporting.rows import Rows
from handlers.learning.row_files.formulas import defused

_BETWEEN = "|"


def as_csv(rows: Rows) -> bytes:
    """Return a table in UTF-8, which spreadsheets know by its first bytes."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(rows.columns)
    for row in rows.rows:
        writer.writerow([_cell(row[column]) for column in rows.columns])
    return written.getvalue().encode("utf-8-sig", "replace")


def as_jsonl(rows: Rows) -> bytes:
    """Return one JSON object a line."""
    lines = [json.dumps(row, ensure_ascii=False) for row in rows.rows]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case list():
            return _cell(_BETWEEN.join(map(str, value)))
        case dict():
            return _cell(json.dumps(value, ensure_ascii=False))
        case str():
            return defused(value)
        case _:
            return value
