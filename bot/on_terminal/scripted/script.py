"""Answers lines that a program or a file gives, one after another; long ones run beside."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from bot.on_terminal.conversation import Conversation, Order
from bot.on_terminal.scripted.printer import Printer
from bot.on_terminal.user_input import Leave, UserInput
from handlers.texts import say
from handlers.texts.reasons import explain_system_error
from handlers.types import ProgressSink, Reply

_TRANSIENT = ("model_training", "job_running", "import_running")
"""Codes of failures that go away once what runs in the background has ended."""

_BEGIN_TIMEOUT_S = 10.0
"""How long the next line waits at the most for a long command to say that it has begun."""

_OK, _BROKE, _USER_ERROR = 0, 1, 2
_FROM_BEST = (_OK, _USER_ERROR, _BROKE)


class Script:
    """One run over some orders; its exit code is the worst that was seen."""

    def __init__(self, conversation: Conversation, printer: Printer) -> None:
        self._conversation = conversation
        self._printer = printer
        self._beside: list[asyncio.Task[None]] = []
        self._code = _OK

    async def run(self, orders: AsyncIterator[UserInput]) -> int:
        """Answer all orders and return the exit code; a closed stdout ends it quietly."""
        try:
            async with asyncio.TaskGroup() as group:
                taking_up = group.create_task(self._take_up(group))
                await self._take_all(orders, group)
                taking_up.cancel()
        except* BrokenPipeError:
            self._printer.silence()
        except* OSError as unwritten:
            self._complain(unwritten)
        return self._code

    async def _take_all(self, orders: AsyncIterator[UserInput], group: asyncio.TaskGroup) -> None:
        async for typed in orders:
            if isinstance(typed, Leave):
                return
            order = self._conversation.understand(typed)
            if order.is_long:
                await self._begin(order, group)
            else:
                await self._answer(order, self._printer.progress)

    async def _take_up(self, group: asyncio.TaskGroup) -> None:
        """Have what an earlier process left told of beside the orders."""
        async for telling in self._conversation.taken_up():
            self._beside.append(group.create_task(self._tell(telling)))

    async def _tell(self, telling: Callable[[ProgressSink], Awaitable[Reply]]) -> None:
        self._printer.answer(await telling(self._printer.progress))

    async def _begin(self, order: Order, group: asyncio.TaskGroup) -> None:
        """Start a long command; it has begun with its first word of a job, which is on disk."""
        begun = asyncio.Event()

        async def progress(reply: Reply) -> None:
            await self._printer.progress(reply)
            if reply.job is not None:
                begun.set()

        task = group.create_task(self._answer(order, progress))
        task.add_done_callback(lambda _: begun.set())
        with suppress(TimeoutError):
            async with asyncio.timeout(_BEGIN_TIMEOUT_S):
                await begun.wait()
        self._beside.append(task)

    async def _answer(self, order: Order, progress: ProgressSink) -> None:
        earlier = self._beside.copy()  # never itself, nor one that might wait for it
        reply = await self._conversation.answer(order, progress)
        if earlier and reply.error and reply.error.code in _TRANSIENT:
            await asyncio.wait(earlier)
            reply = await self._conversation.answer(order, progress)
        self._code = max(self._code, _exit_code(reply), key=_FROM_BEST.index)
        self._printer.answer(reply)

    def _complain(self, unwritten: ExceptionGroup[OSError]) -> None:
        language = self._conversation.language
        self._code = _BROKE
        reason = explain_system_error(unwritten.exceptions[0], language)
        self._printer.complain(say(language, "terminal.not_written", reason=reason))
        self._printer.silence()


def _exit_code(reply: Reply) -> int:
    if reply.error is None:
        return _OK
    return _USER_ERROR if reply.error.reference is None else _BROKE
