"""Forms that are sent: read within bounds of size and time, whoever sends them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_request import FileField

from bot.on_web.connection.refusals import Refused
from bot.on_web.page import SMALL
from handlers.types import Attachment

_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_UNREADABLE = (
    *(ValueError, LookupError, RuntimeError, HttpProcessingError),
    *(web.RequestPayloadError, ConnectionError),
)
"""Not what its type says, no such encoding, or cut off."""
_SMALL_S, _LARGE_S = 10.0, 60.0
"""How long somebody may take to send a form, and one with files."""
_LARGE_AT_ONCE = 4
"""So many forms with files are read at a time: each is held in memory."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in."""

    values: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Attachment] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return what stands in a field; nothing where there is none."""
        return self.values.get(name, "")


class Bodies:
    """Reads them."""

    def __init__(self) -> None:
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)

    async def read(self, request: web.Request, most_bytes: int) -> Form:
        """Return a form.

        Raises:
            Refused: it is too large, comes too slowly, or is none.
        """
        if request.content_type not in _TYPES:
            raise Refused(415, "web.no_form")
        length = request.content_length
        if length is not None and length > most_bytes:
            raise _too_large(most_bytes)
        if length is not None and length <= SMALL:
            return await _read(request, most_bytes, _SMALL_S)
        if self._large.locked():
            raise Refused(503, "web.busy")
        async with self._large:
            return await _read(request, most_bytes, _LARGE_S)


async def _read(request: web.Request, most_bytes: int, within_s: float) -> Form:
    try:
        async with asyncio.timeout(within_s):
            sent = await request.clone(client_max_size=most_bytes).post()
    except TimeoutError:
        raise Refused(408, "web.too_slow") from None
    except web.HTTPRequestEntityTooLarge:
        raise _too_large(most_bytes) from None
    except _UNREADABLE:
        raise Refused(400, "web.no_form") from None
    values = {name: value for name, value in sent.items() if isinstance(value, str)}
    files = {
        name: _attachment(value)
        for name, value in sent.items()
        if isinstance(value, FileField) and value.filename
    }
    return Form({name: _typed(value) for name, value in values.items()}, files)


def _typed(value: str) -> str:
    """Browsers send every line end as two characters."""
    return value.replace("\r\n", "\n")


def _attachment(sent: FileField) -> Attachment:
    content = sent.file.read()
    sent.file.close()

    async def fetch(most_bytes: int) -> bytes:
        return content[: most_bytes + 1]

    return Attachment(sent.filename, len(content), fetch)


def _too_large(most_bytes: int) -> Refused:
    return Refused(413, "web.too_large", most=f"{most_bytes / 1e6:,.0f}")
