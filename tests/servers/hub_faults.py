"""What can be made to go wrong with an answer, and how bodies are sent, well or badly."""

import asyncio
import fnmatch
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Fault:
    """Something that goes wrong with the requests it fits, `times` times (None: always)."""

    path: str = "*"
    """A pattern as of fnmatch, for the path of the address."""
    method: str = "*"
    times: int | None = None
    status: int | None = None
    """Answer this instead."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Add these, or put them in the place of the true ones."""
    body: bytes | None = None
    """Send this in the place of the true content, at its true address."""
    delay_s: float = 0
    """Say nothing for so long."""
    held: asyncio.Event | None = None
    """Say nothing until it is set."""
    bytes_per_s: int | None = None
    from_start: bool = False
    """Send all of it, whichever part is asked for."""
    cut_after: int | None = None
    """Break the connection off after so many bytes of the body."""
    hangs_up: bool = False
    """Break it off before what comes is read."""

    def strikes(self, request: web.Request) -> bool:
        """Say whether it is the turn of this request, and count it."""
        fits = fnmatch.fnmatch(request.path, self.path) and fnmatch.fnmatch(
            request.method, self.method
        )
        if not fits or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


current: ContextVar[Fault] = ContextVar("current")
"""The fault of the request that is being answered; one without effect where all is well."""


def instead(fault: Fault) -> web.Response | None:
    """Answer with the fault alone, where it has a status."""
    if fault.status is None:
        return None
    body = b'{"error": "fault"}' if fault.body is None else fault.body
    headers = {"Content-Type": "application/json", **fault.headers}
    return web.Response(status=fault.status, body=body, headers=headers)


async def send(request: web.Request, body: bytes, headers: Mapping[str, str]) -> web.StreamResponse:
    """Send a file, or the range of it that was asked for."""
    fault = current.get()
    content = body if fault.body is None else fault.body
    start = 0 if fault.from_start else _range_start(request)
    response = web.StreamResponse(
        status=206 if start else 200,
        headers={"Accept-Ranges": "bytes", **headers, **fault.headers},
    )
    if start:
        response.headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
    response.content_length = len(content) - start
    await response.prepare(request)
    if request.method != "HEAD":
        await _write(request, response, content[start:])
    return response


async def _write(request: web.Request, response: web.StreamResponse, content: bytes) -> None:
    fault = current.get()
    step = (fault.bytes_per_s or 10 * len(content) + 10) // 10
    for piece in _pieces(content[: fault.cut_after], max(step, 1)):
        await response.write(piece)
        if fault.bytes_per_s is not None:
            await asyncio.sleep(0.1)
    if fault.cut_after is not None and request.transport is not None:
        request.transport.close()


def _pieces(content: bytes, step: int) -> Iterator[bytes]:
    for start in range(0, len(content), step):
        yield content[start : start + step]


def _range_start(request: web.Request) -> int:
    match = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
    return int(match[1]) if match else 0
