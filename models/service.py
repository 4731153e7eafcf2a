"""The engine as the rest of Tokki sees it; it fills `handlers.needs.models.Models` structurally."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

from models.checkpoints.card import Card, read_card
from models.checkpoints.files import broken, folder_of, read_config
from models.describing.model_info import describe
from models.describing.overview import overview
from models.describing.postprocessing import postprocessing
from models.describing.untrained import untrained_answer
from models.engines.choice import EngineChoice
from models.engines.protocol import EngineError
from models.errors import Busy, MachineTooSmall, ModelError, TooLarge, WrongTask
from models.exporting.trial_questions import questions_for
from models.hub.repository import SHORT_VERSION
from models.inspection.inspector import Inspector
from models.machine import Machine
from models.provisional import Guessed, Lesson, guess
from models.regressions import Vectors
from models.reports import (
    DownloadProgress,
    LoadState,
    ModelInfo,
    Outlook,
    Overview,
    Postprocessing,
    Usage,
)
from models.results import Answer, Checkpoint, Classification, EngineReport, Origin, Question, Task
from models.serving.answers_cache import AnswersCache
from models.serving.cache import ModelCache
from models.serving.elsewhere import Away, Elsewhere
from models.serving.engine_upgrades import EngineUpgrades
from models.serving.lane_loader import LaneLoader, LoadedLane
from models.serving.load_times import LoadTimes
from models.serving.slots import Identity, Slot, identity_of
from models.serving.workers import WRITERS_DEADLINE_S, Workers, writers_on
from models.tasks.classification import TextToClassify
from models.tasks.registry import can_do, network_task, network_tasks, spec_of, task_asked, task_in
from models.tasks.tokenization import TokenViewer

_TORCH = EngineReport("torch")
_LEAST_THREADS = 2
_REMEMBERED_TASKS = 1024
_MOST_MOVES = 3
"""Of a question between machines that come and go."""

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

    async def remove(self, checkpoint: Checkpoint) -> int:
        """Take it off the disk; return how many bytes that frees."""
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
        self._data_dir = data_dir
        self._inspector = inspector
        machine = machine or Machine()
        workers = workers or machine.cores()
        self._catalog = catalog
        self._hub = hub
        # One thread more on a single core: whoever loads must not stop who computes.
        self._pool = Workers(max(workers, _LEAST_THREADS), "models")
        self._writers = Workers(writers_on(machine.cores()), "writers")
        self._load_times = LoadTimes(load_times_file)
        self._answers = AnswersCache(answers_bytes, _size)
        self._loader = LaneLoader(
            self._pool, workers, self._load_times, self._writers, engine, exports_dir, inspector
        )
        self._elsewhere = elsewhere
        source = elsewhere.source(self._loader) if elsewhere else self._loader
        self._cache: ModelCache[LoadedLane] = ModelCache(
            source, budget_bytes, pins, machine.free_bytes
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

    def added(self, name: str, repo_id: str, revision: str) -> Checkpoint:
        """Return what a community has added of the Hub, at one commit."""
        version = revision[:SHORT_VERSION]
        return Checkpoint(name, version, Origin.HUB, None, repo_id=repo_id, revision=revision)

    def room(self) -> Callable[[str, int], None]:
        """Return what refuses a name and its bytes that could not be loaded as things are now.

        Any thread may ask it. It raises TooLarge for more than the operator lets models take, and
        MachineTooSmall where the machine has not the memory.
        """
        return self._cache.room().require

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
        await self._bring(checkpoint)
        fetched = await self._hub.fetch(checkpoint, report)
        if checkpoint.folder is None:
            self._fetched[identity_of(checkpoint)] = fetched
        return fetched

    async def ask(
        self, checkpoint: Checkpoint, question: Question[Answer], asker: str = ""
    ) -> Answer:
        """Answer a question, by the task that it is of.

        An `asker`, such as a community, takes turns with the others, however much each asks; what
        is remembered is remembered for it alone.

        Raises:
            NoMask, NoMaskLeft: there is nothing to fill.
            ModelError: the checkpoint cannot, or too many are waiting.
        """
        task = task_asked(question)
        answer = self._remembered(Slot.of(checkpoint, task), question, asker)
        try:
            if answer is None:
                answer = await self._computed(checkpoint, task, question, asker)
        except EngineError as fault:
            raise broken(checkpoint, str(fault)) from fault
        except WrongTask as error:
            raise self._with_alternatives(error, checkpoint, task) from error
        return cast("Answer", answer)

    async def guess(
        self, lesson: Lesson, asked: Sequence[str], bodies: Sequence[Vectors] = ()
    ) -> Guessed:
        """Return how probable labels are for some texts, after a few labelled ones.

        It waits for nobody's answer and nobody waits for it.
        """
        return await guess(lesson, asked, bodies)

    async def languages(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        """Return the languages that the card of a checkpoint on disk names; none where it does not.

        A card is read once.
        """
        if checkpoint.folder is None:
            return ()
        if (known := self._languages.get(checkpoint)) is None:
            card = await self._card(checkpoint)
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
        if self._inspector:
            return await self._inspector.overview(checkpoint)
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
            card = await self._card(checkpoint, with_weights=True)
            state = self.state(checkpoint)
            if state.engine == _TORCH:
                stays = await self._loader.why_torch(self._network(checkpoint))
                state = replace(state, engine=replace(_TORCH, stays=stays))
            return await self._loader.construct(
                checkpoint.full_name, describe, checkpoint, card, viewer.facts, state
            )

    async def postprocessing(self, checkpoint: Checkpoint) -> Postprocessing:
        """Return what is done with the outputs of a checkpoint that can be described.

        Raises:
            ModelError: its files cannot be read.
        """
        return await asyncio.to_thread(postprocessing, await self._on_disk(checkpoint))

    async def config(self, checkpoint: Checkpoint) -> Mapping[str, object]:
        """Return config.json as it stands.

        Raises:
            ModelError: there is none, or it cannot be read.
        """
        checkpoint = await self._on_disk(checkpoint)
        await self._card(checkpoint, with_weights=True)  # strangers' files are looked at first
        return await asyncio.to_thread(read_config, checkpoint)

    async def untrained(
        self, checkpoint: Checkpoint, question: TextToClassify, seed: int
    ) -> Classification | None:
        """Ask what a classifier would have said before anybody taught it; None: it is too large.

        Raises:
            ModelError: the checkpoint cannot be used, or there is no room for another of its size.
        """
        checkpoint = await self._on_disk(checkpoint)
        name = checkpoint.full_name
        need_bytes = await self._loader.memory_bytes(Slot.of(checkpoint, Task.CLASSIFY))
        self._cache.room().require(name, need_bytes)
        return await self._loader.construct(name, untrained_answer, checkpoint, question, seed)

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

    async def try_out(self, checkpoint: Checkpoint, count: int, asker: str) -> str:
        """Ask a checkpoint about some short texts, as whoever asks it next will.

        Returns:
            What it was asked to do, by the Hub's name of that.

        Raises:
            ModelError: it cannot be used.
        """
        checkpoint = await self._on_disk(checkpoint)
        seen = await self.overview(checkpoint)
        task, questions = questions_for(seen.task if seen else None, count)
        for question in questions:
            await self.ask(checkpoint, question, asker)
        return task

    async def close(self) -> None:
        """Return when no thread or process of the engine runs any more."""
        await self._upgrades.close()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._cache.close()
        if self._inspector:
            await self._inspector.close()
        for pool in (self._pool, self._writers):
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    async def _card(self, checkpoint: Checkpoint, *, with_weights: bool = False) -> Card:
        if self._inspector is None:
            return await asyncio.to_thread(read_card, folder_of(checkpoint))
        if with_weights:
            return await self._inspector.require_describable(checkpoint)
        return await self._inspector.card(checkpoint)

    def _is_of_the_operator(self, checkpoint: Checkpoint) -> bool:
        """Whether the same files are on the operator's allow-list, by whatever name."""
        for name in self._catalog.names():
            with suppress(ModelError):
                found = self._catalog.find(name)
                if (found.repo_id, found.revision) == (checkpoint.repo_id, checkpoint.revision):
                    return True
        return False

    async def _computed(
        self, checkpoint: Checkpoint, task: Task, question: Question[Answer], asker: str
    ) -> object:
        """Ask whoever has the checkpoint loaded; what was elsewhere and is lost is loaded anew."""
        for _ in range(_MOST_MOVES):
            async with self._opened(checkpoint, task) as opened:
                try:
                    return await self._asked(opened, question, asker)
                except Away:
                    slot = opened.slot
            if self._cache.loaded(slot) is opened:
                self._begin(self._cache.drop(slot))
                await asyncio.sleep(0)  # who asks from now on finds it no more
        raise Busy(name=checkpoint.full_name, seconds=1)

    async def _asked(self, opened: LoadedLane, question: Question[Answer], asker: str) -> object:
        """Ask a lane, unless somebody asks the same already and may share the answer."""
        lane = opened.lane
        if not spec_of(opened.slot.task).is_remembered:
            return opened.signed(await lane.ask(question, asker, WRITERS_DEADLINE_S))

        async def answer() -> object:
            return opened.signed(await lane.ask(question, asker))

        return await self._answers.get(opened.key(question, asker), answer)

    def _remembered(self, slot: Slot, item: Hashable, asker: str) -> object | None:
        """Return an answer that needs no network, not even one that is loaded."""
        opened = self._cache.loaded(slot)
        key = opened.key(item, asker) if opened else self._loader.key(slot, item, asker)
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
            if opened.is_here:
                self._upgrades.look_for(slot)
            yield opened

    async def _bring(self, checkpoint: Checkpoint) -> None:
        """Fetch a version that another process trained."""
        folder = checkpoint.folder if checkpoint.origin is Origin.TRAINED else None
        if self._elsewhere and folder and not folder.is_dir():
            await self._elsewhere.bring(checkpoint)

    async def _on_disk(self, checkpoint: Checkpoint) -> Checkpoint:
        if checkpoint.folder is not None:
            await self._bring(checkpoint)
            return checkpoint
        return await self.fetch(checkpoint, lambda _: None)

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
