"""Brings deliveries to the app, and again where Slack does that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from tests.servers.slack_server.deliveries.delivery import Delivery
from tests.servers.slack_server.kinds import Json

Note = Callable[[str, str], None]


class Transport(Protocol):
    """How deliveries go: by Socket Mode or HTTP."""

    @property
    def waits(self) -> bool:
        """Whether a way is expected to open soon, so that a command is not lost meanwhile."""

    def send(self, delivery: Delivery, attempt: int, reason: str | None) -> bool:
        """Send, or say that there is no way now."""


class Postman:
    """Sends, waits for acknowledgements, and sends events again."""

    def __init__(self) -> None:
        self.acknowledge_within_s = 3.0
        self.retry_delays_s: tuple[float, ...] = (0, 60, 300)
        """How long after each failure an event is sent again."""
        self.deliver_twice = False
        self.transport: Transport | None = None
        self.note: Note = lambda _where, _what: None
        self._on_the_way: dict[str, Delivery] = {}
        self._held: dict[str, tuple[Delivery, int, str | None]] = {}
        self._timers: set[asyncio.TimerHandle] = set()

    def deliver(self, delivery: Delivery) -> None:
        """Send something for the first time."""
        self._on_the_way[delivery.envelope_id] = delivery
        self._send(delivery, 0, None)
        if self.deliver_twice:
            self._send(delivery, 0, None)

    def redeliver(self, delivery: Delivery, attempt: int, reason: str) -> None:
        """Send something again, as Slack does that has seen no acknowledgement."""
        self._on_the_way[delivery.envelope_id] = delivery
        self._send(delivery, attempt, reason)

    def acknowledge(self, envelope_id: str, answer: Json | None) -> None:
        """Take an acknowledgement."""
        delivery = self._on_the_way.get(envelope_id)
        if delivery is None:
            self.note("acknowledgement", f"nothing was sent with envelope_id {envelope_id!r}")
            return
        if delivery.is_event and answer:
            self.note(f"acknowledgement of {delivery.about}", "an event takes no payload")
        if not delivery.acknowledge(answer) and delivery.acknowledgements > delivery.attempts:
            self.note(f"acknowledgement of {delivery.about}", "it came more often than it was sent")

    def failed(self, delivery: Delivery, attempt: int, error: str, reason: str) -> None:
        """Note that an attempt has failed: an event is sent again, anything else is not."""
        if delivery.is_acknowledged or delivery.error is not None:
            return
        if not delivery.is_event:
            delivery.fail(error)
        elif attempt < len(self.retry_delays_s):
            delay = self.retry_delays_s[attempt]
            self._later(delay, lambda: self._again(delivery, attempt + 1, reason))
        else:
            delivery.fail(error)

    def flush(self) -> None:
        """Send what had to wait for a way."""
        held, self._held = self._held, {}
        for delivery, attempt, reason in held.values():
            if not delivery.is_acknowledged and delivery.error is None:
                self._hand_over(delivery, attempt, reason)

    def stop(self) -> None:
        """Send nothing again."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        for delivery in self._on_the_way.values():
            delivery.stop_timer()

    def _again(self, delivery: Delivery, attempt: int, reason: str) -> None:
        if not delivery.is_acknowledged:
            self._send(delivery, attempt, reason)

    def _send(self, delivery: Delivery, attempt: int, reason: str | None) -> None:
        self._hand_over(delivery, attempt, reason)
        delivery.stop_timer()
        loop = asyncio.get_running_loop()
        delivery.timer = loop.call_later(
            self.acknowledge_within_s,
            lambda: self.failed(delivery, attempt, "operation_timeout", "timeout"),
        )

    def _hand_over(self, delivery: Delivery, attempt: int, reason: str | None) -> None:
        assert self.transport is not None
        if self.transport.send(delivery, attempt, reason):
            delivery.attempts += 1
        elif delivery.is_event or self.transport.waits:
            self._held[delivery.envelope_id] = (delivery, attempt, reason)
        else:
            delivery.fail("dispatch_failed")

    def _later(self, delay_s: float, act: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()

        def once() -> None:
            self._timers.discard(timer)
            act()

        timer = loop.call_later(delay_s, once)
        self._timers.add(timer)
