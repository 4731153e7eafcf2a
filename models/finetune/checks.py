"""What can be said against a plan before any work is done."""

from collections.abc import Iterator
from pathlib import Path

from models.checkpoints.files import read_config
from models.errors import ModelError
from models.finetune.plan import TrainingPlan
from models.results import Checkpoint, Origin, Task
from models.tasks.registry import task_of

_STARTS = {Task.CLASSIFY, Task.FILL_MASK, "regression", "text-generation", "text2text-generation"}
"""What a base may be made for, besides a body alone: what learned from plain text, or classes."""


class TrainingError(Exception):
    """The message is a sentence for people."""


def checkpoint_in(folder: Path) -> Checkpoint:
    """Return what the readers of checkpoints take."""
    return Checkpoint(folder.name, "", Origin.FOLDER, folder)


def require_trainable(base: Checkpoint) -> None:
    """Refuse by its name a head that would silently give way to a fresh one.

    Raises:
        TrainingError: the base is made for something else, or its config cannot be read.
    """
    try:
        made_for = task_of(read_config(base))
    except ModelError as error:
        raise TrainingError("The checkpoint to begin from cannot be read.") from error
    if made_for and made_for not in _STARTS:
        raise TrainingError(f"The checkpoint to begin from is made for {made_for}.")


def complaint(plan: TrainingPlan) -> str | None:
    """The first thing that is wrong with the plan, in a sentence for people; None: nothing is."""
    return next(_complaints(plan), None)


def _complaints(plan: TrainingPlan) -> Iterator[str]:
    used = {example.label for example in (*plan.train, *plan.held_out)}
    if len(plan.labels) < 2:  # noqa: PLR2004 - one label is no choice
        yield "At least two labels are needed."
    if len(set(plan.labels)) < len(plan.labels):
        yield "Two of the labels have the same name."
    if not plan.train:
        yield "There are no examples to learn from."
    if not plan.held_out:
        yield "There are no held-out examples to measure the result on."
    if not used <= set(range(len(plan.labels))):
        yield "An example has a label that is not among the labels."
    if plan.epochs < 1:
        yield "At least one epoch is needed."
    if not plan.base.is_dir():
        yield "The checkpoint to begin from is not there."
    if plan.output.exists():
        yield "The folder for the new model exists already."
