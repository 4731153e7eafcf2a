"""What comes from a gateway that is none of Discord's, or not as its library expects it.

An event that cannot be read costs that event, and a frame costs the connection, which is resumed.
Left to itself, discord.py ends the client for good, and has no public way to be told otherwise.
"""

import asyncio
import functools
import logging
from collections.abc import Callable, MutableMapping
from typing import Any

import aiohttp
import discord
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

Parse = Callable[[Any], None]
_HAS_TO_BE_READ = ("READY", "RESUMED")
"""Without these there is no session."""

_FORESEEN = (ReconnectWebSocket, discord.DiscordException, aiohttp.ClientError, OSError)
"""What discord.py itself knows how to go on from."""
_PAUSE_S = 1.0
_received = DiscordWebSocket.received_message

log = logging.getLogger(__name__)


def survive_odd_frames() -> None:
    """Let every connection be resumed where it sends what cannot be read."""
    DiscordWebSocket.received_message = _received_or_resumed  # type: ignore[method-assign]


async def _received_or_resumed(socket: DiscordWebSocket, frame: Any) -> None:  # noqa: ANN401
    try:
        await _received(socket, frame)
    except _FORESEEN:
        raise
    except Exception as error:
        log.exception("a frame of Discord's could not be read")
        await socket.close()
        await asyncio.sleep(_PAUSE_S)
        raise ReconnectWebSocket(socket.shard_id) from error


def drop_odd_events(parsers: MutableMapping[str, Parse]) -> None:
    """Let each parser drop what it cannot read."""
    for event, parse in parsers.items():
        if event not in _HAS_TO_BE_READ:
            parsers[event] = _tolerant(event, parse)


def _tolerant(event: str, parse: Parse) -> Parse:
    @functools.wraps(parse)
    def read(data: Any) -> None:  # noqa: ANN401 - JSON
        try:
            parse(data)
        except Exception:
            log.exception("an event of Discord's could not be read: %s", event)

    return read
