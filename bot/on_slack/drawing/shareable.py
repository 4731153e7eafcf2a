"""What the "Share" button publishes, carried by the button itself.

Slack does not send a private message back with a press of its button: so that the press works
after a restart, the button's value holds the message, if it is small enough. It is sealed, so
that nothing but an answer of ours to this person is published in our name.
"""

import base64
import binascii
import hashlib
import hmac
import json
import zlib
from collections.abc import Sequence
from typing import Any

from bot.on_slack.drawing.blocks import Block
from handlers.types import UserError

LONGEST_VALUE = 2_000
_MOST_BYTES = 200_000
_SEAL_BYTES = 16


def sealing_key(token: str | None, user: str) -> bytes:
    """Return what seals the answers of one person; none without a token."""
    return hmac.digest(token.encode(), f"share:{user}".encode(), "sha256") if token else b""


def pack(blocks: Sequence[Block], text: str, key: bytes) -> str:
    """Return a message as a button's value, or nothing if it is too large for one."""
    content = json.dumps([list(blocks), text], ensure_ascii=False, separators=(",", ":"))
    packed = zlib.compress(content.encode(), 9)
    value = base64.urlsafe_b64encode(_seal(packed, key) + packed).decode()
    return value if len(value) <= LONGEST_VALUE else ""


def unpack(value: str, key: bytes) -> tuple[list[Block], str]:
    """Return the blocks and the text of a packed message.

    Raises:
        UserError: it was too large, or we have not packed it for this person.
    """
    try:
        read = _content(base64.urlsafe_b64decode(value), key)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise UserError("unknown_control", control="share") from error
    match read:
        case [[*blocks], str(text)] if all(isinstance(each, dict) for each in blocks):
            return blocks, text
        case _:
            raise UserError("unknown_control", control="share")


def _content(sealed: bytes, key: bytes) -> Any:  # noqa: ANN401 - JSON
    seal, packed = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
    if not key or not hmac.compare_digest(seal, _seal(packed, key)):
        raise ValueError("not our seal")
    return json.loads(zlib.decompressobj().decompress(packed, _MOST_BYTES))


def _seal(packed: bytes, key: bytes) -> bytes:
    return hmac.digest(key, packed, hashlib.sha256)[:_SEAL_BYTES]
