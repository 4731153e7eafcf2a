"""Rows of Parquet."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.parquet import ParquetFile

from handlers.learning.row_files.table import (
    MOST_CELL_CHARACTERS,
    MOST_ROWS,
    Cell,
    Odd,
    Row,
    Table,
    cell_of,
    check_columns,
    counted,
)
from handlers.types import UserError

_BATCH_ROWS = 1_000
_MOST_STRUCTURE_BYTES = 20_000_000
"""Of what stands before the rows; a thousand columns in a thousand groups of rows take less."""
_MOST_UNPACKED_BYTES = 2_000_000_000
_LENGTH_AND_MAGIC = 8
_NO_LABEL = -1
"""What `datasets` writes where a text has none."""

_Names = Mapping[str, Sequence[str]]

log = logging.getLogger(__name__)


def parquet(source: BinaryIO) -> Table:
    """Return the table of a Parquet file; its columns of tables and vectors are named, not read.

    Raises:
        UserError: it is none, it is damaged, or too large.
    """
    file = _opened(source)
    columns = tuple(file.schema_arrow.names)
    check_columns(len(columns))
    _check_size(file)
    names = _label_names(file.schema_arrow.metadata)

    def rows() -> Iterator[Row]:
        return _rows(_opened(source), columns, names)

    return Table(columns, lambda: counted(rows()))


def _opened(source: BinaryIO) -> ParquetFile:
    """Texts stay as they were written, each once: a thousand times one long text is one text."""
    _check_structure(source)
    try:
        file = ParquetFile(source, **_BOUNDS)
        texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
        return ParquetFile(source, read_dictionary=texts, **_BOUNDS)
    except (pa.ArrowException, OSError, ValueError) as error:
        log.info("a Parquet file could not be opened: %s", error)
        raise UserError("import_damaged", format="Parquet") from error


_BOUNDS: Mapping[str, Any] = {
    "memory_map": False,
    "pre_buffer": False,
    "buffer_size": 1 << 20,
    "thrift_string_size_limit": _MOST_STRUCTURE_BYTES,
    "thrift_container_size_limit": 1_000_000,
}


def _check_structure(source: BinaryIO) -> None:
    """Look at how long the description of the file is before anything reads it."""
    source.seek(-min(_LENGTH_AND_MAGIC, source.seek(0, 2)), 2)
    length = int.from_bytes(source.read(4), "little")
    source.seek(0)
    if length > _MOST_STRUCTURE_BYTES:
        raise UserError("import_damaged", format="Parquet")


def _check_size(file: ParquetFile) -> None:
    metadata = file.metadata
    if metadata.num_rows > MOST_ROWS:
        raise UserError("import_rows", maximum=MOST_ROWS)
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    if any(group.total_byte_size > _MOST_UNPACKED_BYTES for group in groups):
        raise UserError("import_unpacked", maximum=_MOST_UNPACKED_BYTES)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_read(kind: pa.DataType) -> bool:
    """Texts, numbers, times, and lists of texts or whole numbers: what can be a text or a label."""
    if pa.types.is_dictionary(kind):
        return _is_read(kind.value_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _is_text(kind.value_type) or bool(pa.types.is_integer(kind.value_type))
    return not (
        pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    )


def _rows(file: ParquetFile, columns: Sequence[str], names: _Names) -> Iterator[Row]:
    wanted = [field.name for field in file.schema_arrow if _is_read(field.type)]
    number = 0
    try:
        for batch in file.iter_batches(_BATCH_ROWS, columns=wanted, use_threads=False):
            by_name = dict(zip(wanted, batch.columns, strict=True))
            cells = [
                _cells(by_name[name], names.get(name))
                if name in by_name
                else _nested(batch.num_rows)
                for name in columns
            ]
            for row in zip(*cells, strict=True):
                number += 1
                yield Row(number, row)
    except (pa.ArrowException, OSError, ValueError) as error:
        log.info("a Parquet file could not be read: %s", error)
        raise UserError("import_damaged", format="Parquet") from error


def _nested(count: int) -> list[Cell]:
    return [Odd.NESTED] * count


def _cells(column: pa.Array, names: Sequence[str] | None) -> list[Cell]:
    if pa.types.is_dictionary(column.type):
        used = column.indices.unique().drop_null()
        cells = _cells(column.dictionary.take(used), names)
        by_place = dict(zip(used.to_pylist(), cells, strict=True))
        return [by_place.get(place) for place in column.indices.to_pylist()]
    if _is_text(column.type):
        return _texts(column)
    return [_named(value, names) for value in column.to_pylist()]


def _texts(column: pa.Array) -> list[Cell]:
    """A text that is too long is not even made."""
    lengths = pc.binary_length(column).to_pylist()
    most = 4 * MOST_CELL_CHARACTERS  # bytes
    return [
        Odd.TOO_LONG if length is not None and length > most else cell_of(value.as_py())
        for value, length in zip(column, lengths, strict=True)
    ]


def _named(value: object, names: Sequence[str] | None) -> Cell:
    if names and value == _NO_LABEL:
        return None
    if names and isinstance(value, int) and 0 <= value < len(names):
        return names[value]
    if names and isinstance(value, list):
        return cell_of([_named(each, names) for each in value])
    return cell_of(value)


def _label_names(metadata: Mapping[bytes, bytes] | None) -> _Names:
    """What `datasets` writes beside the rows: the names that the numbers of a column stand for."""
    try:
        features = json.loads((metadata or {})[b"huggingface"])["info"]["features"]
        pairs = [(name, _names_in(feature)) for name, feature in features.items()]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return {}
    return {name: names for name, names in pairs if names}


def _names_in(feature: object) -> Sequence[str]:
    match feature:
        case {"names": [*names]} if all(isinstance(name, str) for name in names):
            return names
        case {"feature": inner} | [inner]:
            return _names_in(inner)
    return ()
