"""Methods of the Web API: a name, a scope, and what answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.web_api.received import Received
from tests.servers.slack_server.web_api.refusal import Refusal, missing
from tests.servers.slack_server.web_api.token import Token

if TYPE_CHECKING:
    from tests.servers.slack_server.channel import Channel
    from tests.servers.slack_server.people.person import Person
    from tests.servers.slack_server.team import Team
    from tests.servers.slack_server.world import World


@dataclass(frozen=True)
class Call:
    """A request that has found its method."""

    world: World
    received: Received
    token: Token | None

    @property
    def args(self) -> Json:
        """What it says."""
        return self.received.args

    @property
    def team(self) -> Team:
        """The workspace that the token is of."""
        assert self.token is not None
        assert self.token.team is not None
        return self.token.team

    def needs(self, name: str) -> Any:
        """Give an argument, or refuse."""
        value = self.args.get(name)
        if value is None or value == "":
            raise missing(name)
        return value

    def flag(self, name: str) -> bool:
        """Give an argument that is true or false, however it is written."""
        return str(self.args.get(name, "")).lower() in {"1", "true"}

    def channel(self, name: str = "channel", error: str = "channel_not_found") -> Channel:
        """Find a channel that this token can see, by its id or that of a person, or refuse."""
        wanted = str(self.needs(name))
        if wanted in self.team.people and wanted != self.team.bot.id:
            return self.world.dm(self.team.people[wanted])
        channel = self.team.channels.get(wanted)
        if channel is None or not (channel.has_bot or channel.lets_in(self.team.bot)):
            raise Refusal(error)
        return channel

    def person(self, name: str = "user") -> Person:
        """Find a person, or refuse."""
        person = self.team.people.get(str(self.needs(name)))
        if person is None:
            raise Refusal("user_not_found")
        return person


Handler = Callable[[Call], Json]


@dataclass(frozen=True)
class Method:
    """A method."""

    name: str
    handler: Handler
    scope: str | None = None
    """One of these, separated by |, is needed."""
    tokens: str = "bot"
    """Kinds of tokens that may call it; none, where it needs no token."""
    takes_json: bool = True
    """Whether its arguments may come as JSON; where not, Slack does not see them."""


def cursor_page(things: list[Any], call: Call) -> tuple[list[Any], Json]:
    """Give one page of a list, and where the next begins."""
    start = int(call.args.get("cursor") or 0)
    end = start + int(call.args.get("limit") or 100)
    cursor = str(end) if end < len(things) else ""
    return things[start:end], {"response_metadata": {"next_cursor": cursor}}
