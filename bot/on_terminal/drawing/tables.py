"""Draws tables; one that is too wide for the terminal becomes a list of its rows."""

import re
from collections.abc import Iterator, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bot.on_terminal.drawing.visible import visible_line
from bot.on_terminal.drawing.wrapping import has_long_link, prose
from handlers.types import Table

_GAP = 2
_GRID_GAP = 3
"""Between the columns of a grid: a space on either side of the separator."""
_WORD = re.compile(r"^\s*\S+|\S+")
"""The space before the first one is drawn with it."""
_NUMBER = re.compile(r"#?[-+]?[\d.,]+ ?%?")


def draw_table(table: Table, width: int) -> RenderableType:
    """Return the table, or its rows one under another where a column would cut words."""
    columns, rows = _shown(table)
    if not columns:
        return Text()
    widths = _fitting(columns, rows, width - _GRID_GAP * (len(columns) - 1))
    return _as_grid(columns, rows, widths) if widths else _as_list(columns, rows, width)


def _fitting(
    columns: Sequence[str], rows: Sequence[Sequence[str]], room: int
) -> Sequence[int] | None:
    """Return how wide each column may be, the widest shortened first; None where words are cut."""
    cells = list(zip(columns, *rows, strict=True))
    widths = [min(max(map(cell_len, each)), room) for each in cells]
    least = [max(map(_longest_word, each)) for each in cells]
    if sum(least) > room:
        return None
    while sum(widths) > room:
        widest = max((cells, place) for place, cells in enumerate(widths) if cells > least[place])
        widths[widest[1]] -= 1
    return widths


def _longest_word(cell: str) -> int:
    return max(map(cell_len, _WORD.findall(cell)), default=0)


def _shown(table: Table) -> tuple[list[str], list[list[str]]]:
    """Make cells visible and rows equally long, whatever came."""
    count = max((len(row) for row in (table.columns, *table.rows)), default=0)
    columns, *rows = (
        [visible_line(cell) for cell in (*row, *("",) * (count - len(row)))]
        for row in (table.columns, *table.rows)
    )
    return columns, rows


def _as_grid(
    columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> RichTable:
    grid = RichTable(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, border_style="dim", padding=(0, 1)
    )
    for index, name in enumerate(columns):
        is_number = bool(rows) and all(_NUMBER.fullmatch(row[index]) for row in rows)
        grid.add_column(
            Text(name, style="bold"),
            overflow="fold",
            justify="right" if is_number else "left",
            width=widths[index],
        )
    for row in rows:
        grid.add_row(*map(Text, row))
    return grid


def _as_list(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Group:
    """Return each row as lines of `column  cell`, without empty cells, a rule between rows."""
    rule = Text("─" * min(width, 20), style="dim")
    parts: list[RenderableType] = []
    for row in rows:
        parts += [*_record(columns, row, width), rule]
    return Group(*parts[:-1]) if parts else Group(Text("  ".join(columns), style="bold"))


def _record(columns: Sequence[str], row: Sequence[str], width: int) -> Iterator[RenderableType]:
    """Yield the cells of a row beside their names, then those with a link that is not to be cut."""
    beside = max(width // 3, 1)
    cells = [(name, cell) for name, cell in zip(columns, row, strict=True) if cell.strip()]
    alone = [one for one in cells if has_long_link(one[1], width - beside - _GAP)]
    yield _grid_of([one for one in cells if one not in alone], beside)
    for name, cell in alone:
        yield Text(name, style="bold")
        yield prose(cell, width)


def _grid_of(cells: Sequence[tuple[str, str]], beside: int) -> RichTable:
    record = RichTable.grid(padding=(0, _GAP, 0, 0))
    record.add_column(overflow="fold", max_width=beside, style="bold")
    record.add_column(overflow="fold")
    for name, cell in cells:
        record.add_row(Text(name), Text(cell))
    return record
