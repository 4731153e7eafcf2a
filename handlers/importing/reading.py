"""A file as it is read once somebody has decided how: beside the event loop, piece by piece."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from handlers.learning.importing.columns import Columns, Undecided, find_columns
from handlers.learning.importing.sorting import Item, LabelNames, LeftOut, Sorter
from handlers.learning.row_files.label_numbers import with_names
from handlers.learning.row_files.opening import open_table
from handlers.learning.row_files.table import Table
from handlers.types import UserError
from storage.records import Dataset, DatasetKind, Import

PIECE = 1_000
"""So many are written at once, in a fifth of a second: of fewer, each takes longer."""
MOST_CHARACTERS = 10_000
"""Of a text: far more than any model reads."""
UNLABELLED = ""
"""Stands for the column of labels where there shall be none."""

Sorted = Sequence[Item | LeftOut]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file whose columns are known, with the sorter that its rows have gone through once."""

    table: Table
    columns: Columns
    names: LabelNames
    first: Sorter
    rows: int

    async def pieces(self) -> AsyncIterator[Sorted]:
        """Yield all rows, some hundreds at a time."""
        again = Sorter(self.columns, self.names, MOST_CHARACTERS, self.first)
        rows = again.sort(self.table.rows())
        while piece := await asyncio.to_thread(_next, rows):
            yield piece


async def read_file(one: Import) -> ReadFile | Undecided:
    """Return a file as it is to be read, or the columns among which somebody has to choose.

    Raises:
        UserError: it cannot be read, or was let go already.
    """
    if one.content is None:
        raise UserError("import_gone")
    return await asyncio.to_thread(_read, one.content, one.choices, one.dataset)


def label_names(dataset: Dataset, choices: Mapping[str, Any]) -> LabelNames:
    """Return what the names in a file stand for."""
    keys = {label.name: label.key for label in dataset.active}
    chosen = {
        name: label.key
        for name, key in choices.get("labels", {}).items()
        if (label := dataset.resolved(key))
    }
    return LabelNames(keys, dataset.kind is DatasetKind.MULTI, chosen)


def _read(content: bytes, choices: Mapping[str, Any], dataset: Dataset) -> ReadFile | Undecided:
    table = open_table(io.BytesIO(content), choices["type"])
    table = with_names(table, choices.get("label_names", {}))
    label = choices.get("label")
    columns = find_columns(
        table, [one.name for one in dataset.active], choices.get("text"), label or None
    )
    if label == UNLABELLED:
        columns = _without_labels(columns, table)
    if isinstance(columns, Undecided):
        return columns
    names = label_names(dataset, choices)
    first, rows = Sorter(columns, names, MOST_CHARACTERS), 0
    for _ in first.sort(table.rows()):
        rows += 1
    return ReadFile(table, columns, names, first, rows)


def _without_labels(columns: Columns | Undecided, table: Table) -> Columns | Undecided:
    if isinstance(columns, Columns):
        return Columns(columns.text, None)
    if len(columns.text) > 1:
        return Undecided(columns.text, ())
    return Columns(table.columns.index(columns.text[0]), None)


def _next(rows: Iterator[Item | LeftOut]) -> Sorted:
    return list(islice(rows, PIECE))
