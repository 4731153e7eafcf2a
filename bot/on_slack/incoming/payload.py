"""What stands in a payload of Slack's, which may be anything."""

from collections.abc import Mapping
from typing import Any

from handlers.types import UserError


def member(payload: object, key: str) -> Mapping[str, Any]:
    """Return the object under a key.

    Raises:
        UserError: there is none.
    """
    found = payload.get(key) if isinstance(payload, Mapping) else None
    if not isinstance(found, Mapping):
        raise UserError("unknown_control", control=key)
    return found


def text_of(payload: object, key: str) -> str:
    """Return the text under a key.

    Raises:
        UserError: there is none.
    """
    found = payload.get(key) if isinstance(payload, Mapping) else None
    if not isinstance(found, str):
        raise UserError("unknown_control", control=key)
    return found
