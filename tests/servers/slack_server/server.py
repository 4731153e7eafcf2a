"""The server: what tests hold in their hands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Self

from aiohttp import web

from tests.servers.slack_server.channel import Channel
from tests.servers.slack_server.deliveries.delivery import Delivery
from tests.servers.slack_server.deliveries.http_delivery import HttpDelivery
from tests.servers.slack_server.fault import Fault
from tests.servers.slack_server.ids import secret
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.people.person import Person
from tests.servers.slack_server.team import Team, UserGroup
from tests.servers.slack_server.web_api.answering import WebApi
from tests.servers.slack_server.web_api.pages import Pages
from tests.servers.slack_server.web_api.received import Received
from tests.servers.slack_server.web_api.routes import routes
from tests.servers.slack_server.world import World
from tests.waiting import PATIENCE_S

MOST_BYTES = 64 * 1024 * 1024


class LoopbackSlack:
    """A Slack on 127.0.0.1, in the running event loop."""

    def __init__(self, *, port: int = 0, validate: bool = True, team: str = "Loopback") -> None:
        """`validate=False` lets everything pass, for benchmarks."""
        self.world = World(validate=validate)
        self.allow_violations = False
        """Whether violations are no error when the server is left."""
        self.web_api = WebApi(self.world)
        self._pages = Pages(self.world, self.authorize)
        self.team = self.world.add_team(team)
        self.http: HttpDelivery | None = None
        """How things are delivered, where it is not by Socket Mode."""
        self._port = port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        self.world.postman.stop()
        self.world.socket.cut()
        if self.http is not None:
            await self.http.close()
        if self._runner is not None:
            await self._runner.cleanup()
        # What went wrong by itself tells more than what followed from it.
        if kind is None and not self.allow_violations:
            assert not self.violations, "the bot broke Slack's rules:\n" + "\n".join(
                self.violations
            )

    # Addresses and secrets

    @property
    def api_url(self) -> str:
        """The Web API, for SLACK_API_URL."""
        return f"{self.world.address}/api/"

    @property
    def bot_token(self) -> str:
        """The token in the first workspace."""
        return self.team.bot_token

    @property
    def app_token(self) -> str:
        """The token for Socket Mode."""
        return self.world.app_token.text

    @property
    def settings(self) -> dict[str, str]:
        """What `tokki run` has to be told to come here by Socket Mode."""
        return {
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_API_URL": self.api_url,
        }

    @property
    def config_token(self) -> str:
        """The token for apps.manifest.*."""
        return self.world.config_token.text

    @property
    def signing_secret(self) -> str:
        """What deliveries by HTTP are signed with."""
        return self.world.signing_secret

    # Who and what is there

    def add_team(self, name: str) -> Team:
        """Open another workspace, with its own bot_token."""
        return self.world.add_team(name)

    def add_person(
        self,
        name: str,
        locale: str = "en-US",
        *,
        is_admin: bool = False,
        is_owner: bool = False,
        team: Team | None = None,
    ) -> Person:
        """Let somebody have an account."""
        place = team or self.team
        return self.world.add_person(place, name, locale, is_admin=is_admin, is_owner=is_owner)

    def add_channel(
        self,
        name: str,
        team: Team | None = None,
        *,
        members: Iterable[Person] = (),
        is_private: bool = False,
        with_bot: bool = True,
    ) -> Channel:
        """Open a channel; everybody is in a public one, and the bot unless you say otherwise."""
        place = team or self.team
        return self.world.add_channel(
            place, name, members, is_private=is_private, with_bot=with_bot
        )

    def dm(self, *people: Person) -> Channel:
        """Give the direct messages of one person with the bot, or of several among themselves."""
        return self.world.dm(*people)

    def add_user_group(
        self, handle: str, people: Iterable[Person] = (), team: Team | None = None
    ) -> UserGroup:
        """Make a user group."""
        return self.world.add_user_group(team or self.team, handle, people)

    def authorize(self, team: Team) -> str:
        """Let somebody install the app by OAuth, and give the code for oauth.v2.access."""
        code = secret()
        self.world.codes[code] = team
        return code

    def uninstall(self, team: Team) -> None:
        """Take the app out of a workspace."""
        self.world.uninstall(team)

    # What came

    @property
    def requests(self) -> list[Received]:
        """Every request, in order."""
        return self.web_api.requests

    def count(self, method: str) -> int:
        """Count the requests for a method."""
        return sum(received.method == method for received in self.requests)

    @property
    def violations(self) -> list[str]:
        """What the bot has done against Slack's limits or the rules of this house."""
        return self.world.checker.violations

    @property
    def edits_too_fast(self) -> list[str]:
        """Edits within two seconds of another of the same message."""
        return self.world.checker.edits_too_fast

    @property
    def events(self) -> list[Delivery]:
        """Events that the bot was told of."""
        return self.world.events

    # Rules

    @property
    def may_mention(self) -> bool | tuple[str, ...]:
        """Whether control sequences may be sent, or the beginnings of those that may."""
        return self.world.checker.may_mention

    @may_mention.setter
    def may_mention(self, value: bool | tuple[str, ...]) -> None:
        self.world.checker.may_mention = value

    @property
    def watch_edits(self) -> bool:
        """Whether edits that come too soon are violations."""
        return self.world.checker.watch_edits

    @watch_edits.setter
    def watch_edits(self, value: bool) -> None:
        self.world.checker.watch_edits = value

    @property
    def manifest(self) -> Json:
        """The app's manifest: scopes, events, commands and shortcuts are as it says."""
        return self.world.manifest.json

    @manifest.setter
    def manifest(self, value: Json) -> None:
        self.world.use_manifest(value)

    def scopes(self, token: str | None = None) -> set[str]:
        """Give the scopes of a token, to be changed."""
        return self.world.tokens[token or self.bot_token].scopes

    # Faults

    def fail(self, method: str = "*", **how: Any) -> Fault:
        """Let the next requests of a method fail; see Fault for how."""
        fault = Fault(method, **how)
        self.web_api.faults.append(fault)
        return fault

    def revoke(self, token: str | None = None, error: str = "token_revoked") -> None:
        """Let a token be good no more; `invalid_auth` is another error for it."""
        self.world.tokens[token or self.bot_token].error = error

    async def connected(self, timeout: float = PATIENCE_S, *, at_least: int = 1) -> None:  # noqa: ASYNC109
        """Wait for a Socket Mode connection."""
        await self.world.socket.connected(timeout, at_least)

    async def cut(self) -> None:
        """Break all connections of Socket Mode off."""
        self.world.socket.cut()
        await asyncio.sleep(0)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew; `link_disabled` is for good."""
        self.world.socket.disconnect(reason)
        await asyncio.sleep(0)

    def go_deaf(self, *, answers_pings: bool = False) -> None:
        """Let the open connections neither hear nor say anything, while TCP stays open.

        With `answers_pings` the client's pings are answered, so that only the absence of the
        server's own pings and of events tells.
        """
        self.world.socket.go_deaf(answers_pings=answers_pings)

    @property
    def deliver_twice(self) -> bool:
        """Whether everything is delivered twice."""
        return self.world.postman.deliver_twice

    @deliver_twice.setter
    def deliver_twice(self, value: bool) -> None:
        self.world.postman.deliver_twice = value

    def redeliver(
        self, delivery: Delivery, *, retry_attempt: int = 1, retry_reason: str = "timeout"
    ) -> None:
        """Deliver something once more."""
        self.world.postman.redeliver(delivery, retry_attempt, retry_reason)

    async def restart(self) -> None:
        """Go away and come back at the same address, with everything still known."""
        self.world.socket.cut()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._listen()

    # HTTP instead of Socket Mode

    def deliver_to(self, url: str) -> HttpDelivery:
        """Post everything to an address from now on."""
        self.http = HttpDelivery(url, self.signing_secret, self.world.postman)
        self.world.postman.transport = self.http
        return self.http

    @property
    def forge_signature(self) -> bool:
        """Whether signatures are off by one digit."""
        return self._http.forge_signature

    @forge_signature.setter
    def forge_signature(self, value: bool) -> None:
        self._http.forge_signature = value

    def shift_time(self, seconds: float) -> None:
        """Sign with timestamps that are so far from the present."""
        self._http.shift_s = seconds

    @property
    def _http(self) -> HttpDelivery:
        assert self.http is not None, "deliver_to() comes first"
        return self.http

    async def _listen(self) -> None:
        application = web.Application(client_max_size=MOST_BYTES)
        application.router.add_routes(routes(self.world, self.web_api, self._pages))
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True, backlog=1024)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.world.address = f"http://127.0.0.1:{self._port}"
