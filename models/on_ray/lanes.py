"""Lanes whose batches are computed in the cluster: the cache's source where there is one.

They are the lanes of every checkpoint, with their turns, bounds and deadlines, but that a batch of
theirs is one call with all the questions that have gathered. What the cluster cannot have, or
while it is away, is opened here as ever.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from models.errors import Busy, ModelError
from models.on_ray.cluster import Cluster
from models.on_ray.store import Store, StoreFailed, digest_of
from models.on_ray.versions import Versions
from models.on_ray.wire import Answered, Asked, Model, as_received
from models.results import Checkpoint, Origin
from models.serving.cache_entry import Source
from models.serving.elsewhere import Away
from models.serving.lane_loader import LaneLoader, LoadedLane
from models.serving.lanes import Lane
from models.serving.slots import Slot
from models.serving.workers import Workers
from models.tasks.registry import network_task
from models.tasks.spec import NetworkTask, WritingTask

_CALLS = 64
_CALLS_A_MODEL = 8
"""At once: so the calls that wait in the cluster tell it how many replicas there should be."""
_CALL_TOKENS = 8_192
"""Of the questions of one call; the lane over there cuts them into batches."""
_LONGEST_CALL_S = 180.0
"""With all that is tried again."""
_STORE_PAUSE = 3
"""So many times the patience of a call until a store is asked again that took nothing."""
_BYTES_A_TOKEN = 4
_DIGITS = 12

log = logging.getLogger(__name__)


class CallPipeline:
    """What stands behind a lane of the cluster, a `models.tasks.spec.Pipeline`."""

    def __init__(
        self, cluster: Cluster, model: Model, spec: NetworkTask[Any, Any], asker: str
    ) -> None:
        self._cluster = cluster
        self._model = model
        self._spec = spec
        self._asker = asker

    def size(self, item: object) -> int:
        """Guess the tokens of a question."""
        return max(1, self._spec.question_bytes(item) // _BYTES_A_TOKEN)

    def prepare(self, items: Sequence[object]) -> Callable[[], Sequence[Any]]:
        """Return what waits for the answers."""
        return partial(self._answers, items)

    def _answers(self, items: Sequence[object]) -> Sequence[object]:
        try:
            return as_received(self.call(items).answers)
        except Away as away:  # not raised: the lane would try each question once more, alone
            return [away] * len(items)

    def call(self, items: Sequence[object]) -> Answered:
        """Have questions answered.

        Raises:
            Away: nobody there can.
        """
        return self._cluster.ask(Asked(self._model, self._spec.task, tuple(items), self._asker))


class RayLanes:
    """`models.serving.elsewhere.Elsewhere`. It belongs to one event loop; close it at the end."""

    def __init__(
        self, cluster: Cluster, store: Store | None, asker: str, data_dir: Path = Path()
    ) -> None:
        """Begin nothing yet; `asker` names this bot among those that share the cluster."""
        self._versions = Versions(store, data_dir) if store else None
        self._cluster = cluster
        self._store = store
        self._asker = asker
        self._pool = Workers(_CALLS, "ray")
        self._here: LaneLoader
        self._opened: dict[Slot, LoadedLane] = {}
        self._refused: dict[Slot, int] = {}
        """When the cluster was found that could not have them."""
        self._store_again_s = 0.0

    def source(self, here: LaneLoader) -> Source[LoadedLane]:
        """Return what opens lanes in the cluster, or here."""
        self._here = here
        return _Lanes(self, here)

    async def open(self, slot: Slot) -> bool:
        """Open a slot in the cluster, for `taken` to give next; whether it can be had there now."""
        if slot in self._opened:
            return True
        if not self._may_have(slot):
            return False
        try:
            self._opened[slot] = await self._lane(slot)
        except Busy:  # it may have room the next time, or the store
            return False
        except (Away, ModelError) as error:
            self._refused[slot] = self._cluster.times_found
            log.info("%s stays here: %s", slot.checkpoint.full_name, error)
            return False
        return True

    def taken(self, slot: Slot) -> LoadedLane | None:
        """Give what was opened for a slot."""
        return self._opened.pop(slot, None)

    async def bring(self, version: Checkpoint) -> None:
        """Fetch the files of a version that another process trained, if they can be had."""
        if self._versions and version.folder:
            await asyncio.to_thread(self._versions.bring, version.folder)

    def _may_have(self, slot: Slot) -> bool:
        """Whether the cluster is asked about a slot: one pass of a network, files that it gets."""
        spec = network_task(slot.task)
        is_one_pass = spec is not None and not isinstance(spec, WritingTask)
        has_files = slot.checkpoint.origin is Origin.BUNDLED or self._takes_files
        is_refused = self._refused.get(slot) == self._cluster.times_found
        return is_one_pass and has_files and self._cluster.is_here and not is_refused

    @property
    def _takes_files(self) -> bool:
        return self._store is not None and time.monotonic() >= self._store_again_s

    async def _lane(self, slot: Slot) -> LoadedLane:
        """Return a lane of the cluster, with a first answer of it.

        Raises:
            Away: it cannot be had there.
            ModelError: the checkpoint cannot be used, there as here; or nobody there has room.
        """
        spec = network_task(slot.task)
        assert spec is not None
        await self._here.require_usable(slot)
        model = await asyncio.to_thread(self._sent, slot.checkpoint)
        pipeline = CallPipeline(self._cluster, model, spec, self._asker)
        done = self._pool.submit(pipeline.call, [spec.first])
        answered = await asyncio.wrap_future(done)
        (first,) = as_received(answered.answers)
        if isinstance(first, ModelError):
            raise first
        if isinstance(first, Exception):
            raise Away(str(first)) from first
        lane: Lane[Any, Any] = Lane(
            slot.checkpoint.full_name,
            pipeline,
            self._pool,
            _CALLS_A_MODEL,
            batch_tokens=_CALL_TOKENS,
            longest_batch_s=_LONGEST_CALL_S,
        )
        load = int(model.digest[:_DIGITS], 16)  # other files, other answers
        return LoadedLane(slot, lane, 0, answered.engine, load, is_here=False)

    async def close(self) -> None:
        """Return when no call waits any more."""
        await self._cluster.close()
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    def _sent(self, checkpoint: Checkpoint) -> Model:
        """Put a checkpoint where replicas get it from.

        Raises:
            Away: its files cannot be read.
            Busy: the store does not take it, for now.
        """
        assert checkpoint.folder is not None, "it is fetched"
        try:
            if checkpoint.origin is Origin.BUNDLED or self._store is None:
                digest = digest_of(checkpoint.folder)
            else:
                digest = self._store.put(checkpoint.folder)
        except StoreFailed as error:
            log.warning("%s stays here: %s", checkpoint.full_name, error)
            pause_s = _STORE_PAUSE * self._cluster.patience_s
            self._store_again_s = time.monotonic() + pause_s
            raise Busy(name=checkpoint.full_name, seconds=int(pause_s)) from error
        except OSError as error:
            raise Away(str(error)) from error
        return Model(
            checkpoint.name,
            checkpoint.version,
            checkpoint.origin,
            digest,
            checkpoint.repo_id,
            checkpoint.revision,
        )


class _Lanes:
    """`models.serving.cache.Source`."""

    def __init__(self, there: RayLanes, here: LaneLoader) -> None:
        self._there = there
        self._here = here

    async def memory_bytes(self, slot: Slot) -> int:
        """What is opened in the cluster takes nothing here."""
        return 0 if await self._there.open(slot) else await self._here.memory_bytes(slot)

    async def load(self, slot: Slot) -> LoadedLane:
        """Give what was opened for the slot, or load it."""
        return self._there.taken(slot) or await self._here.load(slot)
