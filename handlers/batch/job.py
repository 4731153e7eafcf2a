"""Asking each row of a file, as a job: it tells how far it is, and can be cancelled."""

import asyncio
import math
from collections import Counter
from collections.abc import Mapping, Sequence

from handlers.asking.checkpoints import find
from handlers.batch.rows import Batch, answer_columns, read_batch, said, with_answers
from handlers.jobs.kind import Finished, Plan, Report
from handlers.services import Services
from handlers.types import File, UserError
from models.results import Classification
from models.tasks.classification import TextToClassify
from storage.records import Job

KIND = "batch"
_AT_ONCE = 32
"""Rows that wait in the model's queue: whoever asks meanwhile waits for no more of them."""
_MOST_COUNTED = 10


class BatchJob:
    """`handlers.jobs.kind.JobKind` for files. What was cut off cannot go on: no file stays."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def carry(self, job: Job, plan: Plan, report: Report) -> Finished:
        """Ask row after row.

        Raises:
            UserError: the file is gone, or cannot be read; or the model is gone.
            ModelError: the model cannot be used any more.
        """
        file = self._services.files.get(plan["file"])
        if file is None:
            raise UserError("batch_gone")
        batch = await asyncio.to_thread(read_batch, file)
        answers = await self._answers(batch, job, str(plan["model"]), report)
        content = await asyncio.to_thread(with_answers, batch, answers)
        name = _name(file.name, batch)
        key = self._services.files.keep(File(name, content))
        told = {"file": key, "answers": name, **_told(batch, answers)}
        return Finished({"rows": len(answers), **told})

    async def clear(self, plan: Plan, *, is_kept: bool) -> None:
        """Let the file go."""
        self._services.files.drop(plan["file"])

    def remaining_s(self, job: Job) -> float:
        """It is not known."""
        return math.inf

    async def _answers(
        self, batch: Batch, job: Job, model: str, report: Report
    ) -> Sequence[Classification | None]:
        models, texts = self._services.models, batch.texts
        checkpoint = await models.fetch(
            await find(self._services, job.community, model), lambda _: None
        )
        found: dict[int, Classification] = {}
        places = [place for place, text in enumerate(texts) if text]
        for begin in range(0, len(places), _AT_ONCE):
            report({"done": len(found), "of": len(places)})
            some = places[begin : begin + _AT_ONCE]
            asked = [
                models.ask(checkpoint, TextToClassify(texts[place]), job.community)
                for place in some
            ]
            found |= dict(zip(some, await asyncio.gather(*asked), strict=True))
        return [found.get(place) for place in range(len(texts))]


def _name(name: str, batch: Batch) -> str:
    stem = name.rpartition(".")[0] or name
    return f"{stem}-answers.{_ending(batch)}"


def _is_one_label(answer: Classification) -> bool:
    return not answer.is_regression and not answer.is_multi_label


def _ending(batch: Batch) -> str:
    return "tsv" if batch.delimiter == "\t" else "csv"


def _told(batch: Batch, answers: Sequence[Classification | None]) -> Mapping[str, object]:
    given = [answer for answer in answers if answer]
    counts: Counter[str] = Counter()
    if not given[0].is_regression:
        counts = Counter(said(answer) for answer in given)
    return {
        "empty": len(answers) - len(given),
        "left_out": batch.left_out,
        "column": batch.columns[batch.place],
        "counts": counts.most_common(_MOST_COUNTED),
        "encoding": batch.encoding,
        "delimiter": batch.delimiter,
    } | _of_code(batch, given[0])


def _of_code(batch: Batch, answer: Classification) -> dict[str, object]:
    """What only the code that gives the same rows needs, which not every file has."""
    if not (batch.delimiter and batch.has_names and _is_one_label(answer)):
        return {}
    return {"names": answer_columns(batch, answer)}
