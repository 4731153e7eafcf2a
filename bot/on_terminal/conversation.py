"""Somebody at a terminal, and the dispatcher that answers them."""

from dataclasses import dataclass

from bot.on_terminal.dispatcher import Dispatcher
from bot.on_terminal.phrases import phrases
from bot.on_terminal.user_input import CommandLine, Push
from handlers.types import Actor, Failure, Language, Place, Press, ProgressSink, Reply


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who asks, where, in which language, and whom."""

    dispatcher: Dispatcher
    actor: Actor
    place: Place
    language: Language

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
