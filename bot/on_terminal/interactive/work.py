"""What an interactive chat has in hand: one order in front, those waiting, long ones beside."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from bot.on_terminal.conversation import Conversation, Order
from bot.on_terminal.user_input import CommandLine, Push, Unreadable
from handlers.types import ProgressSink, Reply

_FELT_S = 0.3
"""Whoever waits longer notices; lines that are pasted together keep their order."""
_FRAME_S = 0.1
"""How often the progress line of the order in front is drawn anew."""

Answer = asyncio.Task[Reply]


@dataclass(slots=True)
class Job:
    """An order being answered: when it began, and what it last said."""

    started_at: float = field(default_factory=time.monotonic)
    said: Reply | None = None

    @property
    def age_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.started_at

    @property
    def goes_on(self) -> bool:
        """Whoever leaves does not end it."""
        return self.said is not None and self.said.goes_on


class Work:
    """Answers orders in their order, and long ones beside them.

    `show` draws a reply above the prompt, None for an order that was cancelled; `announce` draws
    what nobody waits for, and `changed` is called when the prompt has something new to say.
    """

    def __init__(
        self,
        conversation: Conversation,
        show: Callable[[Reply | None], None],
        announce: Callable[[Reply], None],
        changed: Callable[[], None],
    ) -> None:
        self._conversation = conversation
        self._show = show
        self._announce = announce
        self._changed = changed
        self._waiting: deque[Order] = deque()
        self._has_arrived = asyncio.Event()
        self._quick = 0
        self._group: asyncio.TaskGroup | None = None
        self._answer: Answer | None = None
        self.front: Job | None = None
        self.beside: list[Job] = []

    @property
    def waiting(self) -> int:
        """How many orders wait for the one in front."""
        return len(self._waiting)

    @property
    def unanswered(self) -> int:
        """How many orders are not answered yet, besides the long ones."""
        return self.waiting + (self.front is not None) + self._quick

    def add(self, typed: CommandLine | Push | Unreadable) -> Order:
        """Have an order answered after those before it; a quick one waits for no slow one."""
        order = self._conversation.understand(typed)
        self._waiting.append(order)
        self._has_arrived.set()
        self._let_quick_ones_pass()
        return order

    def _let_quick_ones_pass(self) -> None:
        """Answer what only tells something beside an answer that takes long."""
        if self._group is None or self.front is None or self.front.age_s < _FELT_S:
            return
        for order in [each for each in self._waiting if each.is_quick]:
            self._waiting.remove(order)
            self._quick += 1
            self._group.create_task(self._answer_at_once(order))

    def cancel(self) -> bool:
        """Cancel the order in front; false where there is none."""
        return self._answer is not None and self._answer.cancel()

    async def serve(self) -> None:
        """Answer whatever is added, until cancelled; that cancels all that is in hand."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            group.create_task(self._take_up(group))
            while True:
                await self._serve_next(group)

    async def _serve_next(self, group: asyncio.TaskGroup) -> None:
        while not self._waiting:
            self._has_arrived.clear()
            await self._has_arrived.wait()
        order = self._waiting.popleft()
        if order.is_long:
            group.create_task(self._answer_beside(partial(self._conversation.answer, order)))
        else:
            await self._answer_in_front(order, group)

    async def _answer_in_front(self, order: Order, group: asyncio.TaskGroup) -> None:
        job = self.front = Job()
        self._answer = group.create_task(self._conversation.answer(order, self._listen(job)))
        ticking = group.create_task(self._tick())
        try:
            await asyncio.wait({self._answer})
            reply = None if self._answer.cancelled() else self._answer.result()
        finally:
            ticking.cancel()
            self.front = self._answer = None
        self._show(reply)

    async def _answer_at_once(self, order: Order) -> None:
        try:
            reply = await self._conversation.answer(order, self._listen(Job()))
        finally:
            self._quick -= 1
        self._show(reply)

    async def _take_up(self, group: asyncio.TaskGroup) -> None:
        async for telling in self._conversation.taken_up():
            group.create_task(self._answer_beside(telling))

    async def _answer_beside(self, answer: Callable[[ProgressSink], Awaitable[Reply]]) -> None:
        job = Job()
        self.beside.append(job)
        try:
            reply = await answer(self._tell(job))
        finally:
            self.beside.remove(job)
        self._announce(reply)

    def _listen(self, job: Job) -> ProgressSink:
        async def progress(reply: Reply) -> None:
            job.said = reply
            self._changed()

        return progress

    def _tell(self, job: Job) -> ProgressSink:
        """Show in full what is said first, and what a training will cost once it is on disk."""
        listen = self._listen(job)

        async def progress(reply: Reply) -> None:
            former = job.said
            await listen(reply)
            if former is None or (former.job is None and reply.job is not None):
                self._announce(reply)

        return progress

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_FRAME_S)
            self._let_quick_ones_pass()
            self._changed()
