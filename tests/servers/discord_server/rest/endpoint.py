"""REST routes: a method, a path with names in it, and what answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.discord_server.rest.received import Received

if TYPE_CHECKING:
    from tests.servers.discord_server.checks.checking import Checker
    from tests.servers.discord_server.world import World


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    body: Any = None
    status: int = 200


@dataclass(frozen=True)
class Call:
    """A request that has found its route."""

    world: World
    received: Received
    endpoint: Endpoint
    names: dict[str, str]
    """The parts of the path that the route has names for."""
    checker: Checker

    @property
    def json(self) -> Any:
        """The body."""
        return self.received.json

    def id(self, name: str) -> int:
        """Give a part of the path that is an id, or 0, which nothing has."""
        text = self.names[name]
        return int(text) if text.isdecimal() else 0


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Endpoint:
    """A route."""

    method: str
    template: str
    """As in Discord's OpenAPI description."""
    handler: Handler
    needs_bot: bool = True
    """Whether the bot's token is asked for; interactions have tokens of their own in the path."""
    limited_as: str | None = None
    """The template whose rate limit it shares."""

    @property
    def route(self) -> str:
        """What its rate limit goes by."""
        return f"{self.method} {self.limited_as or self.template}"


class Routes:
    """Finds endpoints."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._by_shape: dict[tuple[str, int], list[tuple[list[str], Endpoint]]] = {}
        for endpoint in endpoints:
            parts = endpoint.template.split("/")
            self._by_shape.setdefault((endpoint.method, len(parts)), []).append((parts, endpoint))

    def find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
        """Find the first endpoint for a path, and what stands where it has names."""
        parts = path.split("/")
        for pattern, endpoint in self._by_shape.get((method, len(parts)), ()):
            names = _matched(pattern, parts)
            if names is not None:
                return endpoint, names
        return None


def _matched(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    names: dict[str, str] = {}
    for expected, part in zip(pattern, parts, strict=True):
        if expected.startswith("{"):
            names[expected[1:-1]] = part
        elif expected != part:
            return None
    return names
