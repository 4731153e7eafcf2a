"""How often one person may ask, by the generic cell rate algorithm (ITU-T I.371, annex A).

One number a person: the time at which all that they have asked would be paid for.
"""

import time
from collections.abc import Callable, Hashable

MINUTE_S, DAY_S = 60.0, 86_400.0
_MANY = 10_000


class RateLimit:
    """Lets everybody ask so many times within a while, at once or spread out."""

    def __init__(
        self, times: int, clock: Callable[[], float] = time.monotonic, within_s: float = MINUTE_S
    ) -> None:
        self._cost_s = within_s / times
        self._within_s = within_s
        self._clock = clock
        self._paid_at: dict[Hashable, float] = {}

    def wait_s(self, who: Hashable, many: float = 1.0) -> float:
        """Count so many more from somebody; return 0, or the seconds to wait if it is too many."""
        too_early_s = self.too_early_s(who, many)
        if not too_early_s:
            self.count(who, many)
        return too_early_s

    def too_early_s(self, who: Hashable, many: float = 1.0) -> float:
        """Return the same, without counting."""
        too_early_s = self._paid(who, many) - self._clock() - self._within_s
        return too_early_s if too_early_s > self._cost_s * 1e-6 else 0.0  # sums are not exact

    def count(self, who: Hashable, many: float = 1.0) -> None:
        """Count so many more from somebody."""
        now = self._clock()
        if len(self._paid_at) >= _MANY:
            self._paid_at = {each: at for each, at in self._paid_at.items() if at > now}
        self._paid_at[who] = self._paid(who, many)

    def _paid(self, who: Hashable, many: float) -> float:
        now = self._clock()
        return max(self._paid_at.get(who, now), now) + self._cost_s * many
