"""Something that Slack tells the app: an event, a command, an interaction."""

from __future__ import annotations

import asyncio
import time
import uuid

from tests.servers.slack_server.kinds import EVENT, Json
from tests.waiting import PATIENCE_S


class Delivery:
    """What is sent, and whether it was acknowledged."""

    def __init__(self, kind: str, payload: Json) -> None:
        self.kind = kind
        """The type of its Socket Mode envelope."""
        self.payload = payload
        self.envelope_id = str(uuid.uuid4())
        self.attempts = 0
        """How often it has been sent."""
        self.acknowledgements = 0
        self.acknowledgement: Json | None = None
        """What came with the first acknowledgement."""
        self.acknowledge_s: float | None = None
        self.error: str | None = None
        """What the person is told instead of an answer, such as operation_timeout."""
        self.timer: asyncio.TimerHandle | None = None
        self.sent_at = time.perf_counter()
        self._settled = asyncio.Event()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.about}>"

    @property
    def about(self) -> str:
        """What it is, in short."""
        if not isinstance(self.payload, dict):  # what Slack would never send
            return self.kind
        event = self.payload.get("event") or {}
        return str(event.get("type") or self.payload.get("type") or self.kind)

    @property
    def is_event(self) -> bool:
        """Whether it is an event, which is sent again where a command is not."""
        return self.kind == EVENT

    @property
    def is_acknowledged(self) -> bool:
        """Whether the app has acknowledged it in time."""
        return self.acknowledgements > 0

    async def acknowledged(self, timeout: float = PATIENCE_S) -> None:  # noqa: ASYNC109
        """Wait for the acknowledgement."""
        await self.settled(timeout)
        assert self.is_acknowledged, f"{self.about!r} was not acknowledged in {timeout} s" + (
            f": {self.error}" if self.error else ""
        )

    async def settled(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Wait until it is acknowledged, or has failed, or the time is over."""
        try:
            await asyncio.wait_for(self._settled.wait(), timeout)
        except TimeoutError:
            return

    def acknowledge(self, answer: Json | None) -> bool:
        """Note an acknowledgement; False for one that changes nothing, late or repeated."""
        if self.error is not None:
            return False
        self.acknowledgements += 1
        if self.acknowledgements > 1:
            return False
        self.acknowledge_s = time.perf_counter() - self.sent_at
        self.acknowledgement = answer
        self.stop_timer()
        self.took(answer or {})
        self._settled.set()
        return True

    def fail(self, error: str) -> None:
        """Give up: the person is told of an error."""
        if not self.is_acknowledged:
            self.error = error
            self.stop_timer()
            self._settled.set()

    def stop_timer(self) -> None:
        """Stop waiting for the acknowledgement."""
        if self.timer is not None:
            self.timer.cancel()

    def took(self, answer: Json) -> None:
        """Do what the answer in an acknowledgement says; nothing, for an event."""
