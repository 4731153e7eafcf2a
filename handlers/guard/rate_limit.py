"""How often one person may ask, by the generic cell rate algorithm (ITU-T I.371, annex A).

One number a person: the time at which all that they have asked would be paid for.

Several processes on one database add up what they count, see handlers/guard/shared_limits.py: what
somebody asks of two within a second may be too much, and is owed from then on.
"""

import time
from collections.abc import Callable, Hashable, Mapping
from hashlib import blake2b

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
        self._shared_as: str | None = None
        self._counted_s: dict[str, float] = {}

    def share(self, name: str) -> None:
        """From now on keep what is counted for other processes; before anybody has asked."""
        self._shared_as = name

    def take_counted(self) -> Mapping[str, float]:
        """Return the seconds that each has asked for since the last call, by nobody's name."""
        counted_s, self._counted_s = self._counted_s, {}
        return counted_s

    def owe(self, name: str, seconds: float) -> None:
        """Keep what was taken, and could not be told."""
        self._counted_s[name] = self._counted_s.get(name, 0.0) + seconds

    def learn(self, name: str, ahead_s: float) -> None:
        """Take note of how far somebody is ahead, with all that was taken from here."""
        self._note(name, self._clock() + ahead_s + self._counted_s.get(name, 0.0))

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
        key = self._key(who)
        self._note(key, self._paid(who, many))
        if isinstance(key, str) and self._shared_as is not None:
            self.owe(key, self._cost_s * many)

    def _note(self, key: Hashable, paid_at: float) -> None:
        if len(self._paid_at) >= _MANY:
            now = self._clock()
            self._paid_at = {each: at for each, at in self._paid_at.items() if at > now}
        self._paid_at[key] = paid_at

    def _paid(self, who: Hashable, many: float) -> float:
        now = self._clock()
        return max(self._paid_at.get(self._key(who), now), now) + self._cost_s * many

    def _key(self, who: Hashable) -> Hashable:
        """Nobody's id goes to the database for this."""
        if self._shared_as is None:
            return who
        return f"{self._shared_as}:{blake2b(repr(who).encode(), digest_size=12).hexdigest()}"
