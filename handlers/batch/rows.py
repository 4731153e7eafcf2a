"""The rows of a file that is asked, and the same rows with their answers. Pure."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.asking.classifying.classification_log import held
from handlers.learning.importing.columns import text_column
from handlers.learning.row_files.formulas import defused, defused_value
from handlers.learning.row_files.opening import open_table
from handlers.learning.row_files.table import BadRow, Cell, unique
from handlers.types import File, UserError
from models.canonical import canonical
from models.results import Classification

MOST_ROWS = 10_000
LONGEST_TEXT = 10_000
"""Characters of a row that are asked: far more than any model reads."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows, and in which of their columns the texts are."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    place: int
    left_out: int
    """Lines of which the cells could not be told."""
    encoding: str
    """Empty of what is no text, such as a workbook."""
    delimiter: str
    """Likewise."""
    has_names: bool
    """Whether its first row names its columns."""

    @property
    def texts(self) -> list[str]:
        """What is asked of each row; empty where there is nothing to ask."""
        cells = (row[self.place] for row in self.rows)
        texts = (cell if isinstance(cell, str) else "" for cell in cells)
        return [text[:LONGEST_TEXT] if canonical(text) else "" for text in texts]


def read_batch(file: File) -> Batch:
    """Read a file.

    Raises:
        UserError: it cannot be read, has no texts, or too many rows.
    """
    table = open_table(io.BytesIO(file.content), file.type)
    place = text_column(table)
    rows: list[tuple[Cell, ...]] = []
    left_out = 0
    for row in table.rows():
        if isinstance(row, BadRow):
            left_out += 1
            continue
        rows.append(row.cells)
        if len(rows) > MOST_ROWS:
            raise UserError("batch_rows", maximum=MOST_ROWS)
    return Batch(
        columns=_named(table.columns, place),
        rows=tuple(rows),
        place=place,
        left_out=left_out,
        encoding=table.found.get("encoding", ""),
        delimiter=table.found.get("delimiter", ""),
        has_names=not any(name.isdecimal() for name in table.columns),
    )


def with_answers(batch: Batch, answers: Sequence[Classification | None]) -> bytes:
    """Return the rows, separated as they were: their own columns, and behind them the answers.

    A row without an answer has empty cells there.
    """
    first = next(answer for answer in answers if answer)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=batch.delimiter or ",")
    names = answer_columns(batch, first)
    writer.writerow(map(defused, (*batch.columns, *names)))
    for row, answer in zip(batch.rows, answers, strict=True):
        cells = tuple(_cells(answer)) if answer else ("",) * len(names)
        writer.writerow([*map(_own, row), *cells])
    return written.getvalue().encode("utf-8-sig", "replace")


def answer_columns(batch: Batch, answer: Classification) -> tuple[str, ...]:
    """Return what the columns of answers are called, none of them as a column that is there."""
    return unique((*batch.columns, *_columns(answer)))[len(batch.columns) :]


def said(answer: Classification) -> str:
    """Return what an answer comes to in one cell."""
    if answer.is_multi_label:
        return json.dumps(held(answer), ensure_ascii=False)
    return answer.scores[0].label


def _named(columns: Sequence[str], place: int) -> tuple[str, ...]:
    """A file of lines has no names."""
    return tuple(
        "text" if at == place and name.isdecimal() else name for at, name in enumerate(columns)
    )


def _columns(answer: Classification) -> Iterator[str]:
    if answer.is_regression:
        yield from (score.label for score in answer.scores)
        return
    yield "labels" if answer.is_multi_label else "label"
    yield "probability"


def _cells(answer: Classification) -> Iterator[str]:
    if answer.is_regression:
        yield from (f"{score.score:.6g}" for score in answer.scores)
        return
    yield defused(said(answer))
    yield f"{answer.scores[0].score:.6f}"


def _own(cell: Cell) -> str:
    if isinstance(cell, tuple):
        return defused(json.dumps(cell, ensure_ascii=False))
    return defused_value(cell) if isinstance(cell, str) else ""
