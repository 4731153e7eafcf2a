"""The keys by which near-duplicates are found, of many texts at once.

Forty keys a text: each as a value of its own would take longer than all the rest, so they travel as
JSON.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

MOST_WITH_A_KEY = 20
"""Who shares a key with more is of their group already."""

_FIRST = f"""
    SELECT found.key, examples.id, examples.group_key, examples.sketch FROM (
      SELECT known.key, known.example_id,
        row_number() OVER (PARTITION BY known.key ORDER BY known.example_id) AS place
      FROM {{wanted}} CROSS JOIN near_duplicate_keys AS known
      WHERE known.dataset_id = :dataset_id AND known.key = CAST(wanted.value AS BIGINT)
    ) AS found JOIN examples ON examples.id = found.example_id
    WHERE found.place <= {MOST_WITH_A_KEY}
"""  # noqa: S608 - a number of ours
_KNOWN = """
    SELECT CAST(wanted.value AS BIGINT) AS key FROM {wanted} WHERE EXISTS (
      SELECT 1 FROM near_duplicate_keys AS known
      WHERE known.dataset_id = :dataset_id AND known.key = CAST(wanted.value AS BIGINT)
    )
"""
_KEEP = """
    INSERT INTO near_duplicate_keys (dataset_id, key, example_id)
    SELECT :dataset_id, CAST(of_text.value AS BIGINT), CAST(texts.key AS BIGINT)
    FROM {texts}, {of_text} ORDER BY 2
"""  # in the order of the table, so that each of its pages is looked for once
_LISTED = {
    "sqlite": {
        "wanted": "json_each(:keys) AS wanted",
        "texts": "json_each(:keys) AS texts",
        "of_text": "json_each(texts.value) AS of_text",
    },
    "postgresql": {
        "wanted": "json_array_elements_text(CAST(:keys AS json)) AS wanted(value)",
        "texts": "json_each(CAST(:keys AS json)) AS texts",
        "of_text": "json_array_elements_text(texts.value) AS of_text(value)",
    },
}


def first_with(
    connection: Connection, dataset_id: int, keys: Collection[int]
) -> Iterable[Row[Any]]:
    """Of each key, the first of the dataset's texts that have it."""
    values = {"keys": json.dumps(sorted(keys)), "dataset_id": dataset_id}
    return connection.execute(_said(connection, _FIRST), values)


def known(connection: Connection, dataset_id: int, keys: Collection[int]) -> frozenset[int]:
    """Which of some keys lead to a text of the dataset."""
    values = {"keys": json.dumps(sorted(keys)), "dataset_id": dataset_id}
    return frozenset(connection.scalars(_said(connection, _KNOWN), values))


def keep_all(
    connection: Connection, dataset_id: int, by_text: Mapping[int, Collection[int]]
) -> None:
    """Let texts be found by their keys from now on."""
    listed = json.dumps({number: list(keys) for number, keys in by_text.items()})
    connection.execute(_said(connection, _KEEP), {"keys": listed, "dataset_id": dataset_id})


def _said(connection: Connection, statement: str) -> TextClause:
    return text(statement.format(**_LISTED[connection.dialect.name]))
