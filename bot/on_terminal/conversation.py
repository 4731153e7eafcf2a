"""Somebody at a terminal, and the dispatcher that answers them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from bot.answering.job_messages import taken_up
from bot.on_terminal.dispatcher import Dispatcher
from bot.on_terminal.phrases import phrases
from bot.on_terminal.user_input import CommandLine, Push
from handlers.services import RunningJobs
from handlers.types import Actor, Failure, Language, Place, Press, ProgressSink, Reply


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who asks, where, in which language, and whom."""

    dispatcher: Dispatcher
    actor: Actor
    place: Place
    language: Language
    jobs: RunningJobs | None = None
    """Those that nobody carries are taken up and told of here, if they are given."""

    async def taken_up(self) -> AsyncIterator[Callable[[ProgressSink], Awaitable[Reply]]]:
        """What tells of each job that is taken up here."""
        if self.jobs:
            async for telling in taken_up(self.jobs, self.place.platform, self.language):
                yield telling

    async def answer(self, order: CommandLine | Push, progress: ProgressSink) -> Reply:
        """Have an order answered."""
        if isinstance(order, CommandLine):
            return await self.dispatcher.run_line(order.line, self.actor, self.place, progress)
        if not order.control:
            usage = phrases(self.language).press_usage
            return Reply(text=usage, error=Failure("press_usage", usage))
        press = Press(order.control, order.value, self.actor, self.place, progress)
        return await self.dispatcher.press(press)

    def is_long(self, order: CommandLine | Push) -> bool:
        """Whether an order should be answered beside the chat."""
        return isinstance(order, CommandLine) and self.dispatcher.is_long(order.line)
