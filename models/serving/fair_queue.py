"""Who waits before a lane, and who goes next: in turn among those who ask, alike in length.

An *asker* is whoever must not be made to wait by another, such as a community. Each has a queue of
its own; they take turns, and only when an asker's oldest request is taken has it had its turn. So
nobody starves, however many the others are and however odd the length of what it asks.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

from models.tasks.tokens.batching import cut

_LOOKED_AT_BATCHES = 1
"""How many batches' worth of requests a batch is chosen from. More find texts more alike in length,
and pass others over: from 8, p95 is 2.3 times the median, from 1, 1.3 times, at the same rate."""
_LOOKED_AT_ASKERS = 256

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(slots=True, eq=False)
class QueuedRequest(Generic[Item, Answer]):
    """One request."""

    item: Item
    size: int
    """Its tokens, guessed."""
    asker: str
    asked_at: float
    """By the event loop's clock, as is the next."""
    gives_up_at: float
    answer: asyncio.Future[Answer]
    is_in_line: bool = field(default=False, init=False)


@dataclass(slots=True, eq=False)
class _Queue(Generic[Item, Answer]):
    """Of one asker; who has left stays in it, uncounted, until it is come upon."""

    requests: deque[QueuedRequest[Item, Answer]] = field(default_factory=deque)
    count: int = 0


class FairQueue(Generic[Item, Answer]):
    """The queues of all askers; the one whose turn it is comes first."""

    def __init__(self) -> None:
        self.tokens = 0
        """Of all who wait."""
        self._count = 0
        self._queues: OrderedDict[str, _Queue[Item, Answer]] = OrderedDict()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[QueuedRequest[Item, Answer]]:
        for queue in self._queues.values():
            yield from (each for each in queue.requests if each.is_in_line)

    def join(self, waiting: QueuedRequest[Item, Answer]) -> None:
        """Put a request behind the others of its asker."""
        queue = self._queues.setdefault(waiting.asker, _Queue())
        queue.requests.append(waiting)
        waiting.is_in_line = True
        self._count_in(queue, waiting, 1)

    def leave(self, waiting: QueuedRequest[Item, Answer]) -> None:
        """Let a request go that nobody waits for any more; harmless if it is not in line."""
        if not waiting.is_in_line:
            return
        waiting.is_in_line = False
        queue = self._queues[waiting.asker]
        self._count_in(queue, waiting, -1)
        if not queue.count:
            del self._queues[waiting.asker]
        elif len(queue.requests) > 2 * queue.count:
            queue.requests = deque(each for each in queue.requests if each.is_in_line)

    def take(self, budget: int) -> list[QueuedRequest[Item, Answer]]:
        """Take a batch within a budget of padded tokens, with the one in it whose turn it is."""
        drawn = self._in_turn(budget * _LOOKED_AT_BATCHES)
        if not drawn:
            return []
        by_size = sorted(drawn, key=lambda each: each.size)
        place = by_size.index(drawn[0])
        batches = cut([each.size for each in by_size], budget)
        chosen = next(batch for batch in batches if place in batch)
        taken = [by_size[each] for each in chosen]
        self._end_turns(drawn, set(taken))
        for each in taken:
            self.leave(each)
        return taken

    def push_out(self, asker: str) -> QueuedRequest[Item, Answer] | None:
        """Make room for an asker who has less than its share: the newest of who has most goes."""
        if not self._count or (self.count_of(asker) + 1) * len(self._queues) >= self._count:
            return None
        requests = max(self._queues.values(), key=lambda queue: queue.count).requests
        while not requests[-1].is_in_line:
            requests.pop()
        newest = requests[-1]
        self.leave(newest)
        return newest

    def count_of(self, asker: str) -> int:
        """Return how many requests of an asker wait."""
        queue = self._queues.get(asker)
        return queue.count if queue else 0

    def before(self, asker: str) -> int:
        """Return how many requests would be taken before a new one of this asker."""
        own = self.count_of(asker)
        others = (queue.count for name, queue in self._queues.items() if name != asker)
        return own + sum(min(count, own + 1) for count in others)

    def expired(self, now: float) -> list[QueuedRequest[Item, Answer]]:
        """Take out those who have waited longer than they would."""
        late = [each for each in self if each.gives_up_at <= now]
        for each in late:
            self.leave(each)
        return late

    def next_to_expire(self) -> float | None:
        """Return when the first of them gives up; None when nobody waits."""
        return min((each.gives_up_at for each in self), default=None)

    def _in_turn(self, most_tokens: int) -> list[QueuedRequest[Item, Answer]]:
        """Return who is next: the oldest of each asker, then the second of each, and so on.

        Who has gone without a word leaves on the way.
        """
        drawn: list[QueuedRequest[Item, Answer]] = []
        queues = islice(self._queues.values(), _LOOKED_AT_ASKERS)
        rounds = deque(map(_from_the_oldest, queues))
        tokens = 0
        while rounds and tokens < most_tokens:
            requests = rounds.popleft()
            following = next(filter(self._is_there, requests), None)
            if following:
                drawn.append(following)
                tokens += max(1, following.size)
                rounds.append(requests)
        return drawn

    def _is_there(self, waiting: QueuedRequest[Item, Answer]) -> bool:
        if waiting.answer.done():
            self.leave(waiting)
        return waiting.is_in_line

    def _end_turns(
        self, drawn: Sequence[QueuedRequest[Item, Answer]], taken: set[QueuedRequest[Item, Answer]]
    ) -> None:
        oldest: dict[str, QueuedRequest[Item, Answer]] = {}
        for each in drawn:
            oldest.setdefault(each.asker, each)
        served = [asker for asker, each in oldest.items() if each in taken]
        # Who came first goes last, since its share of the batch may be one larger.
        for asker in (*served[1:], *served[:1]):
            self._queues.move_to_end(asker)

    def _count_in(
        self, queue: _Queue[Item, Answer], waiting: QueuedRequest[Item, Answer], step: int
    ) -> None:
        queue.count += step
        self._count += step
        self.tokens += step * waiting.size


def _from_the_oldest(queue: _Queue[Item, Answer]) -> Iterator[QueuedRequest[Item, Answer]]:
    while queue.requests and not queue.requests[0].is_in_line:
        queue.requests.popleft()
    return iter(queue.requests)
