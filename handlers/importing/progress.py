"""Tells how far an import is, at most every two seconds, since platforms take no more."""

import asyncio
import contextlib
from types import TracebackType

from handlers.texts import say
from handlers.types import Language, ProgressSink, Reply

_EVERY_S = 2.0


class Progress:
    """Shows the last that it was told, beside the work."""

    def __init__(self, sink: ProgressSink, language: Language) -> None:
        self._sink = sink
        self._language = language
        self._done: tuple[int, int] | None = None
        self._task: asyncio.Task[None] | None = None

    def tell(self, rows: int, of: int) -> None:
        """Take note of how many rows are in."""
        self._done = rows, of

    async def __aenter__(self) -> "Progress":
        self._task = asyncio.create_task(self._show())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._task
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await self._task

    async def _show(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            if self._done:
                rows, of = self._done
                facts = {"rows": f"{rows:,}", "of": f"{of:,}"}
                said = say(self._language, "importing.progress", **facts)
                await self._sink(Reply(text=said))
