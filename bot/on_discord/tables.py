"""Draws tables: pairs, a small grid in code, or a list that wraps well on a phone."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size

from bot.answering.words import is_visible, one_line
from bot.on_discord.fitting import Part, fit_lines, length, shorten
from bot.on_discord.markdown import code_block, escape
from handlers.texts import say
from handlers.types import Language, Table

_WIDEST_GRID = 38
"""Cells that fit a phone's line in code."""
_GAP = 2
_LONGEST_CELL = 300
_MOST_ROWS = 500
"""More never fit a message."""
_REPEATED = 3
"""So many rows with the same cell repeat it."""
_LEAST_KEPT = 2
"""A name and its value; they need no heading, unless more columns stood between them."""
_FENCE = length(code_block(""))
_NUMBER = re.compile(r"#?[-+]?[\d.,]+ ?%?|–|")

Row = Sequence[str]


def draw_table(table: Table, room: int, language: Language) -> Part:
    """Return the table; rows that do not fit are counted."""
    columns, rows = _even(table)
    if not columns:
        return Part("")
    is_cut = any(_is_cut(cell) for row in (columns, *rows) for cell in row)
    are_pairs, caption = len(columns) == _LEAST_KEPT, ""
    if len(rows) == len(table.rows) and not _is_narrow(columns, rows):
        columns, rows, same = _without_repeats(columns, rows)
        caption = _caption(same, language) if same else ""
    part = _drawn(
        columns,
        rows,
        len(table.rows),
        room - length(caption),
        language,
        are_pairs=are_pairs,
    )
    return Part(caption + part.text, part.is_whole and not is_cut)


def _even(table: Table) -> tuple[Row, list[Row]]:
    """Return one-line cells in rows of equal length, no more than can be shown."""
    first = table.rows[:_MOST_ROWS]
    count = max(len(row) for row in (table.columns, *first))
    columns, *rows = (
        [one_line(cell) for cell in (*row, *("",) * (count - len(row)))]
        for row in (table.columns, *first)
    )
    return columns, list(rows)


def _without_repeats(columns: Row, rows: list[Row]) -> tuple[Row, list[Row], list[str]]:
    """Return what differs from row to row, and in words what does not: that is said once."""
    first = rows[0] if len(rows) >= _REPEATED else []
    same = [i for i, cell in enumerate(first) if all(row[i] == cell for row in rows)]
    kept = [i for i in range(len(columns)) if i not in same]
    short = sum(length(columns[i] + first[i]) for i in same) <= _LONGEST_CELL
    if len(kept) < _LEAST_KEPT or not short:
        return columns, rows, []
    said = [_named(columns[i], first[i]) for i in same if is_visible(first[i])]
    return [columns[i] for i in kept], [[row[i] for i in kept] for row in rows], said


def _caption(same: Row, language: Language) -> str:
    return f"-# {say(language, 'discord.same', values=' · '.join(same))}\n"


def _drawn(
    columns: Row, rows: list[Row], count: int, room: int, language: Language, *, are_pairs: bool
) -> Part:
    if not rows or len(columns) == 1:
        lines = [_joined(row) for row in (columns, *rows)]
        return fit_lines(lines, count + 1, room, language)
    if are_pairs:
        return fit_lines(map(_pair, rows), count, room, language)
    if _is_narrow(columns, rows):
        return _grid(columns, rows, count, room, language)
    return fit_lines((_item(columns, row) for row in rows), count, room, language)


def _is_narrow(columns: Row, rows: list[Row]) -> bool:
    return sum(_widths(columns, rows)) + _GAP * (len(columns) - 1) <= _WIDEST_GRID


def _widths(columns: Row, rows: list[Row]) -> list[int]:
    return [max(map(cell_len, cells)) for cells in zip(columns, *rows, strict=True)]


def _grid(columns: Row, rows: list[Row], count: int, room: int, language: Language) -> Part:
    """Return the rows in code; what is said of the rest stands in it, too."""
    widths = _widths(columns, rows)
    is_number = [
        all(_NUMBER.fullmatch(cell) for cell in cells) for cells in zip(*rows, strict=True)
    ]
    head = [_padded(columns, widths, is_number), _padded(["-" * w for w in widths], widths)]
    lines = [*head, *(_padded(row, widths, is_number) for row in rows)]
    part = fit_lines(lines, count + len(head), room - _FENCE, language)
    return Part(code_block(part.text), part.is_whole)


def _padded(row: Row, widths: Sequence[int], is_number: Sequence[bool] = ()) -> str:
    cells = zip_longest(row, widths, is_number, fillvalue=False)
    return (" " * _GAP).join(_cell(str(c), int(w), bool(n)) for c, w, n in cells).rstrip()


def _cell(cell: str, width: int, is_number: bool) -> str:
    return " " * (width - cell_len(cell)) + cell if is_number else set_cell_size(cell, width)


def _pair(row: Row) -> str:
    key, value = row
    return f"{_bold(key)} {_short(value)}".strip() or "–"


def _item(columns: Row, row: Row) -> str:
    """Return `**first** — column: value · column: value`, without empty values."""
    said = [
        _named(column, cell)
        for column, cell in zip(columns[1:], row[1:], strict=True)
        if is_visible(cell)
    ]
    return " — ".join(filter(None, (_bold(row[0]), " · ".join(said)))) or "–"


def _named(column: str, cell: str) -> str:
    return f"{_short(column)}: {_short(cell)}" if column else _short(cell)


def _joined(row: Row) -> str:
    return " · ".join(_short(cell) for cell in row if is_visible(cell)) or "–"


def _bold(cell: str) -> str:
    return f"**{_short(cell)}**" if is_visible(cell) else ""


def _short(cell: str) -> str:
    return escape(shorten(cell, _LONGEST_CELL))


def _is_cut(cell: str) -> bool:
    return length(cell) > _LONGEST_CELL
