"""What is loaded: in which engine, for how long, and in whose place."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from models.engines.choice import EngineChoice
from models.errors import Busy, MachineTooSmall, ModelError, TooLarge
from models.inspection.inspector import Inspector
from models.machine import Machine
from models.reports import LoadState, Outlook, Usage
from models.results import Checkpoint, Task
from models.service.shelf import Catalog, Hub, Shelf
from models.serving.answers_cache import AnswersCache
from models.serving.cache import ModelCache
from models.serving.elsewhere import Elsewhere
from models.serving.engine_upgrades import EngineUpgrades
from models.serving.lane_loader import LaneLoader, LoadedLane
from models.serving.load_times import LoadTimes
from models.serving.slots import Slot, identity_of
from models.serving.workers import Workers, writers_on
from models.tasks.registry import network_task, network_tasks, spec_of, task_asked

_LEAST_THREADS = 2

log = logging.getLogger(__name__)


class LoadedModels(Shelf):
    """Loads checkpoints and lets go of them. It belongs to one event loop; close it at the end."""

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
        inspector: Inspector | None = None,
        elsewhere: Elsewhere | None = None,
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
            inspector: reads the files of strangers first; without it they are trusted. Closed here.
            elsewhere: other machines, which answer as long as they are there.
        """
        super().__init__(catalog, hub, data_dir, elsewhere)
        self._inspector = inspector
        machine = machine or Machine()
        workers = workers or machine.cores()
        # One thread more on a single core: whoever loads must not stop who computes.
        self._pool = Workers(max(workers, _LEAST_THREADS), "models")
        self._writers = Workers(writers_on(machine.cores()), "writers")
        self._load_times = LoadTimes(load_times_file)
        self._answers = AnswersCache(answers_bytes, _size)
        self._loader = LaneLoader(
            self._pool, workers, self._load_times, self._writers, engine, exports_dir, inspector
        )
        source = elsewhere.source(self._loader) if elsewhere else self._loader
        self._cache: ModelCache[LoadedLane] = ModelCache(
            source, budget_bytes, pins, machine.free_bytes
        )
        self._background: set[asyncio.Task[None]] = set()
        self._upgrades = EngineUpgrades(self._loader, self._cache)
        self._languages: dict[Checkpoint, tuple[str, ...]] = {}

    def room(self) -> Callable[[str, int], None]:
        """Return what refuses a name and its bytes that could not be loaded as things are now.

        Any thread may ask it. It raises TooLarge for more than the operator lets models take, and
        MachineTooSmall where the machine has not the memory.
        """
        return self._cache.room().require

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

    def forget_answers(self) -> None:
        """Forget which texts were answered, as somebody's may be among them."""
        self._answers.clear()

    def warm_up(self, checkpoint: Checkpoint) -> None:
        """Begin to load a checkpoint; a failure is logged, and comes again to who asks for it."""
        self._begin(self._warm_up(checkpoint))

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

    async def move_out(self) -> None:
        """Let other machines have what is loaded here, now that they are there."""
        for opened in self._cache.all_loaded():
            if opened.is_here and self._elsewhere and await self._elsewhere.open(opened.slot):
                await self._cache.renew(opened.slot)

    async def make_ready(self, checkpoint: Checkpoint) -> bool:
        """Load a checkpoint beside the others, so that nobody who asks it next waits for that.

        Returns:
            Whether it is loaded; False where there is no room for it now.

        Raises:
            ModelError: it cannot be used.
        """
        try:
            await self._load(checkpoint)
        except (Busy, MachineTooSmall, TooLarge) as error:
            log.warning("%s is not loaded before somebody asks: %s", checkpoint.full_name, error)
            return False
        return True

    async def discard(self, checkpoint: Checkpoint) -> int:
        """Give back what a checkpoint that is given up takes beside its own files.

        Who is being answered by it still is.

        Returns:
            How many bytes that frees on the disk.
        """
        tasks = [Task.TOKENIZE, *(spec.task for spec in network_tasks())]
        for task in tasks:
            await self._cache.drop(Slot.of(checkpoint, task))
        return sum([await self._loader.remove_export(Slot.of(checkpoint, one)) for one in tasks])

    async def delete(self, checkpoint: Checkpoint) -> int:
        """Take a checkpoint of the Hub off the disk, unless the operator allows it.

        Who is being answered by it still is.

        Returns:
            How many bytes that frees.
        """
        freed = await self.discard(checkpoint)
        self._fetched.pop(identity_of(checkpoint), None)
        if self._is_of_the_operator(checkpoint):
            return freed
        return freed + await self._hub.remove(checkpoint)

    async def close(self) -> None:
        """Return when no thread or process of the engine runs any more."""
        await self._upgrades.close()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._cache.close()
        if self._inspector:
            await self._inspector.close()
        for pool in (self._pool, self._writers):
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

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
            if opened.is_here:
                self._upgrades.look_for(slot)
            yield opened

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _warm_up(self, checkpoint: Checkpoint) -> None:
        try:
            await self._load(checkpoint)
        except ModelError as error:
            log.warning("%s cannot be made ready: %s", checkpoint.full_name, error)

    async def _load(self, checkpoint: Checkpoint) -> None:
        checkpoint = await self._on_disk(checkpoint)
        spec = network_task(self.task_of(checkpoint) or "")
        async with self._opened(checkpoint, spec.task if spec else Task.TOKENIZE):
            log.info("%s is ready", checkpoint.full_name)


def _size(question: object, answer: object) -> int:
    spec = spec_of(task_asked(question))
    return spec.question_bytes(question) + spec.answer_bytes(answer)
