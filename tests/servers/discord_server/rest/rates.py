"""How often the bot may ask: limits per route and for all routes together."""

import time
from dataclasses import dataclass

from tests.servers.discord_server.kinds import Json


@dataclass(frozen=True)
class RateLimit:
    """So many requests in so many seconds, counted from the first."""

    count: int
    per_s: float


DEFAULT = {
    "POST /channels/{channel_id}/messages": RateLimit(5, 5),
    "PATCH /channels/{channel_id}/messages/{message_id}": RateLimit(5, 5),
    "DELETE /channels/{channel_id}/messages/{message_id}": RateLimit(5, 1),
    "POST /webhooks/{webhook_id}/{webhook_token}": RateLimit(5, 2),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": RateLimit(5, 2),
}
"""Discord tells its limits in headers only and may change them: these are like what it tells."""

GLOBAL = RateLimit(50, 1)

REMEMBERED = 1000
"""Windows that are kept before those that have ended are looked for."""


@dataclass
class Window:
    """One stretch of counting."""

    limit: RateLimit
    ends_at: float
    used: int = 0

    @property
    def is_over(self) -> bool:
        """Whether more was asked than may be."""
        return self.used > self.limit.count


class Rates:
    """Counts requests by bucket."""

    def __init__(self, limits: dict[str, RateLimit] | None = None) -> None:
        self.limits = dict(DEFAULT) if limits is None else limits
        self.overall: RateLimit | None = GLOBAL
        self.exceeded = 0
        """How many requests were refused."""
        self._windows: dict[str, Window] = {}

    def forget(self) -> None:
        """Begin all counts anew."""
        self._windows.clear()

    def count(self, route: str, major: str) -> Window | None:
        """Count a request of a route, for a channel or token; None where nothing limits it."""
        limit = self.limits.get(route)
        return None if limit is None else self._count(f"{route} {major}", limit)

    def count_overall(self) -> Window | None:
        """Count a request that the global limit is for."""
        return None if self.overall is None else self._count("global", self.overall)

    def _count(self, key: str, limit: RateLimit) -> Window:
        now = time.monotonic()
        if len(self._windows) > REMEMBERED:
            self._windows = {one: kept for one, kept in self._windows.items() if now < kept.ends_at}
        window = self._windows.get(key)
        if window is None or now >= window.ends_at or window.limit is not limit:
            window = self._windows[key] = Window(limit, now + limit.per_s)
        window.used += 1
        self.exceeded += window.is_over
        return window


def headers(window: Window, route: str) -> dict[str, str]:
    """Tell what is left, as Discord does with every answer."""
    after = max(0.0, window.ends_at - time.monotonic())
    return {
        "X-RateLimit-Limit": str(window.limit.count),
        "X-RateLimit-Remaining": str(max(0, window.limit.count - window.used)),
        "X-RateLimit-Reset": f"{time.time() + after:.3f}",
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": f"{hash(route) & 0xFFFFFFFFFFFF:012x}",
    }


def refused(window: Window, *, is_global: bool) -> tuple[Json, dict[str, str]]:
    """Give the body and headers of a 429."""
    after = round(max(0.001, window.ends_at - time.monotonic()), 3)
    body = {"message": "You are being rate limited.", "retry_after": after, "global": is_global}
    told = {
        "Via": "1.1 loopback",
        "Retry-After": f"{after:.3f}",
        "X-RateLimit-Scope": "global" if is_global else "user",
    }
    return body, told | ({"X-RateLimit-Global": "true"} if is_global else {})
