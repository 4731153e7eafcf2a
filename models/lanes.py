"""A lane: the queue before one loaded checkpoint, which turns many callers into few batches.

Requests wait in the event loop. Whenever the lane is free, whoever has gathered is sorted by length
and cut into a batch that a pool thread computes. Nothing polls, and no task runs while nobody asks.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, Protocol, TypeVar

from models.errors import Busy

MOST_WAITING = 512
BATCH_TOKENS = 512
"""Padded tokens a batch. Matrix products are near their best from 256 rows on (FACTS.md), and a
smaller batch lets a short question behind it go sooner."""
_REMEMBERED_BATCHES = 32

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Item_contra = TypeVar("Item_contra", contravariant=True)
Answer_co = TypeVar("Answer_co", covariant=True)


class Work(Protocol[Item_contra, Answer_co]):
    """What a lane does with a batch."""

    def size(self, item: Item_contra) -> int:
        """Guess an item's tokens. Runs in the event loop: must be quick."""
        ...

    def prepare(
        self, items: Sequence[Item_contra]
    ) -> Callable[[], Sequence[Answer_co | Exception]]:
        """Do what needs the tokenizer, in a pool thread, never twice at a time.

        What it returns does the rest in a pool thread, perhaps beside another batch, and gives an
        answer for each item; an answer that is an exception is raised to that item's caller.
        """
        ...


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Item, Answer]):
    item: Item
    size: int
    answer: asyncio.Future[Answer]


class Lane(Generic[Item, Answer]):
    """The queue before one loaded checkpoint. It belongs to one event loop.

    `width` is how many batches it may compute at once. A work that uses the tokenizer for more than
    `prepare` needs a width of 1: then each batch has the tokenizer for itself until its thread is
    really done, whether or not anybody still waits for it.
    """

    def __init__(
        self,
        name: str,
        work: Work[Item, Answer],
        pool: Executor,
        width: int = 1,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.name = name
        self.work = work
        self._pool = pool
        self._width = width
        self._most_waiting = most_waiting
        self._waiting: list[_Waiting[Item, Answer]] = []
        self._running: set[asyncio.Task[None]] = set()
        self._tokenizer = asyncio.Lock()
        self._recent: deque[tuple[int, float]] = deque(maxlen=_REMEMBERED_BATCHES)
        self._is_closed = False

    async def ask(self, item: Item) -> Answer:
        """Wait in line and return the answer.

        Raises:
            Busy: too many are waiting.
            Exception: whatever the work raised for this item.
        """
        self._refuse_if_full()
        loop = asyncio.get_running_loop()
        waiting = _Waiting[Item, Answer](item, self.work.size(item), loop.create_future())
        self._waiting.append(waiting)
        # Not at once: whoever else asks in this turn of the loop comes into the same batch.
        loop.call_soon(self._start_batches)
        return await waiting.answer

    async def close(self) -> None:
        """Refuse new callers, cancel those who wait, and return when no thread works any more."""
        self._is_closed = True
        for waiting in self._waiting:
            waiting.answer.cancel()
        while self._running:
            await asyncio.wait(self._running)

    def _refuse_if_full(self) -> None:
        if len(self._waiting) >= self._most_waiting:
            self._drop_those_who_left()
        if self._is_closed or len(self._waiting) >= self._most_waiting:
            raise Busy(name=self.name, seconds=self._seconds_until_empty())

    def _seconds_until_empty(self) -> int:
        answered = sum(count for count, _ in self._recent)
        busy_s = sum(seconds for _, seconds in self._recent)
        per_item_s = busy_s / answered / self._width if answered else 0.0
        return max(1, math.ceil(len(self._waiting) * per_item_s))

    def _drop_those_who_left(self) -> None:
        self._waiting = [each for each in self._waiting if not each.answer.done()]

    def _start_batches(self) -> None:
        while len(self._running) < self._width and (batch := self._take_batch()):
            task = asyncio.get_running_loop().create_task(self._run(batch))
            self._running.add(task)
            task.add_done_callback(self._on_batch_done)

    def _on_batch_done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._start_batches()

    def _take_batch(self) -> list[_Waiting[Item, Answer]]:
        """Take the batch that holds the one who has waited longest, so nobody starves."""
        self._drop_those_who_left()
        if not self._waiting:
            return []
        by_size = sorted(self._waiting, key=lambda each: each.size)
        # A burst is shared among the workers that are free, rather than left to the first.
        share = sum(each.size for each in by_size) // (self._width - len(self._running))
        batches = cut([each.size for each in by_size], min(BATCH_TOKENS, share))
        oldest = by_size.index(self._waiting[0])
        chosen = next(batch for batch in batches if oldest in batch)
        taken = [by_size[place] for place in chosen]
        gone = set(taken)
        self._waiting = [each for each in self._waiting if each not in gone]
        return taken

    async def _run(self, batch: list[_Waiting[Item, Answer]]) -> None:
        started = perf_counter()
        try:
            answers = await self._compute(batch)
        except Exception as error:  # whatever it is, it belongs to the callers
            await self._run_singly(batch, error)
        else:
            for waiting, answer in zip(batch, answers, strict=True):
                _deliver(waiting, answer)
        finally:
            for waiting in batch:  # only when this task itself is cancelled is anyone left
                waiting.answer.cancel()
        self._recent.append((len(batch), perf_counter() - started))

    async def _run_singly(self, batch: list[_Waiting[Item, Answer]], error: Exception) -> None:
        """One bad item must not cost the others their answers."""
        if len(batch) == 1:
            _deliver(batch[0], error)
            return
        for waiting in batch:
            if not waiting.answer.done():
                try:
                    answers = await self._compute([waiting])
                except Exception as own_error:
                    _deliver(waiting, own_error)
                else:
                    _deliver(waiting, answers[0])

    async def _compute(
        self, batch: Sequence[_Waiting[Item, Answer]]
    ) -> Sequence[Answer | Exception]:
        loop = asyncio.get_running_loop()
        async with self._tokenizer:
            items = [each.item for each in batch]
            finish = await loop.run_in_executor(self._pool, self.work.prepare, items)
        return await loop.run_in_executor(self._pool, finish)


def cut(sizes: Sequence[int], budget: int) -> Iterator[range]:
    """Cut ascending sizes into runs whose padded tokens stay within the budget, one item at least.

    A run also ends where padding would be more than half of it.
    """
    start, real = 0, 0
    for place, size in enumerate(sizes):
        padded = size * (place - start + 1)
        if place > start and (padded > budget or padded > 2 * (real + size)):
            yield range(start, place)
            start, real = place, 0
        real += size
    yield range(start, len(sizes))


def _deliver(waiting: _Waiting[Item, Answer], answer: Answer | Exception) -> None:
    # Setting the result of a cancelled future raises, and would cost the others their answers.
    if waiting.answer.done():
        return
    if isinstance(answer, Exception):
        waiting.answer.set_exception(answer)
    else:
        waiting.answer.set_result(answer)
