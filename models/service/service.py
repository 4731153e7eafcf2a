"""The engine as the rest of Tokki sees it; it fills `handlers.needs.models.Models` structurally."""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from models.checkpoints.card import Card, read_card
from models.checkpoints.files import broken, folder_of, read_config
from models.describing.model_info import describe
from models.describing.overview import overview
from models.describing.postprocessing import postprocessing
from models.describing.untrained import untrained_answer
from models.engines.protocol import EngineError
from models.errors import Busy, WrongTask
from models.exporting.trial_questions import questions_for
from models.provisional import Guessed, Lesson, guess
from models.regressions import Vectors
from models.reports import ModelInfo, Overview, Postprocessing
from models.results import Answer, Checkpoint, Classification, EngineReport, Question, Task
from models.service.loaded_models import LoadedModels
from models.serving.elsewhere import Away
from models.serving.lane_loader import LoadedLane
from models.serving.slots import Slot, identity_of
from models.serving.workers import WRITERS_DEADLINE_S
from models.tasks.classification import TextToClassify
from models.tasks.registry import spec_of, task_asked
from models.tasks.tokenization import TokenViewer

_TORCH = EngineReport("torch")
_MOST_MOVES = 3
"""Of a question between machines that come and go."""


class ModelService(LoadedModels):
    """Finds, loads, asks and describes checkpoints."""

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

    async def _card(self, checkpoint: Checkpoint, *, with_weights: bool = False) -> Card:
        if self._inspector is None:
            return await asyncio.to_thread(read_card, folder_of(checkpoint))
        if with_weights:
            return await self._inspector.require_describable(checkpoint)
        return await self._inspector.card(checkpoint)

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
