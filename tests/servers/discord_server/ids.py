"""Ids that tell when they were made, as Discord's do."""

import time
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000


class Snowflakes:
    """Gives ids that only ever grow."""

    def __init__(self) -> None:
        self._last = 0

    def take(self) -> int:
        """Give the next id."""
        now = (int(time.time() * 1000) - EPOCH_MS) << 22
        self._last = max(now, self._last + 1)
        return self._last

    def take_for_shard(self, shard: int, shards: int) -> int:
        """Give the next id of a guild that this shard has: (id >> 22) % shards."""
        moment = self.take() >> 22
        self._last = (moment + (shard - moment) % shards) << 22 | self._last & 0x3FFFFF
        return self._last


def made_at(snowflake: int) -> str:
    """Tell when an id was made, as Discord writes times."""
    return written(((snowflake >> 22) + EPOCH_MS) / 1000)


def now() -> str:
    """Tell the time, as Discord writes times."""
    return written(time.time())


def written(seconds: float) -> str:
    """Write a time as Discord does."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
