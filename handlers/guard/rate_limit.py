"""How often one person may ask, by the generic cell rate algorithm (ITU-T I.371, annex A).

One number a person: the time at which all that they have asked would be paid for.
"""

import time
from collections.abc import Callable, Hashable

_MINUTE_S = 60.0
_MANY = 10_000


class RateLimit:
    """Lets everybody ask `a_minute` times a minute, at once or spread out."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._cost_s = _MINUTE_S / a_minute
        self._clock = clock
        self._paid_at: dict[Hashable, float] = {}

    def wait_s(self, who: Hashable) -> float:
        """Count one more from somebody; return 0, or the seconds to wait if it is one too many."""
        now = self._clock()
        paid_at = max(self._paid_at.get(who, now), now) + self._cost_s
        too_early_s = paid_at - now - _MINUTE_S
        if too_early_s > self._cost_s * 1e-6:  # the sums above are not exact
            return too_early_s
        if len(self._paid_at) >= _MANY:
            self._paid_at = {each: at for each, at in self._paid_at.items() if at > now}
        self._paid_at[who] = paid_at
        return 0.0
