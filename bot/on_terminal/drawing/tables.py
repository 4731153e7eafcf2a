"""Draws tables; one that is too wide for the terminal becomes a list of its rows."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bot.on_terminal.drawing.visible import visible_line
from handlers.types import Table

_NARROWEST = 10
"""A folded column stays readable down to so many cells."""
_GAP = 2
_NUMBER = re.compile(r"#?[-+]?[\d.,]+ ?%?")


def draw_table(table: Table, width: int) -> RenderableType:
    """Return the table, or its rows one under another where the columns have no room."""
    columns, rows = _shown(table)
    if not columns:
        return Text()
    needed = sum(min(cells, _NARROWEST) for cells in _widths(columns, rows))
    if needed + _GAP * (len(columns) - 1) > width:
        return _as_list(columns, rows, width)
    return _as_grid(columns, rows)


def _shown(table: Table) -> tuple[list[str], list[list[str]]]:
    """Make cells visible and rows equally long, whatever came."""
    count = max((len(row) for row in (table.columns, *table.rows)), default=0)
    columns, *rows = (
        [visible_line(cell) for cell in (*row, *("",) * (count - len(row)))]
        for row in (table.columns, *table.rows)
    )
    return columns, rows


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cell_len, cells)) for cells in zip_longest(columns, *rows, fillvalue="")]


def _as_grid(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> RichTable:
    grid = RichTable(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, border_style="dim", padding=(0, 1)
    )
    for index, name in enumerate(columns):
        is_number = bool(rows) and all(_NUMBER.fullmatch(row[index]) for row in rows)
        grid.add_column(
            Text(name, style="bold"), overflow="fold", justify="right" if is_number else "left"
        )
    for row in rows:
        grid.add_row(*map(Text, row))
    return grid


def _as_list(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Group:
    """Return each row as lines of `column  cell`, with a rule between rows."""
    rule = Text("─" * min(width, 20), style="dim")
    parts: list[RenderableType] = []
    for row in rows:
        parts += [_record(columns, row, width), rule]
    return Group(*parts[:-1]) if parts else Group(Text("  ".join(columns), style="bold"))


def _record(columns: Sequence[str], row: Sequence[str], width: int) -> RichTable:
    record = RichTable.grid(padding=(0, _GAP, 0, 0))
    record.add_column(overflow="fold", max_width=max(width // 3, 1), style="bold")
    record.add_column(overflow="fold")
    for name, cell in zip(columns, row, strict=True):
        record.add_row(Text(name), Text(cell))
    return record
