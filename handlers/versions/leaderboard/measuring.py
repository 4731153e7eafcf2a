"""Measuring models on a test side, as a job: each is read once, and every reading is counted.

`evaluate:<dataset>` is the button that begins it, which tells how many readings it costs.
"""

import asyncio
import math
import re
from collections.abc import Sequence
from contextlib import aclosing

import numpy as np

from handlers.collecting.finding import dataset_of
from handlers.jobs.kind import Finished, Plan, Report
from handlers.jobs.telling import follow_or_cancel
from handlers.learning.gate.answers import Answers
from handlers.learning.gate.figures import Figures, figures_of, figures_of_sets
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.training.report import flags_of, set_answers
from handlers.types import Button, Language, Press, Reply, Role, UserError
from handlers.versions.leaderboard.entrants import Entrant, as_json, entrants
from handlers.versions.leaderboard.sealed_side import SealedSide, sealed_side
from models.finetune.plan import Said
from storage.records import Job, NewJob, NewReading

KIND = "measure"
_ID = re.compile(r"evaluate:(?P<dataset>\d{1,15})", re.ASCII)


def measure_button(side: SealedSide, missing: Sequence[Entrant], language: Language) -> Button:
    """Return the button that has models measured which have not been."""
    return Button(f"evaluate:{side.dataset.id}", say(language, "board.measure", n=len(missing)))


async def press_measure(press: Press, services: Services) -> Reply:
    """Measure what has not been measured on the test side of a dataset as it stands.

    Raises:
        UserError: the id is not ours, there is no such dataset, or there is nothing to measure.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, actor = press.place.community, press.actor
    dataset = await dataset_of(services, community, int(found["dataset"]))
    side = await sealed_side(services, dataset)
    if side is None or not missing_of(await entrants(services, side)):
        raise UserError("nothing_to_measure", name=dataset.name)
    params = {"name": dataset.name, "dataset": dataset.id, "language": str(actor.language)}
    job = NewJob(community, actor.id, KIND, params)
    started = await services.jobs.start(job, {"community": community, "dataset": dataset.id})
    return await follow_or_cancel(services.jobs, started, actor.language, press.progress)


MEASURING = ControlFamily("evaluate", press_measure, Role.ADMIN, is_long=True)


def missing_of(found: Sequence[Entrant]) -> Sequence[Entrant]:
    """Return those that have not been measured on the test side as it stands."""
    return [one for one in found if not one.is_current]


class MeasureJob:
    """`handlers.jobs.kind.JobKind` for measurements. What was measured is not measured again."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def carry(self, job: Job, plan: Plan, report: Report) -> Finished:
        """Measure model after model.

        Raises:
            UserError: the dataset or its test side is gone.
        """
        dataset = await dataset_of(self._services, job.community, int(str(plan["dataset"])))
        side = await sealed_side(self._services, dataset)
        if side is None:
            raise UserError("nothing_to_measure", name=dataset.name)
        missing = missing_of(await entrants(self._services, side))
        checkpoints = [one.checkpoint for one in missing]
        report({"done": 0, "of": len(missing)})
        failed: list[str] = []
        answers = self._services.measurer.measure(
            checkpoints, side.labels, side.examples, is_multi_label=side.is_multi_label
        )
        places = iter(enumerate(missing, start=1))
        async with aclosing(answers):
            async for said in answers:
                done, one = next(places)
                if said is None:
                    failed.append(one.name)
                else:
                    await self._keep(side, one, said)
                report({"done": done, "of": len(missing)})
        facts = {"texts_measured": len(side.examples), "measured": len(missing) - len(failed)}
        return Finished({**facts, "failed": failed})

    async def clear(self, plan: Plan, *, is_kept: bool) -> None:
        """Readings stay: the texts were read."""

    def remaining_s(self, job: Job) -> float:
        """It is not known; what is cut goes on."""
        return math.inf

    async def _keep(self, side: SealedSide, one: Entrant, said: Said) -> None:
        figures = await asyncio.to_thread(_figures, side, said)
        dataset = side.dataset
        of_what = (dataset.community, dataset.id, one.name, one.revision, side.digest)
        reading = NewReading(*of_what, len(side.examples), as_json(figures))
        await self._services.storage.readings.add(reading)


def _figures(side: SealedSide, said: Said) -> Figures:
    if side.is_multi_label:
        truth = flags_of([example.labels for example in side.examples], len(side.labels))
        return figures_of_sets(truth, set_answers(said, len(side.labels)), side.labels)
    numbers = np.array([example.label for example in side.examples])
    answers = Answers(np.array(said.labels), np.array(said.confidence), said.p95_ms)
    return figures_of(numbers, answers, side.labels)
