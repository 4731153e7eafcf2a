"""What the "Share" button publishes, carried by the button itself.

Slack does not send a private message back with a press of its button: so that the press works
after a restart, the button's value holds the message, if it is small enough.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from typing import Any

from bot.on_slack.blocks import Block
from handlers.types import UserError

LONGEST_VALUE = 2_000
_MOST_BYTES = 200_000


def pack(blocks: Sequence[Block], text: str) -> str:
    """Return a message as a button's value, or nothing if it is too large for one."""
    content = json.dumps([list(blocks), text], ensure_ascii=False, separators=(",", ":"))
    value = base64.urlsafe_b64encode(zlib.compress(content.encode(), 9)).decode()
    return value if len(value) <= LONGEST_VALUE else ""


def unpack(value: str) -> tuple[list[Block], str]:
    """Return the blocks and the text of a packed message.

    Raises:
        UserError: it was too large, or we have not packed it.
    """
    try:
        content = zlib.decompressobj().decompress(base64.urlsafe_b64decode(value), _MOST_BYTES)
        read: Any = json.loads(content)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise UserError("unknown_control", control="share") from error
    match read:
        case [[*blocks], str(text)] if all(isinstance(each, dict) for each in blocks):
            return blocks, text
        case _:
            raise UserError("unknown_control", control="share")
