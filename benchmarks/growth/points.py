"""What is measured at each size."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import psutil

Act = Callable[[int], Awaitable[object]]
"""Does something for the so-manieth time."""


@dataclass(frozen=True, slots=True)
class Point:
    """What one kind of request cost at one size."""

    curve: str
    size: int
    what: str
    cpu_ms: float
    """Of this process, for one of them, with all that goes on beside it."""
    median_ms: float
    """Until the reply."""
    rss_mb: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Something that grows."""

    name: str
    unit: str
    sizes: Sequence[int]
    few: Sequence[int]
    """The sizes of a quick run."""
    measure: Callable[[Path, Sequence[int]], Awaitable[Sequence[Point]]]
    """Takes a folder for data, and the sizes."""


async def measured(curve: str, size: int, what: str, times: int, act: Act) -> Point:
    """Do something several times, one after the other; the first time does not count."""
    await act(0)
    waited: list[float] = []
    before = process_time()
    for number in range(1, times + 1):
        began = perf_counter()
        await act(number)
        waited.append(perf_counter() - began)
    return point(curve, size, what, process_time() - before, waited)


def point(curve: str, size: int, what: str, cpu_s: float, waited: Sequence[float]) -> Point:
    """Return what so many cost together, for one of them."""
    cpu_ms, median_ms = 1000 * cpu_s / len(waited), 1000 * median(waited)
    return Point(curve, size, what, cpu_ms, median_ms, psutil.Process().memory_info().rss / 1e6)
