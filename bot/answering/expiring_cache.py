"""What was looked up lately, such as who somebody is: asked for once, however many want it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

_MOST = 10_000

T = TypeVar("T")

log = logging.getLogger(__name__)


class ExpiringCache(Generic[T]):
    """Answers by key; one that is not to be had leaves the answer before in its place."""

    def __init__(self, for_s: float) -> None:
        self._for_s = for_s
        self._known: dict[Hashable, tuple[float, T]] = {}
        self._asking: dict[Hashable, asyncio.Task[None]] = {}

    async def get(
        self, key: Hashable, look_up: Callable[[], Awaitable[T | None]], within_s: float
    ) -> T | None:
        """Return what is known, looked up anew if that was some time ago.

        Args:
            key: of the answer.
            look_up: finds it; None: it is not to be had now.
            within_s: so long somebody may wait. Who looks it up goes on, for those who come later.
        """
        until, known = self._known.get(key, (0.0, None))
        if until > time.monotonic():
            return known
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._ask(key, look_up))
        await asyncio.wait({self._asking[key]}, timeout=within_s)
        return self._known.get(key, (0.0, None))[1]

    async def _ask(self, key: Hashable, look_up: Callable[[], Awaitable[T | None]]) -> None:
        try:
            found = await look_up()
            if found is not None:
                if len(self._known) >= _MOST:
                    self._known.clear()
                self._known[key] = (time.monotonic() + self._for_s, found)
        except Exception:  # nobody may be waiting for it any more
            log.exception("a lookup failed")
        finally:
            del self._asking[key]
