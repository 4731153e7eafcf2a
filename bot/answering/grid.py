"""The shape of a table before a platform draws it: even rows, what is said once, a small grid."""

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size

from bot.answering.words import is_visible, one_line
from handlers.types import Table

LONGEST_CELL = 300
LEAST_KEPT = 2
"""A name and its value; they need no heading, unless more columns stood between them."""
_WIDEST = 38
"""Cells that fit a phone's line in code."""
_GAP = 2
_MOST_ROWS = 500
"""More never fit a message."""
_REPEATED = 3
"""So many rows with the same cell repeat it."""
_NUMBER = re.compile(r"#?[-+]?[\d.,]+ ?%?|–|")

Row = Sequence[str]


def even(table: Table) -> tuple[Row, list[Row]]:
    """Return one-line cells in rows of equal length, no more than can be shown."""
    first = table.rows[:_MOST_ROWS]
    count = max(len(row) for row in (table.columns, *first))
    columns, *rows = (
        [one_line(cell) for cell in (*row, *("",) * (count - len(row)))]
        for row in (table.columns, *first)
    )
    return columns, list(rows)


def without_repeats(
    columns: Row, rows: list[Row], size: Callable[[str], int]
) -> tuple[Row, list[Row], list[tuple[str, str]]]:
    """Return what differs from row to row, and what does not, by column: that is said once."""
    first = rows[0] if len(rows) >= _REPEATED else []
    same = [i for i, cell in enumerate(first) if all(row[i] == cell for row in rows)]
    kept = [i for i in range(len(columns)) if i not in same]
    is_short = sum(size(columns[i] + first[i]) for i in same) <= LONGEST_CELL
    if len(kept) < LEAST_KEPT or not is_short:
        return columns, rows, []
    said = [(columns[i], first[i]) for i in same if is_visible(first[i])]
    return [columns[i] for i in kept], [[row[i] for i in kept] for row in rows], said


def is_narrow(columns: Row, rows: list[Row]) -> bool:
    """Tell whether a phone has room for the whole as a grid."""
    return sum(_widths(columns, rows)) + _GAP * (len(columns) - 1) <= _WIDEST


def grid(columns: Row, rows: list[Row], rule: str) -> list[str]:
    """Return the lines of a grid, the first two of them its head; `rule` underlines it."""
    widths = _widths(columns, rows)
    is_number = [
        all(_NUMBER.fullmatch(cell) for cell in cells) for cells in zip(*rows, strict=True)
    ]
    head = [_padded(columns, widths, is_number), _padded([rule * w for w in widths], widths)]
    return [*head, *(_padded(row, widths, is_number) for row in rows)]


def _widths(columns: Row, rows: list[Row]) -> list[int]:
    return [max(map(cell_len, cells)) for cells in zip(columns, *rows, strict=True)]


def _padded(row: Row, widths: Sequence[int], is_number: Sequence[bool] = ()) -> str:
    cells = zip_longest(row, widths, is_number, fillvalue=False)
    return (" " * _GAP).join(_cell(str(c), int(w), bool(n)) for c, w, n in cells).rstrip()


def _cell(cell: str, width: int, is_number: bool) -> str:
    return " " * (width - cell_len(cell)) + cell if is_number else set_cell_size(cell, width)
