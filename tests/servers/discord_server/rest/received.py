"""A request of the bot."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.discord_server.rest.refusal import Refusal

PREFIX = re.compile(r"^/api(/v\d+)?")


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request: the n of its `files[n]`, its name, its bytes."""

    index: int
    name: str
    body: bytes


@dataclass
class Received:
    """A request as it came, and how it was answered."""

    method: str
    path: str
    """Without /api/v10."""
    headers: Mapping[str, str]
    query: Mapping[str, str]
    at: float
    """On the clock of time.perf_counter."""
    json: Any = None
    uploads: list[Upload] = field(default_factory=list)
    status: int | None = None
    answer: Any = None

    @property
    def files(self) -> dict[str, bytes]:
        """The uploaded files by name."""
        return {upload.name: upload.body for upload in self.uploads}

    def __repr__(self) -> str:
        return f"<{self.method} {self.path}: {self.status}>"


def noted(request: web.Request) -> Received:
    """Note a request before its body is read."""
    path = PREFIX.sub("", request.path)
    return Received(request.method, path, request.headers, request.query, time.perf_counter())


async def read_body(request: web.Request, received: Received) -> None:
    """Read the body: JSON, or a form with JSON and files."""
    if request.content_type == "multipart/form-data":
        await _read_form(request, received)
    elif request.can_read_body:
        received.json = _parsed(await request.read())


async def _read_form(request: web.Request, received: Received) -> None:
    async for part in await request.multipart():
        name = getattr(part, "name", None) or ""
        body = bytes(await part.read())  # type: ignore[union-attr]  # a form in a form comes never
        if name == "payload_json":
            received.json = _parsed(body)
        elif match := re.fullmatch(r"files\[(\d+)\]", name):
            filename = getattr(part, "filename", None) or "unknown"
            received.uploads.append(Upload(int(match[1]), filename, body))


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        raise Refusal(400, 50109) from None
