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
    Example,
    Said,
    Scores,
    TrainingOutcome,
    TrainingPlan,
    TrainingProgress,
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
    return replace(plan, base=change(plan.base), current=current, output=change(plan.output))


def encode_plan(plan: TrainingPlan) -> bytes:
    """One line, readable by `decode_plan`."""
    return _line(asdict(plan))


def decode_plan(line: bytes) -> TrainingPlan:
    """What `encode_plan` was given."""
    fields = json.loads(line)
    current = fields.pop("current")
    return TrainingPlan(
        base=Path(fields.pop("base")),
        current=None if current is None else Path(current),
        output=Path(fields.pop("output")),
        labels=tuple(fields.pop("labels")),
        train=_examples(fields.pop("train")),
        held_out=_examples(fields.pop("held_out")),
        **fields,
    )


def encode_event(event: Event) -> bytes:
    """One line, readable by `decode_event`."""
    return _line({"event": type(event).__name__, **asdict(event)})


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
    return TrainingOutcome(
        folder=Path(fields.pop("folder")),
        new=Scores(**fields.pop("new")),
        current=None if current is None else Scores(**current),
        new_said=_said(fields.pop("new_said")),
        current_said=None if said is None else _said(said),
        **fields,
    )


def _said(fields: dict[str, Any]) -> Said:
    labels, confidence = fields["labels"], fields["confidence"]
    return Said(tuple(labels), tuple(confidence), fields["p95_ms"])


def _examples(rows: list[dict[str, Any]]) -> tuple[Example, ...]:
    return tuple(Example(**row) for row in rows)


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, default=str).encode() + b"\n"
