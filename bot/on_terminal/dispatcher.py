"""What the terminal needs of the rest of Tokki: something that answers, presses and completes."""

from collections.abc import Sequence
from typing import Protocol

from handlers.reading.completion import Completion
from handlers.types import Actor, Place, Press, ProgressSink, Reply


class Dispatcher(Protocol):
    """Answers everything. It decides; the door only translates and draws."""

    async def run_line(
        self, line: str, actor: Actor, place: Place, progress: ProgressSink
    ) -> Reply:
        """Run '/command text key:value'; raises nothing but CancelledError."""
        ...

    async def press(self, press: Press) -> Reply:
        """Press a control; raises nothing but CancelledError."""
        ...

    def is_long(self, line: str) -> bool:
        """Whether the line's command should run beside the chat."""
        ...

    def completions(self, line: str, actor: Actor, place: Place) -> Sequence[Completion]:
        """What could stand at the end of `line`; at once, from memory."""
        ...
