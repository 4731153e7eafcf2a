"""What is known of a new version: its figures beside those of the live one, and the gate's word."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
from pydantic import TypeAdapter

from handlers.learning.gate.answers import Answers, Flags, Paired
from handlers.learning.gate.figures import Figures, confusion, figures_of, figures_of_sets
from handlers.learning.gate.sets import PairedSets, SetAnswers
from handlers.learning.gate.verdict import Judgement, judge
from models.finetune.plan import CurvePoint, Said, TrainingOutcome, TrainingPlan

MOST_DIFFERENCES = 10


class Difference(NamedTuple):
    """A text on which two models differ, with the numbers of labels; -1 is none of them."""

    example_id: int
    truth: int
    live: int
    new: int


class SetDifference(NamedTuple):
    """A text on which they differ, with the numbers of all labels that hold."""

    example_id: int
    truth: tuple[int, ...]
    live: tuple[int, ...]
    new: tuple[int, ...]


class MustPassWrong(NamedTuple):
    """A text that the new version must get right and does not, with the numbers of labels."""

    number: int
    wanted: tuple[int, ...]
    said: tuple[int, ...]


class Decisions(NamedTuple):
    """On how many texts the new version decided so about one label."""

    found: int
    missed: int
    wrongly: int
    """It said that the label holds where it does not."""


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
    decisions: list[Decisions] = field(default_factory=list)
    """Where several labels may hold, in place of `confusion`: of each label."""
    set_differences: list[SetDifference] = field(default_factory=list)
    """There, in place of `differences`: those first on which one is nearer by most labels."""
    set_texts: int = 0
    """There: how many it was measured on."""
    must_pass_wrong: list[MustPassWrong] = field(default_factory=list)
    """What the new version must get right and does not."""
    curve: list[CurvePoint] = field(default_factory=list)
    """How good a quick model is with fewer of the labels."""

    @property
    def is_multi_label(self) -> bool:
        """Whether several labels may hold for a text."""
        return self.set_texts > 0

    @property
    def texts(self) -> int:
        """How many it was measured on."""
        return self.set_texts or sum(map(sum, self.confusion))

    @property
    def unmeasured(self) -> list[str]:
        """The labels that no text has that it was measured on: its figures say nothing of them."""
        return [label for label in self.labels if label not in self.new.labels]


@cache
def _kept_form() -> TypeAdapter[VersionReport]:
    """Slow to make, and seldom needed."""
    return TypeAdapter(VersionReport)


async def report_of(
    plan: TrainingPlan,
    outcome: TrainingOutcome,
    example_ids: Sequence[int],
    readings: int,
    must_pass_ids: Sequence[int] = (),
) -> VersionReport:
    """Judge what came of a training; thousands of texts take seconds, beside the event loop."""
    make = _set_report if plan.is_multi_label else _report
    wrong = _must_pass_wrong(plan, outcome, must_pass_ids)
    return await asyncio.to_thread(make, plan, outcome, example_ids, readings, wrong)


def as_json(report: VersionReport) -> Mapping[str, object]:
    """Return it as it is kept."""
    kept: Mapping[str, object] = _kept_form().dump_python(report, mode="json")
    return kept


def from_json(kept: object) -> VersionReport:
    """Return what `as_json` was given."""
    return _kept_form().validate_python(kept)


def _report(
    plan: TrainingPlan,
    outcome: TrainingOutcome,
    example_ids: Sequence[int],
    readings: int,
    wrong: list[MustPassWrong],
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
        judgement=judge(paired, must_pass_wrong=len(wrong)) if paired else None,
        confusion=confusion(truth, new, len(plan.labels)),
        differences=_differences(paired, example_ids) if paired else [],
        must_pass_wrong=wrong,
        curve=list(outcome.curve),
    )


def _must_pass_wrong(
    plan: TrainingPlan, outcome: TrainingOutcome, numbers: Sequence[int]
) -> list[MustPassWrong]:
    rows = zip(numbers, plan.must_pass, outcome.must_pass_said, strict=True)
    found = [MustPassWrong(number, one.labels, said) for number, one, said in rows]
    return [one for one in found if set(one.wanted) != set(one.said)]


def _set_report(
    plan: TrainingPlan,
    outcome: TrainingOutcome,
    example_ids: Sequence[int],
    readings: int,
    wrong: list[MustPassWrong],
) -> VersionReport:
    count = len(plan.labels)
    truth = flags_of([example.labels for example in plan.held_out], count)
    new, live, paired = set_answers(outcome.new_said, count), None, None
    if outcome.current_said:
        live = set_answers(outcome.current_said, count)
        paired = PairedSets(truth, live, new, plan.labels)
    return VersionReport(
        labels=plan.labels,
        readings=readings,
        new=figures_of_sets(truth, new, plan.labels),
        live=figures_of_sets(truth, live, plan.labels) if live else None,
        judgement=judge(paired, must_pass_wrong=len(wrong)) if paired else None,
        confusion=[],
        differences=[],
        decisions=_decisions(truth, new.held),
        set_differences=_set_differences(paired, example_ids) if paired else [],
        set_texts=len(truth),
        must_pass_wrong=wrong,
    )


def _decisions(truth: Flags, held: Flags) -> list[Decisions]:
    columns = zip((truth & held).T, (truth & ~held).T, (~truth & held).T, strict=True)
    return [Decisions(*(int(each.sum()) for each in column)) for column in columns]


def _set_differences(paired: PairedSets, example_ids: Sequence[int]) -> list[SetDifference]:
    differ = np.flatnonzero((paired.live.held != paired.new.held).any(axis=1))
    order = sorted(differ.tolist(), key=lambda row: (-abs(int(paired.won[row])), row))
    sides = (paired.truth, paired.live.held, paired.new.held)
    return [
        SetDifference(example_ids[row], *(_numbers(flags[row]) for flags in sides))
        for row in order[:MOST_DIFFERENCES]
    ]


def set_answers(said: Said, labels: int) -> SetAnswers:
    """Return what a model said where several labels may hold, a row a text, a column a label."""
    assert said.held is not None
    assert said.shares is not None
    shares = np.array(said.shares, float).reshape(-1, labels)
    return SetAnswers(flags_of(said.held, labels), shares, said.p95_ms)


def flags_of(held: Sequence[Sequence[int]], labels: int) -> Flags:
    """Return which labels hold, a row a text, from their numbers."""
    found = np.zeros((len(held), labels), bool)
    for row, numbers in enumerate(held):
        found[row, list(numbers)] = True
    return found


def _numbers(flags: Flags) -> tuple[int, ...]:
    return tuple(np.flatnonzero(flags).tolist())


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
