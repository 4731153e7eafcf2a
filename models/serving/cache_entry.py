"""What a cache holds: a loaded thing, or one on its way, with who uses it, and how it answered."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from models.serving.slots import Slot

_REMEMBERED_ANSWERS = 256


@dataclass(slots=True)
class Statistics:
    """Of one checkpoint; kept when it leaves memory."""

    hits: int = 0
    """How often it was there already when it was asked for."""
    load_time_s: float | None = None
    _answers_ms: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED_ANSWERS))

    def note_answer(self, milliseconds: float) -> None:
        """Remember how long one answer took."""
        self._answers_ms.append(milliseconds)

    def percentile_ms(self, share: float) -> float | None:
        """Return the time within which this share of the last answers came; None before any."""
        if not self._answers_ms:
            return None
        ordered = sorted(self._answers_ms)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class Loaded(Protocol):
    """What a cache holds."""

    @property
    def memory_bytes(self) -> int:
        """What it takes, measured."""
        ...

    @property
    def is_spent(self) -> bool:
        """Whether it answers nobody any more, and has to be loaded anew."""
        ...

    async def close(self) -> None:
        """Return when no thread uses it any more."""
        ...


Thing = TypeVar("Thing", bound=Loaded)
Thing_co = TypeVar("Thing_co", bound=Loaded, covariant=True)


class Source(Protocol[Thing_co]):
    """Where a cache gets things from. Both calls may raise a `models.errors.ModelError`."""

    async def memory_bytes(self, slot: Slot) -> int:
        """Return what the thing will take, without loading it."""
        ...

    async def load(self, slot: Slot) -> Thing_co:
        """Load it."""
        ...


@dataclass(slots=True, eq=False)
class Entry(Generic[Thing]):
    """A slot of the cache, who uses it, and what it takes."""

    slot: Slot
    loading: asyncio.Task[Thing] = field(init=False)
    users: int = 0
    memory_bytes: int = 0
    """Reserved before the load, measured after it."""
    is_kept: bool = False
    """Something is loaded to take its place, until which it answers."""

    @property
    def is_idle(self) -> bool:
        """Whether it could go."""
        return self.users == 0 and self.loading.done()


def is_spent(entry: Entry[Thing]) -> bool:
    """Whether what it holds answers nobody any more."""
    loading = entry.loading
    is_there = loading.done() and not loading.cancelled() and loading.exception() is None
    return is_there and loading.result().is_spent


def sum_bytes(entries: Iterable[Entry[Thing]]) -> int:
    """What all of them take."""
    return sum(entry.memory_bytes for entry in entries)


async def is_well(entry: Entry[Thing]) -> bool:
    """Wait for a load under way; a failed one leaves nothing to renew."""
    await asyncio.wait([entry.loading])
    return not entry.loading.cancelled() and entry.loading.exception() is None
