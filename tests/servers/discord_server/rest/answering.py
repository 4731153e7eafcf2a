"""The REST routes: from a request to an answer."""

from __future__ import annotations

import json
import traceback
from typing import Any

from aiohttp import web

from tests.servers.discord_server.checks.checking import Checker
from tests.servers.discord_server.checks.problem import Problem
from tests.servers.discord_server.fault import Fault
from tests.servers.discord_server.rest import (
    api_account,
    api_channels,
    api_commands,
    api_interactions,
    api_webhooks,
    rates,
)
from tests.servers.discord_server.rest.endpoint import Answer, Call, Endpoint, Routes
from tests.servers.discord_server.rest.received import Received, noted, read_body
from tests.servers.discord_server.rest.refusal import Refusal
from tests.servers.discord_server.world import World

ENDPOINTS = (
    *api_account.ENDPOINTS,
    *api_commands.ENDPOINTS,
    *api_interactions.ENDPOINTS,
    *api_webhooks.ENDPOINTS,
    *api_channels.ENDPOINTS,
)


class Rest:
    """Answers requests."""

    def __init__(self, world: World, checker: Checker) -> None:
        self.world = world
        self.checker = checker
        self.rates = rates.Rates()
        self.faults: list[Fault] = []
        self.requests: list[Received] = []
        self._routes = Routes(ENDPOINTS)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request, or let a fault have it."""
        received = noted(request)
        self.requests.append(received)
        fault = next((one for one in self.faults if one.strikes(received)), None)
        if fault is not None:
            await fault.wait()
        if fault is None or fault.takes_effect or fault.only_delays:
            response = await self._answer(request, received)
        else:
            await request.read()
        if fault is not None and fault.raw is not None:
            response = _raw(received, fault)
        elif fault is not None and not fault.only_delays:
            response = _response(received, fault.status, fault.body(), fault.all_headers())
        return response

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Give an attachment."""
        self.requests.append(noted(request))
        attachment = self.world.attachments.get(int(request.match_info["number"]))
        if attachment is None:
            return web.Response(status=404)
        described = attachment.json()["content_type"]
        return web.Response(body=attachment.body, headers={"Content-Type": described})

    async def _answer(self, request: web.Request, received: Received) -> web.StreamResponse:
        headers: dict[str, str] = {}
        try:
            await read_body(request, received)
            endpoint, names = self._find(received)
            over = self._count(endpoint, names, headers)
            if over is not None:
                return _response(received, 429, over, headers)
            call = Call(self.world, received, endpoint, names, self.checker)
            answer = endpoint.handler(call)
        except Refusal as refusal:
            answer = Answer(refusal.body, refusal.status)
        except Exception:  # a body of a shape that nobody thought of
            where = f"{received.method} {received.path}: this server could not read it"
            self.checker.violations.append(f"{where}\n{traceback.format_exc(limit=-3)}")
            answer = Answer({"message": "500: Internal Server Error", "code": 0}, 500)
        return _response(received, answer.status, answer.body, headers)

    def _find(self, received: Received) -> tuple[Endpoint, dict[str, str]]:
        found = self._routes.find(received.method, received.path)
        if found is None:
            problem = Problem((), "this server has no such route")
            self.checker.violations.append(f"{received.method} {received.path}: {problem}")
            raise Refusal(404, 0)
        token = received.headers.get("Authorization")
        if found[0].needs_bot and token != f"Bot {self.world.token}":
            raise Refusal(401, 0)
        return found

    def _count(self, endpoint: Endpoint, names: dict[str, str], headers: dict[str, str]) -> Any:
        """Count a request, and give the body of a 429 where it was one too many."""
        # Interactions are not bound to the bot's global limit.
        overall = self.rates.count_overall() if endpoint.needs_bot else None
        major = names.get("webhook_token") or names.get("channel_id") or ""
        window = self.rates.count(endpoint.route, major)
        if window is not None:
            headers |= rates.headers(window, endpoint.route)
        for limit, is_global in ((overall, True), (window, False)):
            if limit is not None and limit.is_over:
                body, told = rates.refused(limit, is_global=is_global)
                headers |= told
                return body
        return None


def _raw(received: Received, fault: Fault) -> web.StreamResponse:
    received.status, received.answer = fault.status, fault.raw
    headers = {"Content-Type": fault.content_type, **fault.all_headers()}
    return web.Response(status=fault.status, body=fault.raw, headers=headers)


def _response(
    received: Received, status: int, body: Any, headers: dict[str, str]
) -> web.StreamResponse:
    received.status = status
    received.answer = body
    if body is None:
        return web.Response(status=status, headers=headers)
    # discord.py takes a Content-Type with a charset for text.
    told = {"Content-Type": "application/json", **headers}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=told)
