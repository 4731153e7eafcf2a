"""Loads checkpoints on disk into lanes: the one place where engines, pipelines and lanes meet."""

import asyncio
import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from models.checkpoints.files import blaming, broken, folder_of
from models.checkpoints.folder_contents import is_of_a_tokenizer
from models.checkpoints.loading import load_tokenizer
from models.checkpoints.tokenizer import FastTokenizer, text_tokenizer
from models.checkpoints.weights_header import read_weights
from models.engines.protocol import EngineChoice, EngineError
from models.exporting.exports import Export, Exports
from models.machine import Machine
from models.reasons import Reason
from models.results import Checkpoint, EngineReport, Origin
from models.runtime import has_graphics_card, prepare_onnx
from models.serving.answers_cache import AnswerKey
from models.serving.cache import Slot
from models.serving.lanes import Lane
from models.serving.load_times import LoadTimes
from models.tasks.batching import BATCH_TOKENS
from models.tasks.registry import load_for, network_task, spec_of
from models.tasks.spec import NetworkTask, Pipeline, Reads, TokenizerTask

_CARD_BATCH_TOKENS = 8_192

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

    def key(self, item: Hashable) -> AnswerKey:
        """Return what an answer of it is remembered by."""
        return _key(self.slot, self.load, self.engine.name if self.engine else "", item)

    async def close(self) -> None:
        """Return when no thread works for it any more."""
        await self.lane.close()


class LaneLoader:
    """The source of the cache (`models.serving.cache.Source`), which also takes the time."""

    def __init__(
        self,
        pool: Executor,
        workers: int,
        times: LoadTimes,
        engine: EngineChoice = "auto",
        exports_dir: Path | None = None,
    ) -> None:
        """`workers` is how many threads the pool has; without `exports_dir` only torch answers."""
        self._pool = pool
        self._workers = workers
        self._times = times
        self._construction = asyncio.Lock()
        self._exports = _exports(exports_dir, engine)
        self._loads = count(1)
        self._engines: dict[Slot, str] = {}
        """The latest that answered, of those whose answers stay true when they leave memory."""

    async def memory_bytes(self, slot: Slot) -> int:
        """Tell from the files what a slot will take."""
        return await self._in_pool(_expected_bytes, slot, self._exports)

    async def load(self, slot: Slot) -> LoadedLane:
        """Load a slot in the fastest engine that is ready; note how long its lane took to open."""
        started = perf_counter()
        loaded = await self.construct(_load, slot, self._exports)
        lane = self._lane(slot, loaded)
        if loaded.engine:
            name, seconds = slot.checkpoint.full_name, perf_counter() - started
            self._times.note(name, loaded.engine.name, seconds)
            asyncio.get_running_loop().run_in_executor(None, self._times.save)
        if _is_unchanging(slot):
            load = 0
            self._engines[slot] = loaded.engine.name if loaded.engine else ""
        else:
            load = next(self._loads)
        return LoadedLane(slot, lane, loaded.memory_bytes, loaded.engine, load)

    def _lane(self, slot: Slot, loaded: "_Loaded") -> Lane[Any, Any]:
        spec = network_task(slot.task)
        width = self._workers if spec and spec.is_wide else 1
        # A graphics card is as quick with many texts as with few; only torch computes there.
        is_on_card = loaded.engine == EngineReport("torch") and has_graphics_card()
        tokens = _CARD_BATCH_TOKENS if is_on_card else BATCH_TOKENS
        name = slot.checkpoint.full_name
        return Lane(name, loaded.pipeline, self._pool, width, batch_tokens=tokens)

    def key(self, slot: Slot, item: Hashable) -> AnswerKey | None:
        """Return what an answer of something that has left memory is remembered by."""
        engine = self._engines.get(slot)
        return None if engine is None else _key(slot, 0, engine, item)

    async def prepare_faster(self, slot: Slot) -> bool:
        """Prepare a faster engine than torch; whether a load from now on would find a new one."""
        exports, spec = self._exports, network_task(slot.task)
        if exports is None or spec is None or spec.export is None:
            return False
        if not await self._in_pool(exports.is_wanted, slot.checkpoint, slot.task):
            return False
        return await exports.make(slot.checkpoint, slot.task) is not None

    async def construct(self, make: Callable[..., Result], *arguments: object) -> Result:
        """Run in the pool what constructs something, when it is its turn."""
        # Queueing here and not at the lock inside keeps the pool's threads for those who compute.
        async with self._construction:
            return await self._in_pool(make, *arguments)

    async def _in_pool(self, call: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call, *arguments)


def _key(slot: Slot, load: int, engine: str, item: Hashable) -> AnswerKey:
    return AnswerKey(slot, slot.checkpoint.revision, load, engine, item)


def _is_unchanging(slot: Slot) -> bool:
    """Whether a checkpoint's files are the same at every load: pinned by a commit, or our own."""
    checkpoint = slot.checkpoint
    return checkpoint.revision is not None or checkpoint.origin is Origin.BUNDLED


def _exports(folder: Path | None, engine: EngineChoice) -> Exports | None:
    """Where exports are kept; a graphics card needs none, unless somebody asks for them."""
    if folder is None or (engine == "auto" and has_graphics_card()):
        return None
    return Exports(folder, engine)


@dataclass(frozen=True, slots=True)
class _Loaded:
    pipeline: Pipeline[Any, Any]
    memory_bytes: int
    engine: EngineReport | None


def _expected_bytes(slot: Slot, exports: Exports | None) -> int:
    if network_task(slot.task):
        # Torch may have to answer, however small its export is.
        exported = exports.resident_bytes(slot.checkpoint, slot.task) if exports else 0
        return max(read_weights(slot.checkpoint).memory_bytes, exported)
    return sum(
        path.stat().st_size
        for path in folder_of(slot.checkpoint).iterdir()
        if path.is_file() and (is_of_a_tokenizer(path.name) or path.name.startswith("merges"))
    )


def _load(slot: Slot, exports: Exports | None) -> _Loaded:
    """Load what a slot needs, and let it answer once.

    Raises:
        BrokenCheckpoint: it loads, but cannot answer.
    """
    spec = spec_of(slot.task)
    if isinstance(spec, TokenizerTask):
        with blaming(slot.checkpoint, Reason.TOKENIZER_UNREADABLE):
            pipeline = spec.pipeline(load_tokenizer(slot.checkpoint))
        return _Loaded(pipeline, _expected_bytes(slot, None), None)
    assert isinstance(spec, NetworkTask)
    export = exports.find(slot.checkpoint, slot.task) if exports and spec.export else None
    loaded = _exported(spec, export) if export else None
    return loaded or _tried(slot.checkpoint, spec, _in_torch(slot.checkpoint, spec))


def _tried(checkpoint: Checkpoint, spec: NetworkTask[Any, Any], loaded: _Loaded) -> _Loaded:
    with blaming(checkpoint, Reason.FIRST_TEXT_FAILS):
        try:
            loaded.pipeline.prepare([spec.first])()
        except EngineError as fault:
            raise broken(checkpoint, str(fault)) from fault
    return loaded


def _exported(spec: NetworkTask[Any, Any], export: Export) -> _Loaded | None:
    """Load a network that was prepared before: neither torch nor transformers is imported."""
    prepare_onnx()
    from tokenizers import Tokenizer  # noqa: PLC0415 - not on the way to the first prompt

    from models.engines.onnx_engine import OnnxEngine  # noqa: PLC0415 - needs ONNX Runtime

    record = export.record
    try:
        engine = OnnxEngine(export.network, Machine().cores(), record.padding_position)
        tokenizer = FastTokenizer(Tokenizer.from_file(str(export.tokenizer)), record.tokenizer)
        pipeline = spec.assemble(engine, tokenizer, record.around)
        pipeline.prepare([spec.first])()
    except Exception:  # ONNX Runtime and tokenizers raise what they like
        log.warning("A prepared network does not work; torch answers", exc_info=True)
        return None
    return _Loaded(pipeline, engine.memory_bytes, record.engine)


def _in_torch(checkpoint: Checkpoint, spec: NetworkTask[Any, Any]) -> _Loaded:
    loaded = load_for(checkpoint, spec)
    if spec.reads is Reads.MASKS and loaded.tokenizer.mask_token_id is None:
        raise broken(checkpoint, Reason.TOKENIZER_WITHOUT_MASK)
    # Needs torch, which only a pool thread may import; see models.runtime.
    from models.engines.torch_engine import TorchEngine  # noqa: PLC0415

    with blaming(checkpoint, Reason.CONFIG_UNWORKABLE):
        tokenizer = text_tokenizer(loaded.tokenizer)
        engine = TorchEngine(loaded.model, tokenizer.facts)
        pipeline = spec.assemble(engine, tokenizer, spec.config_of(checkpoint, loaded))
    return _Loaded(pipeline, engine.memory_bytes, EngineReport("torch"))
