"""Texts on their way to a server, which takes every character but one.

PostgreSQL has no NUL in a text. Who sends one finds "␀" in its place, the sign for it.
"""

import json
import re
from typing import Any

import psycopg
from psycopg.types.string import StrDumperUnknown

SIGN = "\u2400"
_ESCAPED = re.compile(r"\\(u0000|.)")
_SIGN_ESCAPED = "\\u2400"


class WithoutNul(StrDumperUnknown):
    """How psycopg sends a `str`."""

    def dump(self, obj: str) -> Any:  # noqa: ANN401 - a Buffer, which 3.11 has no name for
        """Towards the database."""
        return super().dump(without_nul(obj))


def without_nul(text: str) -> str:
    """Return a text that a server takes."""
    return text.replace("\x00", SIGN)


def as_json(value: object) -> str:
    """Write any JSON value, also a Mapping that is no dict; fails as all that a server refuses."""
    try:
        return without_escaped_nul(json.dumps(value, default=dict))
    except (TypeError, ValueError) as error:
        raise psycopg.DataError from error


def without_escaped_nul(written: str) -> str:
    """Return JSON with no NUL in it; an escaped backslash before "u0000" is none."""
    return _ESCAPED.sub(lambda found: _SIGN_ESCAPED if found[1] == "u0000" else found[0], written)
