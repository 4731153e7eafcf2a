"""What every front door can do for the one scenario: ask, see, press, choose, restart."""

from dataclasses import dataclass
from random import Random
from string import ascii_letters
from typing import Protocol


@dataclass(frozen=True)
class Control:
    """A button (its label), or a select (its label and options)."""

    id: str
    label: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class VisibleAnswer:
    """An answer as somebody sees it: every word of it in order, and what can be pressed."""

    text: str
    controls: tuple[Control, ...] = ()
    handle: object = None
    """The door's own: the message."""

    def control(self, label: str) -> Control:
        """The button of this label."""
        return next(each for each in self.controls if each.label == label)

    @property
    def select(self) -> Control:
        """The only select."""
        (select,) = (each for each in self.controls if each.options)
        return select


class Door(Protocol):
    """One community's admin before one door, in English."""

    def ask(self, command: str, **options: str | int) -> VisibleAnswer:
        """Give a command and wait for its answer."""
        ...

    def begin(self, command: str, **options: str | int) -> None:
        """Give a command that takes long, without waiting for its end."""
        ...

    def give(self, command: str, name: str, content: bytes) -> VisibleAnswer:
        """Give a command with a file, as one does there, and wait for its answer."""
        ...

    def begin_push(self, seen: VisibleAnswer, control: Control) -> None:
        """Press a button that begins something long, without waiting for its end."""
        ...

    def finish(self, says: str) -> VisibleAnswer:
        """Wait until what was begun says something."""
        ...

    def file(self, seen: VisibleAnswer) -> bytes:
        """The file that comes back for the one that was given."""
        ...

    def progress(self) -> str:
        """What was shown of it until now, all of it."""
        ...

    def push(self, seen: VisibleAnswer, control: Control) -> VisibleAnswer:
        """Press a button."""
        ...

    def choose(self, seen: VisibleAnswer, option: str) -> VisibleAnswer:
        """Choose in the only select of an answer."""
        ...

    def pictured(self, seen: VisibleAnswer) -> str:
        """What the pictures that belong to an answer say to those who do not see them."""
        ...

    def restart(self) -> None:
        """Stop Tokki as its operator would, and start it again."""
        ...

    def end(self) -> None:
        """Kill Tokki whatever it does, and start it again."""
        ...


def _any_letters(seed: int) -> str:
    return "".join(Random(seed).choices(ascii_letters, k=55))


MANY_TEXTS = [_any_letters(number) for number in range(40)]
"""Their list is long, and cannot be packed into little."""
