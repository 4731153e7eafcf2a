"""Whether Tokki is of use: its doors are connected and its memory takes what it is told."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

_KEPT_S = 1.0
"""Whoever asks more often is told the same: a stranger may, and a look at the disk costs."""
_LONGEST_LOOK_S = 5.0

Check = Callable[[], Awaitable[bool]]


class Health:
    """Asks everybody who has to be well."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._ailing: Sequence[str] = ()
        self._looked_at = float("-inf")
        self._turn = asyncio.Lock()

    def watch(self, name: str, is_well: Check) -> None:
        """Ask this, too, from now on."""
        self._checks[name] = is_well
        self._looked_at = float("-inf")

    @property
    def watched(self) -> Sequence[str]:
        """The names of all who have to be well."""
        return list(self._checks)

    async def ailing(self) -> Sequence[str]:
        """Return the names of what is not well."""
        async with self._turn:
            if time.monotonic() - self._looked_at >= _KEPT_S:
                checks = self._checks.items()
                well = await asyncio.gather(*(_is_well(check) for _, check in checks))
                found = zip(checks, well, strict=True)
                self._ailing = [name for (name, _), is_well in found if not is_well]
                self._looked_at = time.monotonic()
        return self._ailing


async def _is_well(check: Check) -> bool:
    """What cannot tell in time is not well."""
    try:
        async with asyncio.timeout(_LONGEST_LOOK_S):
            return await check()
    except Exception:  # whatever is not well may fail in any way
        return False
