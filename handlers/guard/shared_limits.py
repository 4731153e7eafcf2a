"""Adds up what several processes on one database count, once a second.

A question costs nothing more; what one person asks of two processes within a second is owed after.
"""

from collections.abc import Mapping

from handlers.guard.rate_limit import RateLimit
from handlers.needs.storage import SharedLimits as Store

_FORGOTTEN_EVERY = 300
"""Exchanges."""


class SharedLimits:
    """The limits of this process, as far as others count for them, too."""

    def __init__(self, store: Store, limits: Mapping[str, RateLimit]) -> None:
        self._store = store
        self._limits = limits
        self._since_s = 0.0
        self._exchanges = 0

    def share(self) -> None:
        """Keep from now on what is counted here; before anybody has asked."""
        for name, limit in self._limits.items():
            limit.share(name)

    async def exchange(self) -> None:
        """Tell what was counted here, and learn what was counted elsewhere.

        Raises:
            StorageError: the next exchange makes up for it.
        """
        counted_s: dict[str, float] = {}
        for limit in self._limits.values():
            counted_s |= limit.take_counted()
        try:
            ahead_s, self._since_s = await self._store.exchange(counted_s, self._since_s)
        except BaseException:
            # Where the answer to a COMMIT was lost it counts twice: some seconds' questions too
            # many, paid for within the limit's own time, and better than letting a flood through.
            for key, seconds in counted_s.items():
                self._limits[_name(key)].owe(key, seconds)
            raise
        for key, seconds in ahead_s.items():
            if ours := self._limits.get(_name(key)):
                ours.learn(key, seconds)
        self._exchanges += 1
        if self._exchanges % _FORGOTTEN_EVERY == 0:
            await self._store.forget()


def _name(key: str) -> str:
    return key.rpartition(":")[0]
