"""A Discord on loopback: what the unmodified discord.py needs, and people to use the bot."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.servers.discord_server.checks.checking import Checker
from tests.servers.discord_server.checks.openapi import description
from tests.servers.discord_server.fault import Fault
from tests.servers.discord_server.gateways.gateway import Gateway
from tests.servers.discord_server.rest.answering import Rest
from tests.servers.discord_server.rest.rates import Rates
from tests.servers.discord_server.rest.received import Received
from tests.servers.discord_server.world import World
from tests.waiting import PATIENCE_S

LARGEST_REQUEST = 128 * 1024 * 1024


class LoopbackDiscord(World):
    """The server. Everything that happens in it can be asked for afterwards."""

    def __init__(
        self,
        shards: int = 1,
        *,
        port: int = 0,
        token: str | None = None,
        validate: bool = True,
        rate_limits: bool = True,
    ) -> None:
        """`validate` and `rate_limits` off are for benchmarks."""
        super().__init__(shards, token)
        self.allow_violations = False
        """Whether leaving `async with` is quiet about what was wrong with the requests."""
        self._checker = Checker(description() if validate else None, is_on=validate)
        self._gateway = Gateway(self)
        self._rest = Rest(self, self._checker)
        if not rate_limits:
            self.rates.limits.clear()
            self.rates.overall = None
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        """What DISCORD_API_URL takes."""
        return f"{self.address}/api/v10"

    @property
    def settings(self) -> dict[str, str]:
        """What `tokki run` has to be told to come here."""
        return {"DISCORD_TOKEN": self.token, "DISCORD_API_URL": self.api_url}

    @property
    def gateway_url(self) -> str:
        """What DiscordWebSocket.DEFAULT_GATEWAY takes, where a session begins anew."""
        return self.address.replace("http://", "ws://") + "/"

    # What came.

    @property
    def requests(self) -> list[Received]:
        """Every request, in the order they came."""
        return self._rest.requests

    @property
    def violations(self) -> list[str]:
        """What was wrong with the requests."""
        return self._checker.violations

    @property
    def must_not_ping(self) -> bool:
        """Whether every message has to say that it pings nobody."""
        return self._checker.must_not_ping

    @must_not_ping.setter
    def must_not_ping(self, value: bool) -> None:
        self._checker.must_not_ping = value

    @property
    def intents(self) -> int | None:
        """The intents of the last IDENTIFY."""
        return self._gateway.intents

    @property
    def resumes(self) -> int:
        """How many RESUMEs went well."""
        return self._gateway.resumes

    @property
    def heartbeats(self) -> int:
        """How many heartbeats came."""
        return self._gateway.heartbeats

    @property
    def rates(self) -> Rates:
        """The rate limits, and how often they were exceeded."""
        return self._rest.rates

    async def ready(self, timeout: float = PATIENCE_S) -> None:  # noqa: ASYNC109
        """Wait until a client has identified on all shards and got its guilds."""
        await self._gateway.ready(timeout)

    # What goes wrong.

    @property
    def faults(self) -> list[Fault]:
        """Those of the REST routes; the first that fits has its turn."""
        return self._rest.faults

    def fail(
        self,
        method: str,
        path_pattern: str,
        status: int = 500,
        times: int | None = 1,
        **how: Any,
    ) -> Fault:
        """Let the next requests that fit fail; see Fault for how."""
        fault = Fault(method, path_pattern, status, times, **how)
        self.faults.append(fault)
        return fault

    def refuse_callback(self, code: int = 10062, times: int = 1) -> None:
        """Refuse the next callbacks, as if they came too late (10062) or twice (40060)."""
        self.refused_callbacks += [code] * times

    def refuse_identify(self, code: int = 4014, times: int = 1) -> None:
        """Close the next sockets that identify."""
        self._gateway.refusals += [code] * times

    def send_frame(self, frame: str) -> None:
        """Send the client something that may be none of Discord's frames."""
        for line in self._gateway.lines:
            line.send(frame)

    async def cut(self) -> None:
        """Drop every gateway socket with no close frame."""
        self._gateway.cut()

    async def close_sockets(self, code: int) -> None:
        """Close every gateway socket with a code."""
        await self._gateway.close(code)

    async def ask_reconnect(self) -> None:
        """Ask every client to come again (op 7)."""
        self._gateway.ask_reconnect()

    async def invalidate(self, resumable: bool = False) -> None:
        """Tell every client that its session is invalid (op 9)."""
        self._gateway.invalidate(resumable=resumable)

    @property
    def mute_heartbeats(self) -> bool:
        """Whether a socket is open on which nothing is heard any more."""
        return any(line.is_muted for line in self._gateway.lines)

    @mute_heartbeats.setter
    def mute_heartbeats(self, value: bool) -> None:
        """Make zombies of the sockets that are open now; those that come later are well."""
        for line in self._gateway.lines:
            line.is_muted = value

    @property
    def heartbeat_interval_ms(self) -> int:
        """What HELLO tells."""
        return self._gateway.heartbeat_interval_ms

    @heartbeat_interval_ms.setter
    def heartbeat_interval_ms(self, value: int) -> None:
        self._gateway.heartbeat_interval_ms = value

    # Coming and going.

    async def start(self) -> None:
        """Listen, at the same port as before where there was one."""
        application = web.Application(client_max_size=LARGEST_REQUEST)
        application.router.add_get("/", self._gateway.handle)
        application.router.add_get("/attachments/{channel}/{number}/{name}", self._rest.file)
        application.router.add_route("*", "/api/{path:.*}", self._rest.handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.address = f"http://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """Go away, with all connections; what is known stays known."""
        self._gateway.cut()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def restart(self, lose_sessions: bool = True) -> None:
        """Go away and come back at the same port."""
        await self.stop()
        if lose_sessions:
            self._gateway.sessions.clear()
        await self.start()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
        if not self.violations or self.allow_violations:
            return
        told = "The bot sent what Discord does not take:\n" + "\n".join(self.violations)
        if error is not None:
            error.add_note(told)
        else:
            raise AssertionError(told)
