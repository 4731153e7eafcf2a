"""What the terminal needs of the rest of Tokki: something that answers, presses and completes."""

from collections.abc import Sequence
from typing import Protocol

from handlers.reading.completion import Completion
from handlers.reading.grammar import Parsed
from handlers.types import Actor, Place, Press, Reply, Request


class Dispatcher(Protocol):
    """Answers everything. It decides; the door only translates and draws."""

    def read(self, line: str) -> Parsed | Exception:
        """Take '/command text key:value' apart, or return what is wrong with it."""
        ...

    async def refuse(self, error: Exception, actor: Actor, place: Place) -> Reply:
        """Say what is wrong with it; raises nothing but CancelledError."""
        ...

    async def run(self, request: Request) -> Reply:
        """Run a command; raises nothing but CancelledError."""
        ...

    async def press(self, press: Press) -> Reply:
        """Press a control; raises nothing but CancelledError."""
        ...

    def is_long_press(self, control: str) -> bool:
        """Whether what a control does should run beside the chat."""
        ...

    def completions(self, line: str, actor: Actor, place: Place) -> Sequence[Completion]:
        """What could stand at the end of `line`; at once, from memory."""
        ...
