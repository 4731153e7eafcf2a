"""What is known of a new version: its figures beside those of the live one, and the gate's word."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from pydantic import TypeAdapter

from handlers.learning.gate.answers import Answers, Paired
from handlers.learning.gate.figures import Figures, confusion, figures_of
from handlers.learning.gate.verdict import Judgement, judge
from models.finetune.plan import Said, TrainingOutcome, TrainingPlan

MOST_DIFFERENCES = 10


class Difference(NamedTuple):
    """A text on which two models differ, with the numbers of labels; -1 is none of them."""

    example_id: int
    truth: int
    live: int
    new: int


@dataclass(frozen=True)
class VersionReport:
    """All that a training tells of its version; kept as JSON with the job and the version."""

    labels: tuple[str, ...]
    readings: int
    """So often the test side of this dataset has been read, this time included."""
    new: Figures
    live: Figures | None
    """Of the model that was live; None: there was none that could be asked."""
    judgement: Judgement | None
    """None where there is nothing to compare with."""
    confusion: list[list[int]]
    """Rows: labels that are true; columns: labels that the new version gave, and none of them."""
    differences: list[Difference]
    """Some of them, those first that exactly one of the two gets right."""

    @property
    def texts(self) -> int:
        """How many it was measured on."""
        return sum(map(sum, self.confusion))


_KEPT = TypeAdapter(VersionReport)


async def report_of(
    plan: TrainingPlan, outcome: TrainingOutcome, example_ids: Sequence[int], readings: int
) -> VersionReport:
    """Judge what came of a training; thousands of texts take seconds, beside the event loop."""
    return await asyncio.to_thread(_report, plan, outcome, example_ids, readings)


def as_json(report: VersionReport) -> Mapping[str, object]:
    """Return it as it is kept."""
    kept: Mapping[str, object] = _KEPT.dump_python(report, mode="json")
    return kept


def from_json(kept: object) -> VersionReport:
    """Return what `as_json` was given."""
    return _KEPT.validate_python(kept)


def _report(
    plan: TrainingPlan, outcome: TrainingOutcome, example_ids: Sequence[int], readings: int
) -> VersionReport:
    truth = np.array([example.label for example in plan.held_out])
    new, live = _answers(outcome.new_said), None
    paired = None
    if outcome.current_said:
        live = _answers(outcome.current_said)
        paired = Paired(truth, live, new, plan.labels)
    return VersionReport(
        labels=plan.labels,
        readings=readings,
        new=figures_of(truth, new, plan.labels),
        live=figures_of(truth, live, plan.labels) if live else None,
        judgement=judge(paired) if paired else None,
        confusion=confusion(truth, new, len(plan.labels)),
        differences=_differences(paired, example_ids) if paired else [],
    )


def _answers(said: Said) -> Answers:
    return Answers(np.array(said.labels), np.array(said.confidence), said.p95_ms)


def _differences(paired: Paired, example_ids: Sequence[int]) -> list[Difference]:
    rows = zip(
        example_ids,
        paired.truth.tolist(),
        paired.live.labels.tolist(),
        paired.new.labels.tolist(),
        strict=False,  # a training that began before their numbers were kept has none
    )
    found = [Difference(*row) for row in rows if row[2] != row[3]]
    found.sort(key=lambda one: one.truth not in (one.live, one.new))
    return found[:MOST_DIFFERENCES]
