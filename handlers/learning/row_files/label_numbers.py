"""Numbers that stand for labels, where what came with a file says for which."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from handlers.learning.row_files.table import BadRow, Cell, Row, Table

NO_LABEL = "-1"
"""What `datasets` writes where a text has none."""
_LONGEST = 6
"""Digits: no column has a million labels."""


def with_names(table: Table, names: Mapping[str, Sequence[str]]) -> Table:
    """Return a table whose numbers are the names that they stand for, column by column."""
    known = {
        place: names[column] for place, column in enumerate(table.columns) if names.get(column)
    }
    if not known:
        return table

    def rows() -> Iterator[Row | BadRow]:
        for row in table.rows():
            yield row if isinstance(row, BadRow) else Row(row.line, _named(row.cells, known))

    return replace(table, rows=rows)


def _named(cells: tuple[Cell, ...], known: Mapping[int, Sequence[str]]) -> tuple[Cell, ...]:
    changed = list(cells)
    for place, names in known.items():
        cell = cells[place]
        if isinstance(cell, tuple):
            changed[place] = tuple(_name(each, names) for each in cell)
        elif isinstance(cell, str):
            changed[place] = _name(cell, names)
    return tuple(changed)


def _name(cell: str, names: Sequence[str]) -> str:
    digits = cell.strip()
    if digits == NO_LABEL:
        return ""
    if not digits.isdecimal() or len(digits) > _LONGEST or int(digits) >= len(names):
        return cell
    return names[int(digits)]
