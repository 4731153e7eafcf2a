"""The engine as the rest of Tokki sees it: `handlers.services.Models`, filled in structurally."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

from models.checkpoints.card import read_card
from models.checkpoints.files import broken
from models.engines.protocol import EngineChoice, EngineError
from models.errors import ModelError, WrongTask
from models.machine import Machine
from models.model_info import describe
from models.overview import overview
from models.provisional import Guessed, Vectors, guess
from models.results import (
    Answer,
    Checkpoint,
    DownloadProgress,
    LoadState,
    ModelInfo,
    Origin,
    Outlook,
    Overview,
    Question,
    Task,
    Usage,
)
from models.serving.answers_cache import AnswersCache
from models.serving.cache import Identity, ModelCache, Slot, identity_of
from models.serving.engine_upgrades import EngineUpgrades
from models.serving.lane_loader import LaneLoader, LoadedLane
from models.serving.load_times import LoadTimes
from models.tasks.registry import can_do, network_task, network_tasks, spec_of, task_asked, task_in
from models.tasks.tokenization import TokenViewer

_LEAST_THREADS = 2
_REMEMBERED_TASKS = 1024

Report = Callable[[DownloadProgress], None]

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

    async def kept(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return it with its folder if it is on the disk already, else as it is."""
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
        answers_bytes: int = 0,
        load_times_file: Path | None = None,
        machine: Machine | None = None,
        data_dir: Path = Path(),
    ) -> None:
        """Begin nothing yet.

        Args:
            catalog: which checkpoints there are.
            hub: where those come from that are not on disk.
            budget_bytes: bounds all parameters in memory.
            pins: names that are never evicted.
            workers: how many batches are computed at once, by default one for each core.
            engine: which engine may answer.
            exports_dir: where the networks are that were prepared for faster engines; without it
                only torch answers.
            answers_bytes: bounds the answers that are remembered; none are with 0.
            load_times_file: keeps how long loading takes, over restarts.
            machine: what this process may use, by default the machine that it is on.
            data_dir: where the folders of trained versions are.
        """
        self._data_dir = data_dir
        machine = machine or Machine()
        workers = workers or machine.cores()
        self._catalog = catalog
        self._hub = hub
        # One thread more on a single core: whoever loads must not stop who computes.
        self._pool = ThreadPoolExecutor(max(workers, _LEAST_THREADS), thread_name_prefix="models")
        self._load_times = LoadTimes(load_times_file)
        self._answers = AnswersCache(answers_bytes, _size)
        self._loader = LaneLoader(self._pool, workers, self._load_times, engine, exports_dir)
        self._cache: ModelCache[LoadedLane] = ModelCache(
            self._loader, budget_bytes, pins, machine.free_bytes
        )
        self._background: set[asyncio.Task[None]] = set()
        self._upgrades = EngineUpgrades(self._loader, self._cache)
        self._known_task = lru_cache(_REMEMBERED_TASKS)(task_in)
        self._fetched: dict[Identity, Checkpoint] = {}
        self._languages: dict[Checkpoint, tuple[str, ...]] = {}

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

    def trained(self, name: str, number: int, folder: str) -> Checkpoint:
        """Return a version that a community trained; its folder is one of the data folder."""
        return Checkpoint(name, str(number), Origin.TRAINED, self._data_dir / folder)

    def task_of(self, checkpoint: Checkpoint) -> str | None:
        """Return what a checkpoint is made for: a `Task`, or the Hub's name of what we do not do.

        "" of a body without a head; None while nobody can know.
        """
        checkpoint = self._fetched.get(identity_of(checkpoint), checkpoint)
        if checkpoint.folder is None:
            return None
        try:
            return self._known_task(checkpoint)
        except ModelError:
            return None

    def state(self, checkpoint: Checkpoint) -> LoadState:
        """Say how a checkpoint fares: its network, whichever task it is loaded for."""
        slot = self._network(checkpoint)
        opened = self._cache.loaded(slot)
        return replace(
            self._cache.state(slot),
            engine=opened.engine if opened else None,
            reused=self._answers.reused[slot],
        )

    def outlook(self, checkpoint: Checkpoint, asker: str = "", task: Task | None = None) -> Outlook:
        """Say what somebody who asked a checkpoint now would have to wait for.

        Without a task its network is meant, whichever it does.
        """
        slot = Slot.of(checkpoint, task) if task else self._network(checkpoint)
        opened = self._cache.loaded(slot)
        if opened:
            return opened.lane.outlook(asker)
        is_network = network_task(slot.task) is not None
        usual_s = self._load_times.usual_s(checkpoint.full_name) if is_network else None
        return Outlook(0, 0.0, is_loaded=False, usual_load_s=usual_s)

    async def fetch(self, checkpoint: Checkpoint, report: Report) -> Checkpoint:
        """Return the checkpoint with its files on disk.

        Raises:
            HubFailed: the Hub could not give it.
            ModelRefused: a rule forbids it.
        """
        fetched = await self._hub.fetch(checkpoint, report)
        if checkpoint.folder is None:
            self._fetched[identity_of(checkpoint)] = fetched
        return fetched

    async def ask(
        self, checkpoint: Checkpoint, question: Question[Answer], asker: str = ""
    ) -> Answer:
        """Answer a question, by the task that it is of.

        An `asker`, such as a community, takes turns with the others, however much each asks.

        Raises:
            NoMask, NoMaskLeft: there is nothing to fill.
            ModelError: the checkpoint cannot, or too many are waiting.
        """
        task = task_asked(question)
        answer = self._remembered(Slot.of(checkpoint, task), question)
        try:
            if answer is None:
                async with self._opened(checkpoint, task) as opened:
                    key, lane = opened.key(question), opened.lane
                    answer = await self._answers.get(key, lambda: lane.ask(question, asker))
        except EngineError as fault:
            raise broken(checkpoint, str(fault)) from fault
        except WrongTask as error:
            raise self._with_alternatives(error, checkpoint, task) from error
        return cast("Answer", answer)

    async def guess(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        asked: Sequence[str],
        vectors: Vectors | None = None,
    ) -> Guessed:
        """Return how probable labels are for some texts, after a few labelled ones.

        It waits for nobody's answer and nobody waits for it.
        """
        return await guess(texts, labels, asked, vectors)

    async def languages(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        """Return the languages that the card of a checkpoint on disk names; none where it does not.

        A card is read once.
        """
        if checkpoint.folder is None:
            return ()
        if (known := self._languages.get(checkpoint)) is None:
            card = await asyncio.to_thread(read_card, checkpoint.folder)
            known = self._languages[checkpoint] = card.languages
        return known

    async def overview(self, checkpoint: Checkpoint) -> Overview | None:
        """Return what a checkpoint is for, from its files alone; None where they are not here yet.

        Raises:
            ModelError: its files are gone, or cannot be read.
        """
        checkpoint = self._fetched.get(identity_of(checkpoint), checkpoint)
        if checkpoint.folder is None:
            checkpoint = await self._hub.kept(checkpoint)
        if checkpoint.folder is None:
            return None
        return await asyncio.to_thread(overview, checkpoint)

    async def describe(self, checkpoint: Checkpoint) -> ModelInfo:
        """Return what a checkpoint is, without loading its weights.

        Raises:
            ModelError: the files forbid it or cannot be used.
        """
        checkpoint = await self._on_disk(checkpoint)
        async with self._cache.use(Slot.of(checkpoint, Task.TOKENIZE)) as opened:
            viewer = opened.lane.pipeline
            assert isinstance(viewer, TokenViewer)
            state = self.state(checkpoint)
            return await self._loader.construct(describe, checkpoint, viewer, state)

    def forget_answers(self) -> None:
        """Forget which texts were answered, as somebody's may be among them."""
        self._answers.clear()

    def usage(self) -> Usage:
        """Tell from memory what is loaded, how much it holds, and how many wait."""
        lanes = self._cache.all_loaded()
        return Usage(
            loaded=len(lanes),
            memory_bytes=sum(one.memory_bytes for one in lanes),
            budget_bytes=self._cache.budget_bytes,
            waiting=sum(one.lane.waiting for one in lanes),
            answers_bytes=self._answers.size_bytes,
        )

    def warm_up(self, checkpoint: Checkpoint) -> None:
        """Begin to load a checkpoint; a failure is logged, and comes again to who asks for it."""
        task = asyncio.get_running_loop().create_task(self._warm_up(checkpoint))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def renew(self, checkpoint: Checkpoint, by: Checkpoint | None = None) -> bool:
        """Load a checkpoint anew, or another version in its place, without a dropped request.

        Returns:
            Whether the new one answers now. False where none was loaded, or where the new one
            failed: then the old stays, and the log says why.
        """
        is_renewed = False
        for spec in network_tasks():
            into = Slot.of(by, spec.task) if by else None
            is_renewed |= await self._cache.renew(Slot.of(checkpoint, spec.task), into)
        return is_renewed

    async def close(self) -> None:
        """Return when no thread or process of the engine runs any more."""
        await self._upgrades.close()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._cache.close()
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    def _remembered(self, slot: Slot, item: Hashable) -> object | None:
        """Return an answer that needs no network, not even one that is loaded."""
        opened = self._cache.loaded(slot)
        key = opened.key(item) if opened else self._loader.key(slot, item)
        return self._answers.find(key) if key else None

    def _network(self, checkpoint: Checkpoint) -> Slot:
        """Return the slot of a checkpoint's network, whichever task it is loaded for."""
        slots = [Slot.of(checkpoint, spec.task) for spec in network_tasks()]
        loaded = (slot for slot in slots if self._cache.loaded(slot))
        spec = network_task(self.task_of(checkpoint) or "")
        return next(loaded, Slot.of(checkpoint, spec.task) if spec else slots[0])

    @asynccontextmanager
    async def _opened(self, checkpoint: Checkpoint, task: Task) -> AsyncIterator[LoadedLane]:
        checkpoint = await self._on_disk(checkpoint)
        slot = Slot.of(checkpoint, task)
        async with self._cache.use(slot) as opened:
            self._upgrades.look_for(slot)
            yield opened

    async def _on_disk(self, checkpoint: Checkpoint) -> Checkpoint:
        if checkpoint.folder is not None:
            return checkpoint
        return await self.fetch(checkpoint, lambda _: None)

    async def _warm_up(self, checkpoint: Checkpoint) -> None:
        try:
            checkpoint = await self._on_disk(checkpoint)
            spec = network_task(self.task_of(checkpoint) or "")
            async with self._opened(checkpoint, spec.task if spec else Task.TOKENIZE):
                log.info("%s is ready", checkpoint.full_name)
        except ModelError as error:
            log.warning("%s cannot be made ready: %s", checkpoint.full_name, error)

    def _may_do(self, name: str, task: Task) -> bool:
        spec = network_task(task)
        if spec is None:
            return True
        try:
            made_for = self.task_of(self.find(name))
            return made_for is None or can_do(spec, made_for)
        except ModelError:
            return False

    def _with_alternatives(self, error: WrongTask, checkpoint: Checkpoint, task: Task) -> WrongTask:
        others = [name for name in self.names(task) if name != checkpoint.name]
        return WrongTask(**{**error.facts, "instead": others})


def _size(question: object, answer: object) -> int:
    spec = spec_of(task_asked(question))
    return spec.question_bytes(question) + spec.answer_bytes(answer)
