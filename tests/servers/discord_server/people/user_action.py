"""What somebody asked the bot, and what became of it: one interaction."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.servers.discord_server import kinds
from tests.servers.discord_server.kinds import Json
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from tests.servers.discord_server.channel import Channel
    from tests.servers.discord_server.message import Message
    from tests.servers.discord_server.people.person import Person

TOKEN_LIVES_S = 15 * 60


class Modal(dict[str, Any]):
    """A form that the bot opened: its raw JSON, and what opened it."""

    def __init__(self, data: Json, asked: UserAction) -> None:
        super().__init__(data)
        self.asked = asked


class UserAction:
    """One interaction, from the side of the person."""

    def __init__(
        self,
        number: int,
        person: Person,
        channel: Channel,
        kind: int,
        data: Json,
        *,
        message: Message | None = None,
        opened_by: UserAction | None = None,
    ) -> None:
        self.id = number
        self.token = base64.urlsafe_b64encode(f"interaction:{number}:".encode() * 3).decode()
        self.person = person
        self.channel = channel
        self.kind = kind
        self.data = data
        self.message = message
        """The message whose button or select was used."""
        self.opened_by = opened_by
        """What opened the form that was submitted."""
        self.owners: dict[str, str] = {}
        """Who installed the bot: "0" the guild, "1" the person."""
        self.payload: Json = {}
        """The INTERACTION_CREATE."""

        self.callbacks: list[int] = []
        self.edits = 0
        self.followups: list[Message] = []
        self.original: Message | None = None
        """The message that @original means."""
        self.modal: Modal | None = None
        self.choices: list[Json] | None = None
        self.acknowledge_s: float | None = None
        self.answer_s: float | None = None
        self.answer: Message | None = None

        self.was_sent = False
        self.sent_at = time.perf_counter()
        self._expires_at = self.sent_at + TOKEN_LIVES_S
        self._acknowledged = asyncio.Event()
        self._answered = asyncio.Event()

    def __repr__(self) -> str:
        return f"<Asked {self.about} by {self.person.name}>"

    @property
    def about(self) -> str:
        """What it was, in short."""
        return str(self.data.get("name") or self.data.get("custom_id"))

    @property
    def is_expired(self) -> bool:
        """Whether the token is over."""
        return time.perf_counter() >= self._expires_at

    def expire(self) -> None:
        """Let the fifteen minutes of the token be over now."""
        self._expires_at = time.perf_counter()

    async def acknowledged(self, timeout: float = PATIENCE_S) -> None:  # noqa: ASYNC109
        """Wait for the callback."""
        await self._wait(self._acknowledged, timeout, "acknowledged")

    async def answered(self, timeout: float = PATIENCE_S) -> Message:  # noqa: ASYNC109
        """Wait for the first answer that people see, which "thinking…" is not."""
        await self._wait(self._answered, timeout, "answered")
        assert self.answer is not None
        return self.answer

    async def until(
        self,
        fits: Callable[[Message], object],
        timeout: float = PATIENCE_S,  # noqa: ASYNC109
    ) -> Message:
        """Wait for a message that fits: an answer, or what the bot posts or edits there later."""
        found: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

        def watch(message: Message) -> None:
            if not found.done() and self.concerns(message) and fits(message):
                found.set_result(message)

        for message in tuple(self.channel.all.values()):
            watch(message)
        self.channel.watchers.append(watch)
        try:
            return await asyncio.wait_for(found, timeout)
        except TimeoutError:
            raise AssertionError(self._story("has no message that fits", timeout)) from None
        finally:
            self.channel.watchers.remove(watch)

    def concerns(self, message: Message) -> bool:
        """Say whether a message answers this, or is news of the bot in this channel."""
        if message is self.original or message.asked is self:
            return True
        is_visible = message.author.is_bot and not message.is_ephemeral
        return is_visible and (message.id > self.id or message.changed_at >= self.sent_at)

    def note_callback(self, kind: int) -> None:
        """Note that the bot has called back."""
        self.callbacks.append(kind)
        self.acknowledge_s = time.perf_counter() - self.sent_at
        self._acknowledged.set()

    def note_seen(self, message: Message) -> None:
        """Note that the person sees a message, or an edit of one."""
        if self.answer is None and not message.is_thinking:
            self.answer = message
            self.answer_s = time.perf_counter() - self.sent_at
            self._answered.set()

    def metadata(self) -> Json:
        """Describe it as messages do that came of it."""
        described: Json = {
            "id": str(self.id),
            "type": self.kind,
            "user": self.person.json(),
            "authorizing_integration_owners": self.owners,
        }
        if self.kind == kinds.COMMAND:
            described |= {"name": self.about, "command_type": self.data.get("type", 1)}
        if self.message is not None and self.kind == kinds.COMPONENT:
            described["interacted_message_id"] = str(self.message.id)
        if self.opened_by is not None:
            described["triggering_interaction_metadata"] = self.opened_by.metadata()
        return described

    async def _wait(self, event: asyncio.Event, seconds: float, what: str) -> None:
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            raise AssertionError(self._story(f"was not {what}", seconds)) from None

    def _story(self, what: str, seconds: float) -> str:
        seen = self.original.text if self.original is not None else None
        sent = "" if self.was_sent else "; no gateway session was there to send it to"
        modal = "; a form was opened" if self.modal else ""
        return (
            f"{self.about!r} {what} in {seconds} s: callbacks {self.callbacks}, {self.edits} edits,"
            f" {len(self.followups)} followups, @original {seen!r}{modal}{sent}"
        )
