"""What somebody asked the bot, and what became of it: one command or interaction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.servers.slack_server.deliveries.delivery import Delivery
from tests.servers.slack_server.kinds import Json
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from tests.servers.slack_server.channel import Channel
    from tests.servers.slack_server.deliveries.response_url import ResponseUrl
    from tests.servers.slack_server.deliveries.trigger import Trigger
    from tests.servers.slack_server.people.person import Person
    from tests.servers.slack_server.seen.message import Message, Shown
    from tests.servers.slack_server.seen.view import View

Take = Callable[["UserAction", Json], None]


class UserAction(Delivery):
    """One command or interaction, from the side of the person."""

    def __init__(
        self,
        kind: str,
        payload: Json,
        person: Person,
        channel: Channel | None,
        take: Take,
        *,
        message: Message | None = None,
        view_used: View | None = None,
        trigger: Trigger | None = None,
    ) -> None:
        super().__init__(kind, payload)
        self.person = person
        self.channel = channel
        self.message = message
        """The message whose control or menu was used."""
        self.view_used = view_used
        """The view whose control was used, or that was submitted."""
        self.trigger = trigger
        self.response_url: ResponseUrl | None = None
        self.view: View | None = None
        """The view that was opened for it, or pushed, or updated by the acknowledgement."""
        self.answer: Message | None = None
        self.response_action: str | None = None
        self.errors: dict[str, str] = {}
        self.options: list[Json] = []
        self._take = take

    @property
    def about(self) -> str:
        """What it was, in short."""
        if "command" in self.payload:
            return f"{self.payload['command']} {self.payload['text']}".strip()
        action = (self.payload.get("actions") or [self.payload])[0]
        view = self.payload.get("view") or {}
        name = action.get("action_id") or action.get("callback_id") or view.get("callback_id")
        return f"{self.payload.get('type')} {name}"

    @property
    def answer_s(self) -> float | None:
        """How long the person waited for the first answer."""
        return None if self.answer is None else self._seen_at - self.sent_at

    @property
    def updates(self) -> list[Shown]:
        """What the answer showed after its first version, oldest first."""
        if self.answer is None:
            return []
        return [*self.answer.history, self.answer.as_shown()][1 + self._versions_before :]

    def took(self, answer: Json) -> None:
        """Do what the acknowledgement says."""
        self._take(self, answer)

    def note_answer(self, message: Message) -> None:
        """Note the first message that answers this."""
        message.answers = message.answers or self
        if self.answer is None:
            self.answer = message
            self._seen_at = message.changed_at
            # A message that was there before, and was edited, has versions that are no updates.
            self._versions_before = len(message.history)

    def note_view(self, view: View) -> None:
        """Note the view that was opened."""
        self.view = view
        view.tell()

    async def answered(self, timeout: float = PATIENCE_S) -> Message:  # noqa: ASYNC109
        """Wait for the first message that answers it, and that this person sees.

        It is known for what comes with the acknowledgement or by the `response_url`. What the bot
        posts by chat.postMessage does not say what it answers: the first such message that comes
        to the channel (and thread) after this, and that nobody else has waited for, is taken.
        """
        was_lost = self.error is not None and not self.attempts
        assert not was_lost, f"{self.about!r} reached nobody: {self.error}"
        if self.answer is None:
            await self.until(self._is_answered_by, timeout)
        assert self.answer is not None
        return self.answer

    async def until(
        self,
        fits: Callable[[Message], object],
        timeout: float = PATIENCE_S,  # noqa: ASYNC109
        *,
        channel: Channel | None = None,
    ) -> Message:
        """Wait for a message that fits: an answer, or what the bot posts or edits there later."""
        place = channel or self.channel
        assert place is not None, f"{self.about!r} came from no channel: name one"
        found: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

        def watch(message: Message) -> None:
            if not found.done() and self.concerns(message) and fits(message):
                found.set_result(message)

        for message in place.messages:
            watch(message)
        place.watchers.append(watch)
        try:
            return await asyncio.wait_for(found, timeout)
        except TimeoutError:
            raise AssertionError(self._story("no message that fits", timeout, place)) from None
        finally:
            place.watchers.remove(watch)

    async def opened(self, timeout: float = PATIENCE_S) -> View:  # noqa: ASYNC109
        """Wait for the view that is opened for it."""
        if self.view is None:
            stop = asyncio.Event()
            self.person.view_watchers.append(stop.set)
            try:
                async with asyncio.timeout(timeout):
                    while self.view is None:
                        stop.clear()
                        await stop.wait()
            except TimeoutError:
                raise AssertionError(self._story("no view", timeout, self.channel)) from None
            finally:
                self.person.view_watchers.remove(stop.set)
        return self.view

    def concerns(self, message: Message) -> bool:
        """Say whether a message answers this, or is later news of the bot that they see."""
        if not message.author.is_bot or not message.is_seen_by(self.person):
            return False
        return message.answers is self or message.changed_at >= self.sent_at

    def _is_answered_by(self, message: Message) -> bool:
        if self.answer is not None:
            return message is self.answer
        if message.is_empty or message.answers is not None or message.posted_at < self.sent_at:
            return False
        threads = {None, message.thread_ts} if self.thread_ts is None else {self.thread_ts}
        if message.thread_ts not in threads:
            return False
        self.note_answer(message)
        return True

    @property
    def thread_ts(self) -> str | None:
        """The thread that it was asked in."""
        return None if self.message is None else self.message.thread_ts

    def _story(self, what: str, seconds: float, channel: Channel | None) -> str:
        seen = [message.text_shown for message in channel.messages[-5:]] if channel else []
        known = {
            "acknowledged after": self.acknowledge_s,
            "error": self.error,
            "answer": self.answer and self.answer.text_shown,
            "view": self.view,
            "sent": f"{self.attempts} times",
            "the channel's last messages": seen,
            "asked": round(time.perf_counter() - self.sent_at, 2),
        }
        return f"{self.about!r} got {what} in {seconds} s: " + ", ".join(
            f"{key}: {value}" for key, value in known.items()
        )
