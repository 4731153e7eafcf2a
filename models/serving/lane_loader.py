"""Loads checkpoints on disk into lanes: the one place where engines, pipelines and lanes meet."""

import asyncio
import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from models.checkpoints.rehearsal import Rehearsal
from models.engines.choice import EngineChoice
from models.errors import TookTooLong
from models.exporting.exports import Exports
from models.exporting.shipped import find_shipped
from models.inspection.inspector import Inspector
from models.results import EngineReport, NetworkAnswer, Origin
from models.runtime import has_graphics_card
from models.serving.answers_cache import AnswerKey
from models.serving.lanes import Lane
from models.serving.load_times import LoadTimes
from models.serving.pipeline_loading import LoadedPipeline, expected_bytes, load_pipeline
from models.serving.slots import Slot
from models.serving.workers import Workers
from models.tasks.generation import TextWriter
from models.tasks.registry import network_task
from models.tasks.spec import WritingTask
from models.tasks.tokens.batching import BATCH_TOKENS

_CARD_BATCH_TOKENS = 8_192
LONGEST_LOAD_S = 900.0
"""Gigabytes from a slow disk, on a machine that does much else."""

Result = TypeVar("Result")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedLane:
    """A loaded checkpoint: its lane, what it keeps in memory, and what names its answers."""

    slot: Slot
    lane: Lane[Any, Any]
    memory_bytes: int
    engine: EngineReport | None
    """None of a tokenizer alone."""
    load: int
    """Which load it is; 0 where every load brings the same."""
    is_here: bool = True
    """Whether this process computes."""

    def key(self, item: Hashable, asker: str) -> AnswerKey:
        """Return what an answer of it is remembered by."""
        return _key(self.slot, self.load, self.engine.name if self.engine else "", item, asker)

    def signed(self, answer: object) -> object:
        """Return an answer of it that names the engine which gave it; elsewhere knows better."""
        if self.engine is None or not isinstance(answer, NetworkAnswer) or answer.engine:
            return answer
        return replace(answer, engine=self.engine.name)

    @property
    def is_spent(self) -> bool:
        """Whether its lane hangs."""
        return self.lane.is_hung

    async def close(self) -> None:
        """Return when no thread works for it any more; what is being written ends soon."""
        pipeline = self.lane.pipeline
        if isinstance(pipeline, TextWriter):
            pipeline.close()
        await self.lane.close()


class LaneLoader:
    """The source of the cache (`models.serving.cache.Source`), which also takes the time."""

    def __init__(
        self,
        pool: Workers,
        workers: int,
        times: LoadTimes,
        writers: Workers,
        engine: EngineChoice = "auto",
        exports_dir: Path | None = None,
        inspector: Inspector | None = None,
        longest_load_s: float = LONGEST_LOAD_S,
    ) -> None:
        """Begin nothing yet.

        Args:
            pool: where it loads and computes.
            workers: how many threads that has.
            times: how long loading takes.
            writers: where texts are written, token by token, beside all else.
            engine: which engine may answer.
            exports_dir: without it only torch answers.
            inspector: reads the files of strangers first; without it they are trusted.
            longest_load_s: what takes longer is given up.
        """
        self._longest_load_s = longest_load_s
        self._inspector = inspector
        self._pool = pool
        self._workers = workers
        self._times = times
        self._writers = writers
        self._construction = asyncio.Lock()
        self._exports = _exports(exports_dir, engine)
        self._loads = count(1)
        self._engines: dict[Slot, str] = {}
        """The latest that answered, of those whose answers stay true when they leave memory."""

    async def require_usable(self, slot: Slot) -> Rehearsal | None:
        """Let pass what can be loaded without harm, here or elsewhere; None: it is trusted.

        Raises:
            ModelError: it cannot.
        """
        if self._inspector is None:
            return None
        return await self._inspector.require_usable(slot.checkpoint, slot.task)

    async def memory_bytes(self, slot: Slot) -> int:
        """Tell from the files what a slot will take, of those that can be read without harm."""
        await self.require_usable(slot)
        name = slot.checkpoint.full_name
        return await self._in_pool(name, expected_bytes, slot, self._exports)

    async def load(self, slot: Slot) -> LoadedLane:
        """Load a slot in the fastest engine that is ready; note how long its lane took to open."""
        started = perf_counter()
        name = slot.checkpoint.full_name
        rehearsal = await self.require_usable(slot)
        loaded = await self.construct(name, load_pipeline, slot, self._exports, rehearsal)
        lane = self._lane(slot, loaded)
        if loaded.engine:
            seconds = perf_counter() - started
            self._times.note(name, loaded.engine.name, seconds)
            asyncio.get_running_loop().run_in_executor(None, self._times.save)
        if _is_unchanging(slot):
            load = 0
            self._engines[slot] = loaded.engine.name if loaded.engine else ""
        else:
            load = next(self._loads)
        return LoadedLane(slot, lane, loaded.memory_bytes, loaded.engine, load)

    def _lane(self, slot: Slot, loaded: "LoadedPipeline") -> Lane[Any, Any]:
        spec = network_task(slot.task)
        width = self._workers if spec and spec.is_wide else 1
        name = slot.checkpoint.full_name
        if isinstance(spec, WritingTask):
            return Lane(name, loaded.pipeline, self._writers, self._writers.count, batch_tokens=1)
        # A graphics card is as quick with many texts as with few; only torch computes there.
        is_on_card = loaded.engine == EngineReport("torch") and has_graphics_card()
        tokens = _CARD_BATCH_TOKENS if is_on_card else BATCH_TOKENS
        return Lane(name, loaded.pipeline, self._pool, width, batch_tokens=tokens)

    def key(self, slot: Slot, item: Hashable, asker: str) -> AnswerKey | None:
        """Return what an answer of something that has left memory is remembered by."""
        engine = self._engines.get(slot)
        return None if engine is None else _key(slot, 0, engine, item, asker)

    async def remove_export(self, slot: Slot) -> int:
        """Remove the faster engine of a slot, if there is one; return how many bytes that frees."""
        if self._exports is None:
            return 0
        name = slot.checkpoint.full_name
        return await self._in_pool(name, self._exports.remove, slot.checkpoint, slot.task)

    async def prepare_faster(self, slot: Slot) -> bool:
        """Prepare a faster engine than torch; whether a load from now on would find a new one."""
        exports, spec = self._exports, network_task(slot.task)
        if exports is None or spec is None or spec.export is None:
            return False
        name = slot.checkpoint.full_name
        if not await self._in_pool(name, exports.is_wanted, slot.checkpoint, slot.task):
            return False
        return await exports.make(slot.checkpoint, slot.task) is not None

    async def is_withdrawn(self, slot: Slot) -> bool:
        """Whether the check let nothing pass of a network of ours that has answered."""
        if await self.why_torch(slot) is None:
            return False
        name = slot.checkpoint.full_name
        return await self._in_pool(name, find_shipped, slot.checkpoint, slot.task) is not None

    async def why_torch(self, slot: Slot) -> str | None:
        """Return why nothing faster than torch answers, a `Reason`, if that is so."""
        if self._exports is None:
            return None
        name = slot.checkpoint.full_name
        return await self._in_pool(name, self._exports.refusal, slot.checkpoint, slot.task)

    async def construct(self, name: str, make: Callable[..., Result], *arguments: object) -> Result:
        """Run in the pool what constructs something of a checkpoint, when it is its turn.

        Raises:
            TookTooLong: it hangs, and was given up.
        """
        # Queueing here and not at the lock inside keeps the pool's threads for those who compute.
        async with self._construction:
            return await self._in_pool(name, make, *arguments)

    async def _in_pool(self, name: str, call: Callable[..., Result], *arguments: object) -> Result:
        done = self._pool.submit(call, *arguments)
        limit = asyncio.timeout(self._longest_load_s)
        try:
            async with limit:
                return await asyncio.wrap_future(done)
        except TimeoutError:
            if not limit.expired():
                raise
            self._pool.give_up(done)
            log.error("%s hangs while it is loaded", name)
            raise TookTooLong(name=name, seconds=round(self._longest_load_s)) from None


def _key(slot: Slot, load: int, engine: str, item: Hashable, asker: str) -> AnswerKey:
    return AnswerKey(slot, slot.checkpoint.revision, load, engine, item, asker)


def _is_unchanging(slot: Slot) -> bool:
    """Whether a checkpoint's files are the same at every load: pinned by a commit, or our own."""
    checkpoint = slot.checkpoint
    return checkpoint.revision is not None or checkpoint.origin is Origin.BUNDLED


def _exports(folder: Path | None, engine: EngineChoice) -> Exports | None:
    """Where exports are kept; a graphics card needs none, unless somebody asks for them."""
    if folder is None or (engine == "auto" and has_graphics_card()):
        return None
    return Exports(folder, engine)
