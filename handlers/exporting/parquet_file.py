"""Rows as Parquet, with what `datasets` needs to know that the numbers of the labels are names.

pyarrow is imported with this module, so only who writes Parquet imports it.
"""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from handlers.exporting.rows import Row, Rows
from models.canonical import without_surrogates

_KINDS: Mapping[str, Any] = {
    "id": pa.int64(),
    "votes": pa.int64(),
    "agreement": pa.float64(),
}
"""Of all other columns: texts."""


def as_parquet(rows: Rows, some: Sequence[Row] | None = None) -> bytes:
    """Return a file of all rows, or of some of them."""
    table = pa.table(
        {
            column: pa.array(
                [_cell(rows, column, row[column]) for row in (rows.rows if some is None else some)],
                _kind(rows, column),
            )
            for column in rows.columns
        }
    )
    known = {"huggingface": json.dumps({"info": {"features": _features(rows)}})}
    written = io.BytesIO()
    parquet.write_table(table.replace_schema_metadata(known), written, compression="zstd")
    return written.getvalue()


def _kind(rows: Rows, column: str) -> Any:  # noqa: ANN401 - pyarrow has no types
    if column == "label":
        return pa.list_(pa.int64()) if rows.is_multi else pa.int64()
    return _KINDS.get(column, pa.string())


def _cell(rows: Rows, column: str, value: object) -> object:
    if value is None:
        return None
    if column == "label":
        numbers = {name: number for number, name in enumerate(rows.label_names)}
        return [numbers[name] for name in value] if isinstance(value, list) else numbers[str(value)]
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return without_surrogates(value) if isinstance(value, str) else value


def _features(rows: Rows) -> Mapping[str, object]:
    label: dict[str, object] = {"names": list(rows.label_names), "_type": "ClassLabel"}
    if rows.is_multi:
        label = {"feature": label, "_type": "Sequence"}
    return {
        column: label
        if column == "label"
        else {"dtype": str(_kind(rows, column)).replace("double", "float64"), "_type": "Value"}
        for column in rows.columns
    }
