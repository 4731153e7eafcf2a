"""A lane as a queue: whoever waits when it is free is answered as one batch of so much a batch and
so much a question. Simulated event by event; what it says is held against measurements.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import quantiles

_WARM_UP = 0.1
"""The share of answers at the beginning that tells nothing yet."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a batch takes, in seconds."""

    batch_s: float
    question_s: float

    def of(self, questions: int) -> float:
        """Return what so many take together."""
        return self.batch_s + self.question_s * questions

    @classmethod
    def fitted(cls, lone_s: float, crowd_s: float, most: int) -> "Cost":
        """Return it by what a lone question takes, and one of a crowd whose batches are full."""
        batch_s = max(0.0, (lone_s - crowd_s) / (1 - 1 / most))
        return cls(batch_s, max(0.0, crowd_s - batch_s / most))


@dataclass(frozen=True, slots=True)
class Seen:
    """What callers would see."""

    a_second: float
    p50_s: float
    p95_s: float


def closed(callers: int, cost: Cost, lanes: int, most: int, answers: int) -> Seen:
    """Let callers ask, wait and ask again, until there are so many answers."""
    queue = deque([0.0] * callers)
    free = [0.0] * lanes
    waits: list[float] = []
    times: list[float] = []
    returning: list[float] = []
    while len(waits) < answers:
        now = heapq.heappop(free)
        while returning and returning[0] <= now:
            queue.append(heapq.heappop(returning))
        if not queue:
            now = returning[0]
            heapq.heappush(free, now)
            continue
        batch = [queue.popleft() for _ in range(_share(len(queue), len(free) + 1, lanes, most))]
        done = now + cost.of(len(batch))
        for asked in batch:
            waits.append(done - asked)
            times.append(done)
            heapq.heappush(returning, done)
        heapq.heappush(free, done)
    return _seen(waits, times)


def opened(arrivals: Iterable[float], cost: Cost, lanes: int, most: int) -> Seen:
    """Let people ask when they like."""
    coming = iter(arrivals)
    following = next(coming, None)
    queue: deque[float] = deque()
    free = [0.0] * lanes
    waits: list[float] = []
    times: list[float] = []
    while queue or following is not None:
        now = heapq.heappop(free)
        if not queue and following is not None:
            now = max(now, following)
        while following is not None and following <= now:
            queue.append(following)
            following = next(coming, None)
        size = _share(len(queue), len(free) + 1, lanes, most)
        done = now + cost.of(size)
        for _ in range(size):
            waits.append(done - queue.popleft())
            times.append(done)
        heapq.heappush(free, done)
    return _seen(waits, times)


def poisson(a_second: float, seconds: float, seed: int) -> Iterator[float]:
    """Yield when people ask who know nothing of each other."""
    chance, now = random.Random(seed), 0.0
    while (now := now + chance.expovariate(a_second)) < seconds:
        yield now


def most_a_second(
    seen: Callable[[float], Seen], p95_s: float, between: tuple[float, float]
) -> float:
    """Return how many a second it bears, so that 19 in 20 have their answer in that time."""
    low, high = between
    for _ in range(12):
        middle = (low + high) / 2
        if seen(middle).p95_s <= p95_s:
            low = middle
        else:
            high = middle
    return low


def _share(waiting: int, free: int, lanes: int, most: int) -> int:
    """A burst is shared by those that are free, as the lanes of the engine do."""
    return max(1, min(most, -(-waiting // max(1, free))))


def _seen(waits: list[float], times: list[float]) -> Seen:
    first = int(len(waits) * _WARM_UP)
    late = sorted(waits[first:])
    spent = times[-1] - times[first]
    cuts = quantiles(late, n=20)
    return Seen((len(waits) - 1 - first) / spent if spent else 0.0, cuts[9], cuts[18])
