"""What an answer is shown on: one message of a platform, however it gets there."""

from dataclasses import dataclass
from typing import Protocol

from handlers.types import Reply
from storage.records import JobMessage


@dataclass(frozen=True, slots=True)
class Showing:
    """How an answer is to be shown."""

    is_private: bool
    """Only the one who asked sees it."""
    is_shareable: bool = False
    """They may publish it."""
    is_in_place: bool = False
    """It replaces the message whose control was pressed."""


class Screen(Protocol):
    """Shows one answer, of which only the last state counts. Both calls may raise anything."""

    @property
    def message(self) -> JobMessage | None:
        """The message as it can be found again by its ids, once there is one."""
        ...

    @property
    def quiet_s(self) -> float:
        """How long nothing of how it comes along is shown, where that could not be taken back."""
        ...

    async def acknowledge(self) -> None:
        """Tell the platform that an answer will come."""
        ...

    async def show(self, reply: Reply, *, is_last: bool) -> None:
        """Show a state of the answer in the place of the one before."""
        ...
