"""A lane: the queue before one loaded checkpoint, which turns many callers into few batches.

Requests wait in the event loop. Whenever the lane is free, some who are next in turn and alike in
length become a batch (`models.serving.fair_queue`) that a pool thread computes. Nothing polls, and
no task or thread runs while nobody asks.

A request that finds the lane free makes one trip: the loop hands the batch to a pool thread, which
does everything and hands the answers back.
"""

import asyncio
import logging
import math
from collections import deque
from concurrent.futures import Future
from time import perf_counter
from typing import Generic, TypeVar

from models.errors import Busy, TookTooLong, WaitedTooLong
from models.reports import Outlook
from models.serving.batch import Answered, Batch, as_exception, cancel, deliver, tell
from models.serving.fair_queue import FairQueue, QueuedRequest
from models.serving.workers import Workers
from models.tasks.spec import Pipeline
from models.tasks.tokens.batching import BATCH_TOKENS

MOST_WAITING = 512
DEADLINE_S = 60.0
"""Whoever asked has long looked elsewhere by then."""
LONGEST_BATCH_S = 120.0
"""What takes longer hangs: the largest batch of the largest network takes some seconds."""
_SHORTEST_WATCH_S = 0.5
"""By so much a deadline may be passed at most: looking through the line takes time, too."""
_REMEMBERED_BATCHES = 32

Item = TypeVar("Item")
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class Lane(Generic[Item, Answer]):
    """The queue before one loaded checkpoint. It belongs to one event loop.

    `width` is how many batches it may compute at once. A pipeline that uses the tokenizer for more
    than `prepare` needs a width of 1: then each batch has the tokenizer for itself until its thread
    is really done, whether or not anybody still waits for it.
    """

    def __init__(
        self,
        name: str,
        pipeline: Pipeline[Item, Answer],
        pool: Workers,
        width: int = 1,
        most_waiting: int = MOST_WAITING,
        batch_tokens: int = BATCH_TOKENS,
        longest_batch_s: float = LONGEST_BATCH_S,
    ) -> None:
        self.name = name
        self.is_hung = False
        """Whether a batch did not end: whoever asks next needs another lane."""
        self._longest_batch_s = longest_batch_s
        self.pipeline = pipeline
        self._pool = pool
        self._width = width
        self._most_waiting = most_waiting
        self._batch_tokens = batch_tokens
        self._queue: FairQueue[Item, Answer] = FairQueue()
        self._alone: deque[QueuedRequest[Item, Answer]] = deque()
        """Of batches that failed: each goes once more by itself, before all others."""
        self._running: set[Batch[Item, Answer]] = set()
        self._preparing: Batch[Item, Answer] | None = None
        self._recent: deque[tuple[int, float]] = deque(maxlen=_REMEMBERED_BATCHES)
        self._seconds_a_token = 0.0
        self._is_start_due = False
        self._watch: asyncio.TimerHandle | None = None
        self._all_done: asyncio.Future[None] | None = None
        self._is_closed = False

    async def ask(self, item: Item, asker: str = "", deadline_s: float = DEADLINE_S) -> Answer:
        """Wait in line and return the answer.

        Args:
            item: what is asked.
            asker: takes turns with the other askers, however much each of them asks.
            deadline_s: how long to wait until the computing begins.

        Raises:
            Busy: too many are waiting.
            WaitedTooLong: the deadline came first.
            TookTooLong: it began, but did not end.
            Exception: whatever the pipeline raised for this item.
        """
        self._require_room(asker)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        asked_at = loop.time()
        gives_up_at = asked_at + deadline_s
        size = self.pipeline.size(item)
        waiting = QueuedRequest(item, size, asker, asked_at, gives_up_at, answer)
        self._queue.join(waiting)
        self._start_soon(loop)
        self._watch_until(gives_up_at, loop)
        try:
            return await answer
        finally:
            self._queue.leave(waiting)

    @property
    def waiting(self) -> int:
        """How many questions wait for a batch."""
        return len(self._queue)

    def outlook(self, asker: str = "") -> Outlook:
        """Say what somebody who asked now would find before them."""
        before = self._queue.before(asker)
        waiting_tokens = self._queue.tokens * before / (len(self._queue) or 1)
        running_tokens = sum(batch.tokens for batch in self._running) / 2  # half done, on average
        return Outlook(before, self._seconds_for(waiting_tokens + running_tokens))

    async def close(self) -> None:
        """Refuse new callers, cancel those who wait, and return when no thread works any more."""
        self._is_closed = True
        if self._watch:
            self._watch.cancel()
        cancel((*self._queue, *self._alone))
        if self._running and not self.is_hung:
            self._all_done = self._all_done or asyncio.get_running_loop().create_future()
            await asyncio.shield(self._all_done)

    def _require_room(self, asker: str) -> None:
        if self._is_closed:
            raise self._busy()
        if len(self._queue) >= self._most_waiting:
            pushed_out = self._queue.push_out(asker)
            if pushed_out is None:
                raise self._busy()
            deliver(pushed_out, self._busy())

    def _busy(self) -> Busy:
        seconds = self._seconds_for(self._queue.tokens)
        return Busy(name=self.name, seconds=max(1, math.ceil(seconds)))

    def _seconds_for(self, tokens: float) -> float:
        """Estimate from the latest batches; before the first nobody knows, so: no time."""
        return tokens * self._seconds_a_token / self._width

    def _note(self, batch: "Batch[Item, Answer]", answered: "Answered[Item, Answer]") -> None:
        if not answered:
            return
        tokens = sum(waiting.size for waiting, _ in answered)
        self._recent.append((tokens, perf_counter() - batch.started_at))
        all_tokens, all_seconds = map(sum, zip(*self._recent, strict=True))
        self._seconds_a_token = all_seconds / max(1, all_tokens)

    def _start_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        # Not at once: whoever else asks in this turn of the loop comes into the same batch.
        if not self._is_start_due and len(self._running) < self._width:
            self._is_start_due = True
            loop.call_soon(self._start_batches)

    def _start_batches(self) -> None:
        self._is_start_due = False
        while len(self._running) < self._width and not self._preparing:
            requests = self._next_requests()
            if not requests:
                return
            self._start(Batch(requests, perf_counter()))

    def _next_requests(self) -> list[QueuedRequest[Item, Answer]]:
        if self._alone:
            return [self._alone.popleft()]
        # A burst is shared among the workers that are free, rather than left to the first.
        share = self._queue.tokens // (self._width - len(self._running))
        return self._queue.take(max(1, min(self._batch_tokens, share)))

    def _start(self, batch: "Batch[Item, Answer]") -> None:
        loop = asyncio.get_running_loop()
        try:
            done = self._pool.submit(self._compute, batch, loop)
        except RuntimeError:  # the pool is shut down
            cancel(batch.requests)
            return
        self._running.add(batch)
        self._preparing = batch
        done.add_done_callback(lambda done: tell(loop, self._on_done, batch, done))
        self._watch_batch(batch, done, self._longest_batch_s)

    def _compute(
        self, batch: "Batch[Item, Answer]", loop: asyncio.AbstractEventLoop
    ) -> "Answered[Item, Answer]":
        """Run in a pool thread, for whoever has not gone until now."""
        batch.begun_at = perf_counter()
        asking = [each for each in batch.requests if not each.answer.done()]
        if not asking:
            return []
        finish = self.pipeline.prepare([each.item for each in asking])
        if self._width > 1:
            tell(loop, self._on_prepared, batch)
        return list(zip(asking, finish(), strict=True))

    def _on_prepared(self, batch: "Batch[Item, Answer]") -> None:
        """Let another batch have the tokenizer."""
        if self._preparing is batch:
            self._preparing = None
            self._start_batches()

    def _on_done(
        self, batch: "Batch[Item, Answer]", done: "Future[Answered[Item, Answer]]"
    ) -> None:
        self._running.discard(batch)
        if batch.watch:
            batch.watch.cancel()
        if self._preparing is batch:
            self._preparing = None
        if done.cancelled():
            cancel(batch.requests)
        elif error := done.exception():
            self._on_failure(batch, error)
        else:
            self._note(batch, done.result())
            for waiting, answer in done.result():
                deliver(waiting, answer)
        self._on_free()

    def _watch_batch(
        self, batch: "Batch[Item, Answer]", done: "Future[Answered[Item, Answer]]", after_s: float
    ) -> None:
        loop = asyncio.get_running_loop()
        batch.watch = loop.call_later(after_s, self._look_after, batch, done)

    def _look_after(
        self, batch: "Batch[Item, Answer]", done: "Future[Answered[Item, Answer]]"
    ) -> None:
        """Give up what has had its time; it may have begun long after it was handed over."""
        begun_at = perf_counter() if batch.begun_at is None else batch.begun_at
        left_s = begun_at + self._longest_batch_s - perf_counter()
        if left_s > 0:
            self._watch_batch(batch, done, left_s)
            return
        log.error("%s hangs with a batch of %s tokens", self.name, batch.tokens)
        self._pool.give_up(done)
        self.is_hung = self._is_closed = True
        seconds = round(self._longest_batch_s)
        for each in batch.requests:
            deliver(each, TookTooLong(name=self.name, seconds=seconds))
        for each in (*self._queue, *self._alone):
            deliver(each, Busy(name=self.name, seconds=1))
        if self._all_done:
            self._all_done.set_result(None)
            self._all_done = None

    def _on_failure(self, batch: "Batch[Item, Answer]", error: BaseException) -> None:
        """One bad item must not cost the others their answers."""
        if len(batch.requests) > 1 and not self._is_closed:
            self._alone.extend(each for each in batch.requests if not each.answer.done())
            return
        for each in batch.requests:
            deliver(each, as_exception(error))

    def _on_free(self) -> None:
        if self._all_done and not self._running:
            self._all_done.set_result(None)
            self._all_done = None
        # Who has an answer now may ask again in this turn of the loop.
        self._start_soon(asyncio.get_running_loop())

    def _watch_until(self, gives_up_at: float, loop: asyncio.AbstractEventLoop) -> None:
        """Look through the line when the first in it gives up."""
        if self._watch and self._watch.when() <= gives_up_at:
            return
        if self._watch:
            self._watch.cancel()
        self._watch = loop.call_at(gives_up_at, self._tell_the_late, gives_up_at)

    def _tell_the_late(self, due: float) -> None:
        self._watch = None
        for late in self._queue.expired(due):
            self._give_up(late)
        if following := self._queue.next_to_expire():
            soonest = due + _SHORTEST_WATCH_S
            self._watch_until(max(following, soonest), asyncio.get_running_loop())

    def _give_up(self, late: QueuedRequest[Item, Answer]) -> None:
        waited_s = round(late.gives_up_at - late.asked_at)
        deliver(late, WaitedTooLong(name=self.name, seconds=waited_s))
