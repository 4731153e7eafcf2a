"""What can be made to go wrong with the REST routes."""

import asyncio
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.rest.received import Received


@dataclass
class Fault:
    """An answer that the next requests it fits get instead."""

    method: str = "*"
    path: str = "*"
    """A pattern as of fnmatch, for the path without /api/v10."""
    status: int = 500
    times: int | None = 1
    """None: always."""
    json: Json | None = None
    raw: bytes | None = None
    """Send these bytes, whatever they are, as a proxy would."""
    content_type: str = "application/json"
    """What `raw` is said to be."""
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: float = 0.3
    """Seconds; for 429."""
    takes_effect: bool = False
    """Do what was asked all the same: only the answer is lost."""
    delay_s: float = 0
    """Say nothing for so long; with status 200 and nothing else, the true answer comes late."""
    held: asyncio.Event | None = None
    """Say nothing until it is set."""
    struck: int = 0
    """How many requests it has had."""

    async def wait(self) -> None:
        """Say nothing for as long as it is to."""
        await asyncio.sleep(self.delay_s)
        if self.held is not None:
            await self.held.wait()

    @property
    def only_delays(self) -> bool:
        """Whether the true answer comes, only later."""
        return self.status == 200 and self.json is None and self.raw is None

    def strikes(self, received: Received) -> bool:
        """Say whether it is the turn of this request, and count it."""
        fits = fnmatch.fnmatchcase(received.path, self.path)
        if not fits or not fnmatch.fnmatchcase(received.method, self.method):
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.struck += 1
        return True

    def body(self) -> Json:
        """Say what Discord would say."""
        if self.json is not None:
            return self.json
        if self.status == 429:
            text = "You are being rate limited."
            return {"message": text, "retry_after": self.retry_after, "global": False}
        return {"message": f"{self.status}: Fault", "code": 0}

    def all_headers(self) -> dict[str, str]:
        """Give the headers; discord.py takes a 429 without Via for a ban and raises."""
        if self.status != 429:
            return dict(self.headers)
        limited = {
            "Via": "1.1 loopback",
            "Retry-After": f"{self.retry_after:.3f}",
            "X-RateLimit-Scope": "user",
        }
        return {**limited, **self.headers}
