"""Draws tables: pairs, a small grid in code, or a list that wraps well on a phone."""

from bot.answering.grid import (
    LEAST_KEPT,
    LONGEST_CELL,
    Row,
    even,
    grid,
    is_narrow,
    without_repeats,
)
from bot.answering.words import apart, is_visible, length
from bot.on_discord.drawing.fitting import Part, fit_lines, shorten
from bot.on_discord.drawing.markdown import code_block, escape
from handlers.texts import say
from handlers.types import Language, Table

_FENCE = length(code_block(""))


def draw_table(table: Table, room: int, language: Language) -> Part:
    """Return the table; rows that do not fit are counted."""
    columns, rows = even(table)
    if not columns:
        return Part("")
    is_cut = any(_is_cut(cell) for row in (columns, *rows) for cell in row)
    are_pairs, caption = len(columns) == LEAST_KEPT, ""
    if len(rows) == len(table.rows) and not is_narrow(columns, rows):
        columns, rows, same = without_repeats(columns, rows, length)
        caption = _caption([_named(*each) for each in same], language) if same else ""
    part = _drawn(
        columns,
        rows,
        len(table.rows),
        room - length(caption),
        language,
        are_pairs=are_pairs,
    )
    return Part(caption + part.text, part.is_whole and not is_cut)


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
    if is_narrow(columns, rows):
        return _grid(columns, rows, count, room, language)
    return fit_lines((_item(columns, row) for row in rows), count, room, language)


def _grid(columns: Row, rows: list[Row], count: int, room: int, language: Language) -> Part:
    """Return the rows in code; what is said of the rest stands in it, too."""
    lines = grid(columns, rows, "-")
    apart_lines = map(apart, lines)  # as they will stand in the block, which is longer
    part = fit_lines(apart_lines, count + len(lines) - len(rows), room - _FENCE, language)
    return Part(code_block(part.text), part.is_whole)


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
    return escape(shorten(cell, LONGEST_CELL))


def _is_cut(cell: str) -> bool:
    return length(cell) > LONGEST_CELL
