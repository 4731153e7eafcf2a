"""Takes no more of an answer than Discord would send: a proxy may send a disk image.

discord.py reads every body whole, and offers nothing but aiohttp's tracing to look at it before.
"""

from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, cast

import aiohttp

from handlers.reading.files import MOST_BYTES

_MOST_BYTES = max(MOST_BYTES, 8 * 1024 * 1024)
"""Of the largest file that people can give; all that Discord itself says takes far less."""


class BodyTooLarge(aiohttp.ClientPayloadError):
    """What answers is not Discord, and what it sends is not read to its end."""


def bounded_bodies() -> aiohttp.TraceConfig:
    """Return what a client of discord.py takes as its `http_trace`."""
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(_bound)
    return trace


async def _bound(
    _session: aiohttp.ClientSession, _: SimpleNamespace, ended: aiohttp.TraceRequestEndParams
) -> None:
    """Look at an answer whose head has come, before its body is read.

    Raises:
        BodyTooLarge: its head says so.
    """
    response = ended.response
    if (response.content_length or 0) > _MOST_BYTES:
        raise BodyTooLarge(f"{response.content_length} bytes")
    if response.status != HTTPStatus.SWITCHING_PROTOCOLS:
        response.content = cast("aiohttp.StreamReader", _BoundedReader(response.content))


class _BoundedReader:
    """A body that ends in an error where it is longer than it may be."""

    def __init__(self, content: aiohttp.StreamReader) -> None:
        self._content = content

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else aiohttp asks
        return getattr(self._content, name)

    async def read(self) -> bytes:
        """Return all of it, as `ClientResponse.read` wants it."""
        body = bytearray()
        while part := await self._content.readany():
            body += part
            if len(body) > _MOST_BYTES:
                raise BodyTooLarge(f"more than {_MOST_BYTES} bytes")
        return bytes(body)
