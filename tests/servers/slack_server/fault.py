"""What can be made to go wrong with what the bot asks."""

from __future__ import annotations

import asyncio
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.web_api.received import Received


@dataclass
class Fault:
    """An answer that the next requests it fits get instead."""

    method: str = "*"
    """A pattern as of fnmatch for the method; `response_url` and `upload` are names too."""
    status: int = 200
    error: str | None = None
    raw: bytes | None = None
    """Send these bytes, whatever they are, as a proxy would."""
    content_type: str = "application/json"
    """What `raw` is said to be."""
    times: int | None = 1
    """None: always."""
    retry_after: int = 1
    """Whole seconds, as Slack tells them; for 429."""
    headers: Mapping[str, str] = field(default_factory=dict)
    takes_effect: bool = False
    """Do what was asked all the same: only the answer is lost."""
    delay_s: float = 0
    """Say nothing for so long; with neither status nor error, the true answer comes late."""
    cuts: bool = False
    """Break the connection off instead of answering."""
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
        says_nothing = self.error is None and self.raw is None
        return self.status == 200 and says_nothing and not self.cuts

    def strikes(self, received: Received) -> bool:
        """Say whether it is the turn of this request, and count it."""
        is_over = self.times is not None and self.struck >= self.times
        if is_over or not fnmatch.fnmatchcase(received.method, self.method):
            return False
        self.struck += 1
        return True

    def body(self) -> Json:
        """Say what Slack would say."""
        usual = {429: "ratelimited", 500: "internal_error", 503: "service_unavailable"}
        return {"ok": False, "error": self.error or usual.get(self.status, "fatal_error")}

    def all_headers(self) -> dict[str, str]:
        """Give the headers."""
        limited = {"Retry-After": str(self.retry_after)} if self.status == 429 else {}
        return {**limited, **self.headers}
