"""Texts on their way to a server, which takes every character but one.

PostgreSQL has no NUL in a text. Who sends one finds "␀" in its place, the sign for it.
"""

import json
from typing import Any

import psycopg
from psycopg.types.string import StrDumperUnknown

from storage.sql.nul import without_escaped_nul, without_nul


class WithoutNul(StrDumperUnknown):
    """How psycopg sends a `str`."""

    def dump(self, obj: str) -> Any:  # noqa: ANN401 - a Buffer, which 3.11 has no name for
        """Towards the database."""
        return super().dump(without_nul(obj))


def as_json(value: object) -> str:
    """Write any JSON value, also a Mapping that is no dict; fails as all that a server refuses."""
    try:
        return without_escaped_nul(json.dumps(value, default=dict))
    except (TypeError, ValueError) as error:
        raise psycopg.DataError from error
