"""How often the bot may ask."""

import math
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """A bucket that holds `burst` and is filled by `per_s`."""

    per_s: float
    burst: int


TIER_2, TIER_3, TIER_4 = Rate(20 / 60, 20), Rate(50 / 60, 50), Rate(100 / 60, 100)

DEFAULT = {"chat.postMessage": Rate(1, 5), "chat.update": TIER_3}
"""Slack says "about one a second and channel, short bursts are fine", and 50 edits a minute."""

BY_CHANNEL = {"chat.postMessage"}


class Rates:
    """Counts requests; take a method out of `limits` to let it be."""

    def __init__(self) -> None:
        self.limits: dict[str, Rate] = dict(DEFAULT)
        self.exceeded = 0
        """How many requests were refused."""
        self._buckets: dict[tuple[str, str, str], tuple[float, float]] = {}

    def wait_s(self, method: str, team: str, channel: str) -> int:
        """Count a request, and give the whole seconds to wait where it is one too many, else 0."""
        rate = self.limits.get(method)
        if rate is None:
            return 0
        key = (method, team, channel if method in BY_CHANNEL else "")
        now = time.monotonic()
        left, at = self._buckets.get(key, (float(rate.burst), now))
        left = min(rate.burst, left + (now - at) * rate.per_s)
        is_over = left < 1
        self._buckets[key] = (left if is_over else left - 1, now)
        self.exceeded += is_over
        return math.ceil((1 - left) / rate.per_s) if is_over else 0
