"""The engine as the rest of Tokki sees it: `handlers.services.Models`, filled in structurally."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar

from models.cache import ModelCache, Slot
from models.checkpoint_files import broken, read_config, task_of
from models.engines import EngineChoice, EngineError
from models.errors import ModelError, WrongTask
from models.fill_mask import MaskedText
from models.lane_factory import LaneFactory, OpenLane
from models.model_info import describe
from models.results import (
    Checkpoint,
    Classification,
    DownloadProgress,
    LoadState,
    MaskFill,
    ModelInfo,
    Origin,
    Task,
    Tokenization,
)
from models.tokenization import LinesToTokenize, TokenViewer

_LEAST_WORKERS = 2
_REMEMBERED_TASKS = 1024

Report = Callable[[DownloadProgress], None]
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class Catalog(Protocol):
    """Which checkpoints there are."""

    def names(self) -> tuple[str, ...]:
        """All names."""
        ...

    def find(self, name: str) -> Checkpoint:
        """Find one, or raise UnknownModel or NotAllowed."""
        ...


class Hub(Protocol):
    """Gets checkpoints onto the disk; does nothing where they are there."""

    async def fetch(self, checkpoint: Checkpoint, report: Report) -> Checkpoint:
        """Return it with its folder."""
        ...


class ModelService:
    """Finds, loads and asks checkpoints. It belongs to one event loop; close it at the end."""

    def __init__(
        self,
        catalog: Catalog,
        hub: Hub,
        budget_bytes: int,
        pins: frozenset[str] = frozenset(),
        workers: int | None = None,
        engine: EngineChoice = "auto",
        exports_dir: Path | None = None,
    ) -> None:
        """`budget_bytes` bounds all parameters in memory; `pins` are names that are never evicted.

        `workers` is the number of threads that compute, by default one for each core. In
        `exports_dir` are the networks that were prepared for faster engines; without it only torch
        answers.
        """
        workers = workers or max(_LEAST_WORKERS, os.cpu_count() or 1)
        self._catalog = catalog
        self._hub = hub
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="models")
        self._factory = LaneFactory(self._pool, workers, engine, exports_dir)
        self._cache: ModelCache[OpenLane] = ModelCache(self._factory, budget_bytes, pins)
        self._background: set[asyncio.Task[None]] = set()
        self._known_task = lru_cache(_REMEMBERED_TASKS)(_read_task)
        self._fetched: dict[Slot, Checkpoint] = {}

    def names(self, task: Task | None = None) -> Sequence[str]:
        """Return all names, or those that can do the task or may turn out to."""
        names = self._catalog.names()
        return names if task is None else tuple(each for each in names if self._may_do(each, task))

    def find(self, name: str) -> Checkpoint:
        """Return a checkpoint by name.

        Raises:
            UnknownModel: no such name.
            NotAllowed: the name is a repository that the operator does not allow.
        """
        return self._catalog.find(name)

    def trained(self, name: str, number: int, folder: Path) -> Checkpoint:
        """Return a version that a community trained."""
        return Checkpoint(name, str(number), Origin.TRAINED, folder)

    def task_of(self, checkpoint: Checkpoint) -> Task | None:
        """Return what a checkpoint is made for; None while nobody can know."""
        checkpoint = self._fetched.get(Slot.of(checkpoint, None), checkpoint)
        if checkpoint.folder is None:
            return None
        try:
            return self._known_task(checkpoint)
        except ModelError:
            return None

    def state(self, checkpoint: Checkpoint) -> LoadState:
        """Say how a checkpoint fares: its network, whichever task it is loaded for."""
        classifier = self._cache.state(Slot.of(checkpoint, Task.CLASSIFY))
        filler = self._cache.state(Slot.of(checkpoint, Task.FILL_MASK))
        is_filler = self.task_of(checkpoint) is Task.FILL_MASK or filler.is_loaded
        return filler if is_filler and not classifier.is_loaded else classifier

    async def fetch(self, checkpoint: Checkpoint, report: Report) -> Checkpoint:
        """Return the checkpoint with its files on disk.

        Raises:
            HubFailed: the Hub could not give it.
            ModelRefused: a rule forbids it.
        """
        fetched = await self._hub.fetch(checkpoint, report)
        if checkpoint.folder is None:
            self._fetched[Slot.of(checkpoint, None)] = fetched
        return fetched

    async def classify(self, checkpoint: Checkpoint, text: str) -> Classification:
        """Return all labels of a text with their probabilities.

        Raises:
            ModelError: the checkpoint cannot, or too many are waiting.
        """
        return await self._ask(checkpoint, Task.CLASSIFY, text, Classification)

    async def fill_mask(self, checkpoint: Checkpoint, text: str, top: int) -> MaskFill:
        """Return the likeliest `top` fillings of each mask of a text.

        Raises:
            NoMask, NoMaskLeft: there is nothing to fill.
            ModelError: the checkpoint cannot, or too many are waiting.
        """
        item = MaskedText(text, max(top, 1))
        return await self._ask(checkpoint, Task.FILL_MASK, item, MaskFill)

    async def tokenize(
        self, checkpoint: Checkpoint, texts: Sequence[str], pair: str | None
    ) -> Tokenization:
        """Return the pieces of each text, with `pair` after each where it is given.

        Raises:
            ModelError: the checkpoint cannot, or too many are waiting.
        """
        item = LinesToTokenize(tuple(texts), pair)
        return await self._ask(checkpoint, None, item, Tokenization)

    async def describe(self, checkpoint: Checkpoint) -> ModelInfo:
        """Return what a checkpoint is, without loading its weights.

        Raises:
            ModelError: the files forbid it or cannot be used.
        """
        checkpoint = await self._on_disk(checkpoint)
        async with self._cache.use(Slot.of(checkpoint, None)) as opened:
            viewer = opened.lane.work
            assert isinstance(viewer, TokenViewer)
            state = self.state(checkpoint)
            return await self._factory.construct(describe, checkpoint, viewer, state)

    def warm_up(self, checkpoint: Checkpoint) -> None:
        """Begin to load a checkpoint; a failure is logged, and comes again to who asks for it."""
        task = asyncio.get_running_loop().create_task(self._warm_up(checkpoint))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def close(self) -> None:
        """Return when no thread of the engine runs any more."""
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._cache.close()
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    async def _ask(
        self, checkpoint: Checkpoint, task: Task | None, item: object, kind: type[Answer]
    ) -> Answer:
        try:
            async with self._opened(checkpoint, task) as opened:
                answer = await opened.lane.ask(item)
                assert isinstance(answer, kind)
                return answer
        except EngineError as fault:
            raise broken(checkpoint, str(fault)) from fault
        except WrongTask as error:
            raise self._with_alternatives(error, checkpoint, task) from error

    @asynccontextmanager
    async def _opened(self, checkpoint: Checkpoint, task: Task | None) -> AsyncIterator[OpenLane]:
        checkpoint = await self._on_disk(checkpoint)
        async with self._cache.use(Slot.of(checkpoint, task)) as opened:
            yield opened

    async def _on_disk(self, checkpoint: Checkpoint) -> Checkpoint:
        if checkpoint.folder is not None:
            return checkpoint
        return await self.fetch(checkpoint, lambda _: None)

    async def _warm_up(self, checkpoint: Checkpoint) -> None:
        try:
            checkpoint = await self._on_disk(checkpoint)
            task = self.task_of(checkpoint)
            can_ask = task in (Task.CLASSIFY, Task.FILL_MASK)
            async with self._opened(checkpoint, task if can_ask else None):
                log.info("%s is ready", checkpoint.full_name)
        except ModelError as error:
            log.warning("%s cannot be made ready: %s", checkpoint.full_name, error)

    def _may_do(self, name: str, task: Task) -> bool:
        try:
            return self.task_of(self.find(name)) in (task, None)
        except ModelError:
            return False

    def _with_alternatives(
        self, error: WrongTask, checkpoint: Checkpoint, task: Task | None
    ) -> WrongTask:
        others = [name for name in self.names(task) if name != checkpoint.name]
        return WrongTask(**{**error.facts, "instead": others})


def _read_task(checkpoint: Checkpoint) -> Task | None:
    return task_of(read_config(checkpoint))
