"""Draws tables: pairs, a small grid in code, or a list that wraps well on a phone."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size

from bot.answering.words import is_visible, one_line
from bot.on_slack.fitting import Lines, escaped_length, length, pack, shorten
from bot.on_slack.mrkdwn import escape_code, fenced, literal
from handlers.texts import say
from handlers.types import Language, Table

_WIDEST_GRID = 38
"""Cells that fit a phone's line in code."""
_GAP = 2
_LONGEST_CELL = 300
_SHORTEST_CELL = 20
_ROOM_IN_ROW = 1_200
"""Of a list's line, for its cells; the names of the columns take as much again."""
_MOST_ROWS = 500
"""More never fit a message."""
_REPEATED = 3
"""So many rows with the same cell repeat it."""
_LEAST_KEPT = 2
"""A name and its value; they need no heading, unless more columns stood between them."""
_FENCE = length(fenced(""))
_NUMBER = re.compile(r"#?[-+]?[\d.,]+ ?%?|–|")

Row = Sequence[str]


def draw_table(table: Table, room: int, each: int, language: Language) -> Lines:
    """Return the table in texts of at most `each`; rows that do not fit are counted."""
    columns, rows = _even(table)
    if not columns:
        return Lines(())
    longest = _longest_cell(columns)
    is_cut = any(escaped_length(cell) > longest for row in (columns, *rows) for cell in row)
    are_pairs, caption = len(columns) == _LEAST_KEPT, ""
    if len(rows) == len(table.rows) and not _is_narrow(columns, rows):
        columns, rows, same = _without_repeats(columns, rows)
        caption = say(language, "slack.same", values=" · ".join(same)) if same else ""
    space = length(caption) + 1
    count, room, each = len(table.rows), room - space, each - space
    lines = _drawn(columns, rows, count, room, each, language, are_pairs=are_pairs)
    return Lines(_captioned(caption, lines.texts), lines.is_whole and not is_cut)


def _captioned(caption: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    return (f"{caption}\n{texts[0]}", *texts[1:]) if caption and texts else texts


def _without_repeats(columns: Row, rows: list[Row]) -> tuple[Row, list[Row], list[str]]:
    """Return what differs from row to row, and in words what does not: that is said once."""
    first = rows[0] if len(rows) >= _REPEATED else []
    same = [i for i, cell in enumerate(first) if all(row[i] == cell for row in rows)]
    kept = [i for i in range(len(columns)) if i not in same]
    short = sum(escaped_length(columns[i] + first[i]) for i in same) <= _LONGEST_CELL
    if len(kept) < _LEAST_KEPT or not short:
        return columns, rows, []
    said = [_named(columns[i], first[i], columns) for i in same if is_visible(first[i])]
    return [columns[i] for i in kept], [[row[i] for i in kept] for row in rows], said


def _even(table: Table) -> tuple[Row, list[Row]]:
    """Return one-line cells in rows of equal length, no more than can be shown."""
    first = table.rows[:_MOST_ROWS]
    count = max(len(row) for row in (table.columns, *first))
    columns, *rows = (
        [one_line(cell) for cell in (*row, *("",) * (count - len(row)))]
        for row in (table.columns, *first)
    )
    return columns, list(rows)


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
    if _is_narrow(columns, rows):
        return _grid(columns, rows, count, room, each, language)
    return pack((_item(columns, row) for row in rows), count, room, each, language)


def _is_narrow(columns: Row, rows: list[Row]) -> bool:
    return sum(_widths(columns, rows)) + _GAP * (len(columns) - 1) <= _WIDEST_GRID


def _widths(columns: Row, rows: list[Row]) -> list[int]:
    return [max(map(cell_len, cells)) for cells in zip(columns, *rows, strict=True)]


def _grid(
    columns: Row, rows: list[Row], count: int, room: int, each: int, language: Language
) -> Lines:
    """Return the rows in code; what is said of the rest stands in it, too."""
    widths = _widths(columns, rows)
    is_number = [
        all(_NUMBER.fullmatch(cell) for cell in cells) for cells in zip(*rows, strict=True)
    ]
    head = [_padded(columns, widths, is_number), _padded(["─" * w for w in widths], widths)]
    lines = [*head, *(_padded(row, widths, is_number) for row in rows)]
    escaped = map(escape_code, lines)
    packed = pack(escaped, count + len(head), room - _FENCE, each - _FENCE, language)
    return Lines(tuple(map(fenced, packed.texts)), packed.is_whole)


def _padded(row: Row, widths: Sequence[int], is_number: Sequence[bool] = ()) -> str:
    cells = zip_longest(row, widths, is_number, fillvalue=False)
    return (" " * _GAP).join(_cell(str(c), int(w), bool(n)) for c, w, n in cells).rstrip()


def _cell(cell: str, width: int, is_number: bool) -> str:
    return " " * (width - cell_len(cell)) + cell if is_number else set_cell_size(cell, width)


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
    return min(max(_ROOM_IN_ROW // len(row), _SHORTEST_CELL), _LONGEST_CELL)
