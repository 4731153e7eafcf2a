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
from bot.answering.words import is_visible, length
from bot.on_slack.drawing.fitting import Lines, escaped_length, pack, shorten
from bot.on_slack.drawing.mrkdwn import escape_code, fenced, literal
from handlers.texts import say
from handlers.types import Language, Table

_SHORTEST_CELL = 20
_ROOM_IN_ROW = 1_200
"""Of a list's line, for its cells; the names of the columns take as much again."""
_FENCE = length(fenced(""))


def draw_table(table: Table, room: int, each: int, language: Language) -> Lines:
    """Return the table in texts of at most `each`; rows that do not fit are counted."""
    columns, rows = even(table)
    if not columns:
        return Lines(())
    longest = _longest_cell(columns)
    is_cut = any(escaped_length(cell) > longest for row in (columns, *rows) for cell in row)
    are_pairs, caption = len(columns) == LEAST_KEPT, ""
    if len(rows) == len(table.rows) and not is_narrow(columns, rows):
        whole = columns
        columns, rows, same = without_repeats(columns, rows, escaped_length)
        values = " · ".join(_named(name, cell, whole) for name, cell in same)
        caption = say(language, "slack.same", values=values) if same else ""
    space = length(caption) + 1
    count, room, each = len(table.rows), room - space, each - space
    lines = _drawn(columns, rows, count, room, each, language, are_pairs=are_pairs)
    return Lines(_captioned(caption, lines.texts), lines.is_whole and not is_cut)


def _captioned(caption: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    return (f"{caption}\n{texts[0]}", *texts[1:]) if caption and texts else texts


def _drawn(
    columns: Row,
    rows: list[Row],
    count: int,
    room: int,
    each: int,
    language: Language,
    *,
    are_pairs: bool,
) -> Lines:
    if not rows or len(columns) == 1:
        lines = (_joined(row) for row in (columns, *rows))
        return pack(lines, count + 1, room, each, language)
    if are_pairs:
        return pack(map(_pair, rows), count, room, each, language)
    if is_narrow(columns, rows):
        return _grid(columns, rows, count, room, each, language)
    return pack((_item(columns, row) for row in rows), count, room, each, language)


def _grid(
    columns: Row, rows: list[Row], count: int, room: int, each: int, language: Language
) -> Lines:
    """Return the rows in code; what is said of the rest stands in it, too."""
    lines = grid(columns, rows, "─")
    count += len(lines) - len(rows)
    packed = pack(map(escape_code, lines), count, room - _FENCE, each - _FENCE, language)
    return Lines(tuple(map(fenced, packed.texts)), packed.is_whole)


def _pair(row: Row) -> str:
    key, value = row
    return f"{_bold(key, row)} {_short(value, row)}".strip() or "–"


def _item(columns: Row, row: Row) -> str:
    """Return `*first* — column: value · column: value`, without empty values."""
    said = [
        _named(column, cell, row)
        for column, cell in zip(columns[1:], row[1:], strict=True)
        if is_visible(cell)
    ]
    return " — ".join(filter(None, (_bold(row[0], row), " · ".join(said)))) or "–"


def _named(column: str, cell: str, row: Row) -> str:
    return (
        f"{_short(column, row)}: {_short(cell, row)}" if is_visible(column) else _short(cell, row)
    )


def _joined(row: Row) -> str:
    return " · ".join(_short(cell, row) for cell in row if is_visible(cell)) or "–"


def _bold(cell: str, row: Row) -> str:
    return f"*{_short(cell, row).replace('*', '∗')}*" if is_visible(cell) else ""


def _short(cell: str, row: Row) -> str:
    return literal(shorten(cell, _longest_cell(row)))


def _longest_cell(row: Row) -> int:
    return min(max(_ROOM_IN_ROW // len(row), _SHORTEST_CELL), LONGEST_CELL)
