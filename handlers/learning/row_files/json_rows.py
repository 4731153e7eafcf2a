"""Rows of JSON: an object on each line, or one list of objects."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO

from handlers.learning.row_files.lines import (
    MOST_LINE_CHARACTERS,
    encoding_in,
    lines_of,
    pieces_of,
)
from handlers.learning.row_files.table import (
    BadRow,
    Reason,
    Row,
    Table,
    cell_of,
    check_columns,
    counted,
)
from handlers.types import UserError

_SAMPLE_ROWS = 1_000
_BETWEEN = re.compile(r"[\s,]*")

_Objects = Iterator[tuple[int, object]]
_NO_JSON = object()


def json_rows(source: BinaryIO) -> Table:
    """Return the table of a file of JSON; its columns are the keys of the first objects.

    Raises:
        UserError: it is no JSON, has no objects, or too many keys.
    """
    encoding = encoding_in(source)
    is_list = next(_trimmed(pieces_of(source, encoding)), "").startswith("[")

    def objects() -> _Objects:
        if is_list:
            return _of_list(_trimmed(pieces_of(source, encoding)))
        return _of_lines(lines_of(source, encoding))

    columns = _columns(objects)
    return Table(columns, lambda: counted(_rows(objects(), columns)), {"encoding": encoding})


def _columns(objects: Callable[[], _Objects]) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for _, value in islice(objects(), _SAMPLE_ROWS):
        if isinstance(value, dict):
            keys |= dict.fromkeys(value)
            check_columns(len(keys))
    if not keys:
        raise UserError("import_no_objects")
    return tuple(keys)


def _rows(objects: _Objects, columns: tuple[str, ...]) -> Iterator[Row | BadRow]:
    for line, value in objects:
        if isinstance(value, dict):
            yield Row(line, tuple(cell_of(value.get(key)) for key in columns))
        else:
            yield BadRow(line, Reason.NOT_JSON)


def _of_lines(lines: Iterator[str]) -> _Objects:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _loaded(line)


def _loaded(line: str) -> object:
    """Numbers of a thousand digits and objects a thousand deep are no rows either."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return _NO_JSON


def _trimmed(pieces: Iterator[str]) -> Iterator[str]:
    """Yield the pieces from the first that says something."""
    for piece in pieces:
        if piece.strip():
            yield piece.lstrip()
            break
    yield from (piece for piece in pieces if piece)


def _of_list(pieces: Iterator[str]) -> _Objects:
    """The objects of a list, each with the line on which it begins."""
    decoder, line = json.JSONDecoder(), 1
    text, at = next(pieces, ""), 1
    while True:
        after = _after(text, at)
        line += text.count("\n", at, after)
        at = after
        if text.startswith("]", at):
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except RecursionError as error:
            raise UserError("import_json", line=line) from error
        except ValueError as error:  # perhaps only cut
            more = next(pieces, "")
            if not more or len(text) - at > MOST_LINE_CHARACTERS:
                raise UserError("import_json", line=line) from error
            text, at = text[at:] + more, 0
            continue
        yield line, value
        line += text.count("\n", at, end)
        at = end


def _after(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at
