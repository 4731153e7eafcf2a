"""Rows as csv and as lines of JSON. No cell of a table starts a formula in a spreadsheet. Pure.

Several labels are a list of JSON in a cell of csv as well: `[]` says that none holds, and an empty
cell that it is not known which do; no label's name is taken apart by what stands in it.
"""

import csv
import io
import json

from handlers.exporting.rows import Rows
from handlers.learning.row_files.formulas import defused


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
        case list() | dict():
            return _cell(json.dumps(value, ensure_ascii=False))
        case str():
            return defused(value)
        case _:
            return value
