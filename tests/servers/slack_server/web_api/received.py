"""A request of the bot."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.web_api.refusal import Refusal

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
STRUCTURED = {"blocks", "attachments", "view", "files", "metadata", "unfurls", "manifest"}
"""Arguments that are JSON, written as text where the body is a form."""


@dataclass
class Received:
    """A request as it came, and how it was answered."""

    method: str
    """The Web API's, such as chat.postMessage; `response_url` or `upload` for the other posts."""
    verb: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    at: float = field(default_factory=time.perf_counter)
    args: Json = field(default_factory=dict)
    """What it says, of its query and its body."""
    is_json: bool = False
    token: str | None = None
    status: int | None = None
    answer: Any = None
    warnings: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<{self.method}: {self.status}>"


def noted(request: web.Request, method: str) -> Received:
    """Note a request before its body is read."""
    return Received(method, request.method, request.headers, request.query)


async def read_arguments(request: web.Request, received: Received) -> None:
    """Read the arguments from the query and the body, and the token."""
    args: Json = dict(request.query)
    if request.method == "POST" and request.can_read_body:
        args |= await _body(request, received)
    received.token = _bearer(request) or (None if received.is_json else args.get("token"))
    args.pop("token", None)
    received.args = {key: _structured(key, value) for key, value in args.items()}


async def _body(request: web.Request, received: Received) -> Json:
    if request.content_type == "application/json":
        received.is_json = True
        if request.charset is None:
            received.warnings.append("missing_charset")
        return parsed_object(await request.read())
    if request.content_type not in FORMS:
        raise Refusal("invalid_post_type")
    return dict(await request.post())


def parsed_object(body: bytes) -> Json:
    """Read a JSON object, or refuse."""
    try:
        found = json.loads(body)
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(found, dict):
        raise Refusal("json_not_object")
    return found


def _structured(key: str, value: Any) -> Any:
    """Read what is JSON within a form; what is none is left for the method to refuse."""
    if key not in STRUCTURED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else None
