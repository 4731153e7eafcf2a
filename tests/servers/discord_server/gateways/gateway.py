"""The gateway: HELLO, IDENTIFY, READY, heartbeats, RESUME, and how all that can go wrong."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from aiohttp import web

from tests.servers.discord_server.gateways.line import ACK, HELLO, INVALID, RECONNECT, Line, is_text
from tests.servers.discord_server.gateways.packing import packing_for
from tests.servers.discord_server.gateways.session import Session
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.rest.api_account import bot_json, gateway_url
from tests.servers.discord_server.world import World

GUILDS = 1 << 0
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
"""The intents of members, presences and message content."""

ENDS_SESSION = frozenset({1000, 1001, 4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014})
"""After these a client cannot resume."""


class Gateway:
    """Keeps sessions and their sockets."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.send = self.send
        self.sessions: dict[str, Session] = {}
        self.lines: set[Line] = set()
        self.heartbeat_interval_ms = 41_250
        self.intents: int | None = None
        """Those of the last IDENTIFY."""
        self.resumes = 0
        self.heartbeats = 0
        self.refusals: list[int] = []
        """Close codes for the next IDENTIFYs."""
        self._identified_at_s: dict[int, float] = {}
        self._is_ready = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Talk with a client until its socket closes."""
        packing = packing_for(request.query.get("compress"))
        if packing is None:
            return web.Response(status=400, text="this Python has no such compression")
        line = Line(request, packing)
        await line.open()
        self.lines.add(line)
        try:
            line.say(HELLO, {"heartbeat_interval": self.heartbeat_interval_ms, "_trace": []})
            async for message in line.socket:
                if is_text(message.type):
                    await self._take(line, json.loads(message.data))
        finally:
            line.end()
            self._forget(line)
        return line.socket

    def send(self, guild_id: int, event: str, data: Json) -> bool:
        """Dispatch an event to the shard of a guild, and say whether a session was there."""
        found = False
        for session in self.sessions.values():
            if (guild_id >> 22) % session.shards != session.shard:
                continue
            if event == "INTERACTION_CREATE" or session.intents & GUILDS:
                session.dispatch(event, data)
                found = True
        return found

    async def ready(self, timeout: float) -> None:  # noqa: ASYNC109
        """Wait until every shard has a session with a socket, and its guilds."""
        try:
            await asyncio.wait_for(self._is_ready.wait(), timeout)
        except TimeoutError:
            known = [(one.shard, one.line is not None) for one in self.sessions.values()]
            raise AssertionError(f"no client is ready in {timeout} s: {known}") from None

    def cut(self) -> None:
        """Drop every socket with no close frame."""
        for line in tuple(self.lines):
            self._forget(line)
            line.abort()

    async def close(self, code: int) -> None:
        """Close every socket with a code."""
        lines = tuple(self.lines)
        for line in lines:
            self._forget(line, ends_session=code in ENDS_SESSION)
        await asyncio.gather(*(line.close(code) for line in lines))

    def ask_reconnect(self) -> None:
        """Ask every client to come again (op 7)."""
        for line in self.lines:
            line.say(RECONNECT)

    def invalidate(self, *, resumable: bool) -> None:
        """Tell every client that its session is invalid (op 9)."""
        for line in self.lines:
            line.say(INVALID, resumable)
            if line.session is not None and not resumable:
                self._drop(line.session)

    async def _take(self, line: Line, message: Json) -> None:
        op, data = message.get("op"), message.get("d")
        if op == 1:
            self.heartbeats += 1
            line.say(ACK)
        elif op == 2:
            await self._identify(line, data or {})
        elif op == 6:
            await self._resume(line, data or {})
        elif line.session is None:
            await line.close(4003)
        elif op not in (3, 4, 8):
            await line.close(4001)

    async def _identify(self, line: Line, data: Json) -> None:
        code = self._why_not(line, data)
        if code is not None:
            await line.close(code)
            return
        shard, shards = data.get("shard") or (0, 1)
        if self._is_too_quick(shard):
            self.world.too_quick += 1
            line.say(INVALID, False)
            return
        self.world.identifies += 1
        self.intents = data["intents"]
        for session in tuple(self.sessions.values()):
            if session.shard == shard and session.line is None:
                self._drop(session)
        session = Session(shard, shards, data["intents"])
        self.sessions[session.id] = session
        self._join(line, session)
        self._welcome(session)
        self._look_ready()

    def _is_too_quick(self, shard: int) -> bool:
        """See https://docs.discord.com/developers/events/gateway#identifying."""
        bucket, now_s = shard % self.world.max_concurrency, time.monotonic()
        since_s = now_s - self._identified_at_s.get(bucket, float("-inf"))
        if since_s < self.world.identify_every_s:
            return True
        self._identified_at_s[bucket] = now_s
        return self.world.identifies >= self.world.session_starts

    def _why_not(self, line: Line, data: Json) -> int | None:
        """Give the code to close with, where a client may not come in."""
        if line.session is not None:
            return 4005
        if str(data.get("token")).removeprefix("Bot ") != self.world.token:
            return 4004
        if self.refusals:
            return self.refusals.pop(0)
        shard, shards = data.get("shard") or (0, 1)
        if not 0 <= shard < shards:
            return 4010
        intents = data.get("intents")
        if not isinstance(intents, int) or intents < 0 or intents >= 1 << 32:
            return 4013
        return 4014 if intents & PRIVILEGED & ~self.world.privileged_intents else None

    def _welcome(self, session: Session) -> None:
        world = self.world
        known = [one for one in world.guilds.values() if one.with_bot]
        guilds = [one for one in known if (one.id >> 22) % session.shards == session.shard]
        ready: Json = {
            "v": 10,
            "user": bot_json(world),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": gateway_url(world),
            "shard": [session.shard, session.shards],
            "application": {"id": str(world.application_id), "flags": 0},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "_trace": [],
        }
        session.dispatch("READY", ready)
        for guild in guilds if session.intents & GUILDS else ():
            session.dispatch("GUILD_CREATE", guild.created())

    async def _resume(self, line: Line, data: Json) -> None:
        if str(data.get("token")).removeprefix("Bot ") != self.world.token:
            await line.close(4004)
            return
        session = self.sessions.get(str(data.get("session_id")))
        sequence: Any = data.get("seq")
        if session is None or not session.can_resume_from(sequence):
            line.say(INVALID, False)
            return
        self.resumes += 1
        self._join(line, session)
        session.resume_from(sequence)
        self._look_ready()

    def _join(self, line: Line, session: Session) -> None:
        if session.line is not None:
            session.line.session = None
        line.session, session.line = session, line

    def _drop(self, session: Session) -> None:
        self.sessions.pop(session.id, None)
        if session.line is not None:
            session.line.session = None
            session.line = None
        self._look_ready()

    def _forget(self, line: Line, *, ends_session: bool = False) -> None:
        """Let go of a socket, and of its session where that ended too."""
        self.lines.discard(line)
        session, line.session = line.session, None
        if session is None:
            return
        session.line = None
        if ends_session or line.socket.close_code in (1000, 1001):
            self._drop(session)
        self._look_ready()

    def _look_ready(self) -> None:
        """See whether all shards are here."""
        joined = [one for one in self.sessions.values() if one.line is not None]
        wanted = joined[0].shards if joined else 1
        if len({one.shard for one in joined}) >= wanted:
            self._is_ready.set()
        else:
            self._is_ready.clear()
