"""Somebody at a terminal, and the dispatcher that answers them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from bot.answering.job_messages import taken_up
from bot.on_terminal.dispatcher import Dispatcher
from bot.on_terminal.given_files import attachment_at
from bot.on_terminal.user_input import CommandLine, Push, Unreadable, read_input
from handlers.reading.grammar import Parsed
from handlers.reading.pasted import split_commands
from handlers.services import RunningJobs
from handlers.table import Kind
from handlers.texts import say
from handlers.types import (
    Actor,
    Failure,
    Language,
    OptionValue,
    Place,
    Press,
    ProgressSink,
    Reply,
    Request,
    UserError,
)

_NO_COMMAND = ("not_a_command", "unknown_command")
"""What is wrong with a line that begins with no command."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a line asks for, understood once; or what is wrong with it."""

    meant: Parsed | Push | Reply | Exception
    is_long: bool
    """It should be answered beside the chat."""
    is_quick: bool = False
    """It need not wait for what is being answered."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who asks, where, in which language, and whom."""

    dispatcher: Dispatcher
    actor: Actor
    place: Place
    language: Language
    jobs: RunningJobs | None = None
    """Those that nobody carries are taken up and told of here, if they are given."""
    encoding: str | None = None
    """Of what they type and give that is not in UTF-8, where they say so."""

    async def taken_up(self) -> AsyncIterator[Callable[[ProgressSink], Awaitable[Reply]]]:
        """What tells of each job that is taken up here."""
        if self.jobs:
            async for telling in taken_up(self.jobs, self.place.platform, self.language):
                yield telling

    def understand(self, typed: CommandLine | Push | Unreadable) -> Order:
        """Look up what a line asks for."""
        if isinstance(typed, Unreadable):
            return Order(typed.error, is_long=False)
        if isinstance(typed, CommandLine):
            meant = self.dispatcher.read(typed.line)
            if not isinstance(meant, Parsed):
                return Order(meant, is_long=False)
            is_long = meant.command.is_long_with(meant.options)
            return Order(meant, is_long, meant.command.is_quick)
        if not typed.control:
            usage = say(self.language, "terminal.press_usage")
            return Order(Reply(text=usage, error=Failure("press_usage", usage)), is_long=False)
        return Order(typed, self.dispatcher.is_long_press(typed.control))

    def split(self, typed: str) -> list[str]:
        """Part what was pasted into its commands."""
        return split_commands(typed, self._is_command)

    def _is_command(self, line: str) -> bool:
        if not line.startswith(("/", "／", "!")):
            return False
        asked = read_input(line, self.encoding)
        if not isinstance(asked, CommandLine):
            return True
        meant = self.dispatcher.read(asked.line)
        return not (isinstance(meant, UserError) and meant.code in _NO_COMMAND)

    async def answer(self, order: Order, progress: ProgressSink) -> Reply:
        """Have an order answered."""
        match order.meant:
            case Reply() as refusal:
                return refusal
            case Exception() as error:
                return await self.dispatcher.refuse(error, self.actor, self.place)
            case Push(control, value):
                press = Press(control, value, self.actor, self.place, progress)
                return await self.dispatcher.press(press)
            case Parsed():
                return await self._run(order.meant, progress)

    async def _run(self, parsed: Parsed, progress: ProgressSink) -> Reply:
        command, options = parsed.command, dict[str, OptionValue](parsed.options)
        try:
            for option in command.options:
                if option.kind is Kind.FILE and option.name.en in options:
                    path = parsed.options[option.name.en]
                    options[option.name.en] = await attachment_at(path, self.encoding)
        except UserError as error:
            return await self.dispatcher.refuse(error, self.actor, self.place)
        request = Request(command, options, self.actor, self.place, progress)
        return await self.dispatcher.run(request)
