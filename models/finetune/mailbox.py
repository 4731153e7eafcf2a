"""Between a fast teller and a slow listener: only the newest message waits."""

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds one message; a newer one takes its place. Iterate to receive until it is closed."""

    def __init__(self) -> None:
        self._newest: list[T] = []
        self._is_closed = False
        self._news = asyncio.Event()

    def put(self, message: T) -> None:
        """Leave a message in place of the one that nobody has fetched."""
        self._newest = [message]
        self._news.set()

    def close(self) -> None:
        """Say that nothing more will come. The message that waits is still delivered."""
        self._is_closed = True
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[T]:
        """Messages as they come; between two fetches all but the newest are skipped."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._newest:
                yield self._newest.pop()
            if self._is_closed:
                return
