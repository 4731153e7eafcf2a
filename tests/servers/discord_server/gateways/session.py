"""A gateway session: what was sent to a client, and can be sent again."""

from __future__ import annotations

import json
import secrets
from collections import deque
from typing import TYPE_CHECKING, Any

from tests.servers.discord_server.kinds import Json

if TYPE_CHECKING:
    from tests.servers.discord_server.gateways.line import Line

REMEMBERED = 5000
"""Events that a session keeps for a RESUME."""


class Session:
    """One client on one shard; it outlives its socket."""

    def __init__(self, shard: int, shards: int, intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.shards = shards
        self.intents = intents
        self.line: Line | None = None
        self.sequence = 0
        self._log: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)

    def dispatch(self, event: str, data: Json) -> None:
        """Send an event, or keep it until the client resumes."""
        self.sequence += 1
        text = frame(0, data, self.sequence, event)
        self._log.append((self.sequence, text))
        if self.line is not None:
            self.line.send(text)

    def can_resume_from(self, sequence: Any) -> bool:
        """Say whether everything after an event is still known."""
        if not isinstance(sequence, int) or not 0 <= sequence <= self.sequence:
            return False
        return not self._log or self._log[0][0] <= sequence + 1

    def resume_from(self, sequence: int) -> None:
        """Send again what came after an event."""
        for number, text in self._log:
            if number > sequence and self.line is not None:
                self.line.send(text)
        self.dispatch("RESUMED", {"_trace": []})


def frame(op: int, data: Any, sequence: int | None = None, event: str | None = None) -> str:
    """Write a gateway message."""
    written = {"op": op, "d": data, "s": sequence, "t": event}
    return json.dumps(written, separators=(",", ":"), ensure_ascii=False)
