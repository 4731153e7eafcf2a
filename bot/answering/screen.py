"""What an answer is shown on: one message of a platform, however it gets there."""

from typing import Protocol

from handlers.types import Reply
from storage.records import JobMessage


class Screen(Protocol):
    """Shows one answer, of which only the last state counts. Both calls may raise anything."""

    @property
    def message(self) -> JobMessage | None:
        """The message as it can be found again by its ids, once there is one."""
        ...

    async def acknowledge(self) -> None:
        """Tell the platform that an answer will come."""
        ...

    async def show(self, reply: Reply, *, is_last: bool) -> None:
        """Show a state of the answer in the place of the one before."""
        ...
