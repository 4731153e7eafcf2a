"""The Web API: from a request to an answer."""

from __future__ import annotations

import json

from aiohttp import web

from tests.servers.slack_server.fault import Fault
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.web_api import api_app, api_chat, api_files, api_people, api_views
from tests.servers.slack_server.web_api.method import Call, Method
from tests.servers.slack_server.web_api.rates import Rates
from tests.servers.slack_server.web_api.received import (
    Received,
    noted,
    parsed_object,
    read_arguments,
)
from tests.servers.slack_server.web_api.refusal import Refusal
from tests.servers.slack_server.web_api.token import Token
from tests.servers.slack_server.world import World

MODULES = (api_app, api_chat, api_files, api_people, api_views)
METHODS = {method.name: method for module in MODULES for method in module.METHODS}


class WebApi:
    """Answers methods, posts to response URLs, uploads."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rates = Rates()
        self.faults: list[Fault] = []
        self.requests: list[Received] = []

    async def method(self, request: web.Request) -> web.StreamResponse:
        """Answer a method."""
        return await self._handle(request, noted(request, request.match_info["method"]))

    async def response_url(self, request: web.Request) -> web.StreamResponse:
        """Take a post to a response URL."""
        return await self._handle(request, noted(request, "response_url"))

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes of a file."""
        return await self._handle(request, noted(request, "upload"))

    async def _handle(self, request: web.Request, received: Received) -> web.StreamResponse:
        """Answer a request, or let a fault have it."""
        self.requests.append(received)
        fault = next((one for one in self.faults if one.strikes(received)), None)
        if fault is not None:
            await fault.wait()
        if fault is None or fault.takes_effect or fault.only_delays:
            response = await self._true_answer(request, received)
        else:
            await request.read()
        if fault is None or fault.only_delays:
            return response
        if fault.cuts and request.transport is not None:
            request.transport.abort()
        if fault.raw is not None:
            return _raw(received, fault)
        return _json(received, fault.body(), fault.status, fault.all_headers())

    async def _true_answer(self, request: web.Request, received: Received) -> web.StreamResponse:
        takers = {"response_url": self._take_response, "upload": self._take_upload}
        taker = takers.get(received.method)
        if taker is None:
            return await self._answer(request, received)
        try:
            text, status = await taker(request, received), 200
        except Refusal as refusal:
            text, status = refusal.error, refusal.status if refusal.status != 200 else 400
        received.status, received.answer = status, text
        return web.Response(text=text, status=status)

    async def _answer(self, request: web.Request, received: Received) -> web.StreamResponse:
        headers: dict[str, str] = {}
        try:
            await read_arguments(request, received)
            method = self._find(received)
            token = self._authorized(method, received, headers)
            self._count(method, token, received)
            body = {"ok": True, **method.handler(Call(self.world, received, token))}
            status = 200
        except Refusal as refusal:
            body, status = refusal.body, refusal.status
            headers |= refusal.headers
        if received.warnings:
            body["warning"] = ",".join(received.warnings)
            body.setdefault("response_metadata", {})["warnings"] = received.warnings
        return _json(received, body, status, headers)

    def _find(self, received: Received) -> Method:
        method: Method | None = METHODS.get(received.method)
        if method is None:
            self.world.checker.note(received, "this server has no such method")
            raise Refusal("unknown_method", {"req_method": received.method})
        if received.is_json and not method.takes_json:
            self.world.checker.note(received, "takes no JSON: its arguments are not seen")
            received.args = {}
        return method

    def _authorized(
        self, method: Method, received: Received, headers: dict[str, str]
    ) -> Token | None:
        """Find the token and hold it against what the method needs."""
        if not method.tokens:
            return None
        if not received.token:
            raise Refusal("not_authed")
        token = self.world.tokens.get(received.token)
        if token is None or token.error is not None:
            raise Refusal(token.error or "invalid_auth" if token else "invalid_auth")
        if token.kind not in method.tokens.split():
            raise Refusal("not_allowed_token_type")
        provided = ",".join(sorted(token.scopes))
        headers["x-oauth-scopes"] = provided
        if method.scope is not None:
            needed = method.scope.split("|")
            headers["x-accepted-oauth-scopes"] = ",".join(needed)
            if not token.scopes & set(needed):
                raise Refusal("missing_scope", {"needed": needed[0], "provided": provided})
        return token

    def _count(self, method: Method, token: Token | None, received: Received) -> None:
        team = token.team.id if token is not None and token.team is not None else ""
        wait_s = self.rates.wait_s(method.name, team, str(received.args.get("channel", "")))
        if wait_s:
            raise Refusal("ratelimited", status=429, headers={"Retry-After": str(wait_s)})

    async def _take_response(self, request: web.Request, received: Received) -> str:
        known = self.world.response_urls.get(request.path)
        if known is None:
            raise Refusal("invalid_url", status=404)
        if request.content_type == "application/json":
            body: Json = parsed_object(await request.read())
        else:
            body = json.loads(str((await request.post()).get("payload", "{}")))
        received.args = body
        known.take(received, body)
        return "ok"

    async def _take_upload(self, request: web.Request, received: Received) -> str:
        file = self.world.files.get(request.match_info["file_id"])
        if file is None or file.is_complete:
            raise Refusal("file_not_found", status=404)
        if request.content_type == "multipart/form-data":
            part = next(iter((await request.post()).values()))
            body = bytes(part.file.read()) if isinstance(part, web.FileField) else b""
        else:
            body = await request.read()
        received.args = {"file_id": file.id, "length": len(body)}
        if len(body) != file.length:
            self.world.checker.note(received, f"{len(body)} bytes came of {file.length}")
            raise Refusal("invalid_length", status=400)
        file.body = body
        return f"OK - {len(body)}"


def _raw(received: Received, fault: Fault) -> web.StreamResponse:
    received.status, received.answer = fault.status, fault.raw
    headers = {"Content-Type": fault.content_type, **fault.all_headers()}
    return web.Response(body=fault.raw, status=fault.status, headers=headers)


def _json(
    received: Received, body: Json, status: int, headers: dict[str, str]
) -> web.StreamResponse:
    received.status, received.answer = status, body
    return web.json_response(body, status=status, headers=headers)
