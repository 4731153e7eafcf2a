"""Whether the first row of a file names its columns, or is one of its rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from handlers.learning.row_files.column_names import names_a_column
from handlers.learning.row_files.table import (
    BadRow,
    Cell,
    Reason,
    Row,
    Table,
    check_columns,
    counted,
    unique,
)
from handlers.types import UserError

_SAMPLE_ROWS = 200
_LONGEST_NAME = 60

Rows = Callable[[], Iterator[Row | BadRow]]


def table_of(read: Rows, found: Mapping[str, str], *, has_short_rows: bool = False) -> Table:
    """Return the table of rows that have no names yet.

    Args:
        read: begins anew at the first row.
        found: what was found out about how they are written.
        has_short_rows: empty cells at the end of a row are not written.

    Raises:
        UserError: there are none, or they have too many columns.
    """
    begun = list(islice(read(), _SAMPLE_ROWS))
    sample = [row for row in begun if isinstance(row, Row)]
    if not sample:
        raise UserError("import_no_rows")
    first = sample[0].cells
    check_columns(len(first))
    has_names = names_columns(first, [row.cells for row in sample[1:]])
    if has_names and len(begun) == 1:
        raise UserError("import_no_rows")
    names = [cell if isinstance(cell, str) and has_names else "" for cell in first]
    skipped = sample[0].line if has_names else None

    def rows() -> Iterator[Row | BadRow]:
        for row in counted(read()):
            if row.line != skipped:
                yield _fitted(row, len(first), has_short_rows=has_short_rows)

    return Table(unique(names), rows, found)


def names_columns(first: Sequence[Cell], others: Sequence[Sequence[Cell]]) -> bool:
    """Return whether a first row names columns: by known names, or since it is like no other."""
    named = [cell for cell in first if isinstance(cell, str) and cell.strip()]
    if _comes_again(first, others) or any(len(cell) > _LONGEST_NAME for cell in named):
        return False
    if any(names_a_column(cell) for cell in named):
        return True
    is_complete = len(set(named)) == len(first) > 1
    return is_complete and bool(others) and not any(_is_number(cell) for cell in named)


def _comes_again(first: Sequence[Cell], others: Sequence[Sequence[Cell]]) -> bool:
    """The name of a column is none of its values, though a label may be called "question"."""
    return any(
        cell and cell == value for row in others for cell, value in zip(first, row, strict=False)
    )


def _fitted(row: Row | BadRow, width: int, *, has_short_rows: bool) -> Row | BadRow:
    """Empty cells beyond the last column are only the traces of an editor."""
    if isinstance(row, BadRow) or len(row.cells) == width:
        return row
    if len(row.cells) > width and not any(row.cells[width:]):
        return Row(row.line, row.cells[:width])
    if len(row.cells) < width and has_short_rows:
        return Row(row.line, row.cells + (None,) * (width - len(row.cells)))
    written = " | ".join(str(cell or "") for cell in row.cells)
    return BadRow(row.line, Reason.RAGGED, written)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
