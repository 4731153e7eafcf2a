"""What the bot and its training process say to each other: one JSON object a line.

The bot writes the plan and then leaves the pipe open, as a sign that it lives; the process
answers with progress, and at last with an outcome or a failure. Nothing of it touches the disk.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from models.finetune.plan import (
    Base,
    CurvePoint,
    Epoch,
    Example,
    RecipeName,
    Said,
    Scores,
    TrainingOutcome,
    TrainingPlan,
    TrainingProgress,
    Tried,
    Tuning,
)


@dataclass(frozen=True, slots=True)
class TrainingFailure:
    """Why there is no outcome: a `Reason`."""

    reason: str


Event = TrainingProgress | TrainingOutcome | TrainingFailure


def partial_folder(output: Path) -> Path:
    """Where a checkpoint grows until it is whole. Beside its place, so that a rename moves it."""
    return output.with_name(f".{output.name}.part")


def state_folder(output: Path) -> Path:
    """What a training keeps of itself until its end is stored, for another process to go on."""
    return output.with_name(f".{output.name}.state")


def with_paths(plan: TrainingPlan, change: Callable[[Path], Path]) -> TrainingPlan:
    """Return a plan with other paths."""
    current = None if plan.current is None else change(plan.current)
    others = tuple(replace(other, folder=change(other.folder)) for other in plan.others)
    output = change(plan.output)
    return replace(plan, base=change(plan.base), current=current, output=output, others=others)


def encode_plan(plan: TrainingPlan) -> bytes:
    """One line, readable by `decode_plan`."""
    return line_of(asdict(plan))


def decode_plan(line: bytes) -> TrainingPlan:
    """What `encode_plan` was given."""
    fields = json.loads(line)
    current = fields.pop("current")
    recipe = RecipeName(fields.pop("recipe", RecipeName.FULL))  # one of before it was kept
    return TrainingPlan(
        base=Path(fields.pop("base")),
        current=None if current is None else Path(current),
        output=Path(fields.pop("output")),
        labels=tuple(fields.pop("labels")),
        train=_examples(fields.pop("train")),
        held_out=_examples(fields.pop("held_out")),
        must_pass=_examples(fields.pop("must_pass", [])),
        recipe=recipe,
        tuning=Tuning(**fields.pop("tuning", {})),
        others=tuple(Base(Path(one["folder"]), one["name"]) for one in fields.pop("others", ())),
        **fields,
    )


def encode_event(event: Event) -> bytes:
    """One line, readable by `decode_event`."""
    return line_of({"event": type(event).__name__, **asdict(event)})


def decode_event(line: bytes) -> Event:
    """What `encode_event` was given."""
    fields = json.loads(line)
    kind = fields.pop("event")
    if kind == TrainingProgress.__name__:
        return TrainingProgress(**fields)
    if kind == TrainingFailure.__name__:
        return TrainingFailure(**fields)
    return _outcome(fields)


def _outcome(fields: dict[str, Any]) -> TrainingOutcome:
    current, said = fields.pop("current"), fields.pop("current_said")
    control = fields.pop("control", None)
    return TrainingOutcome(
        folder=Path(fields.pop("folder")),
        new=Scores(**fields.pop("new")),
        current=None if current is None else Scores(**current),
        new_said=_said(fields.pop("new_said")),
        current_said=None if said is None else _said(said),
        curve=tuple(CurvePoint(*each) for each in fields.pop("curve", ())),
        must_pass_said=tuple(map(tuple, fields.pop("must_pass_said", ()))),
        tried=tuple(Tried(**one) for one in fields.pop("tried", ())),
        control=None if control is None else Scores(**control),
        epochs=tuple(Epoch(**one) for one in fields.pop("epochs", ())),
        **fields,
    )


def _said(fields: dict[str, Any]) -> Said:
    rows = {name: fields[name] and tuple(map(tuple, fields[name])) for name in ("held", "shares")}
    labels, confidence = fields["labels"], fields["confidence"]
    return Said(tuple(labels), tuple(confidence), fields["p95_ms"], **rows)


def _examples(rows: list[dict[str, Any]]) -> tuple[Example, ...]:
    return tuple(Example(**row | {"held": _held(row.get("held"))}) for row in rows)


def _held(numbers: list[int] | None) -> tuple[int, ...] | None:
    return None if numbers is None else tuple(numbers)


def line_of(fields: object) -> bytes:
    """Return what is said as one line; a path as its text."""
    return json.dumps(fields, default=str).encode() + b"\n"
