"""What can be said against a plan before any work is done."""

from collections.abc import Iterator
from pathlib import Path

from models.checkpoints.files import read_config
from models.finetune.plan import TrainingPlan
from models.reasons import Reason
from models.results import Checkpoint, Origin, Task
from models.tasks.registry import task_of

_STARTS = {
    *(Task.CLASSIFY, Task.FILL_MASK, Task.EMBED),
    *("regression", "text-generation", "text2text-generation"),
}
"""What a base may be made for: a body alone, what learned from plain text, or classes."""


class TrainingError(Exception):
    """The message is a `Reason`."""


def checkpoint_in(folder: Path, full_name: str = "") -> Checkpoint:
    """Return what the readers of checkpoints take."""
    name, _, version = full_name.rpartition("@")
    return Checkpoint(name or folder.name, version, Origin.FOLDER, folder)


def require_trainable(base: Checkpoint) -> None:
    """Refuse by its name a head that would silently give way to a fresh one.

    Raises:
        TrainingError: the base is made for something else.
        ModelError: its config cannot be read.
    """
    made_for = task_of(read_config(base))
    if made_for and made_for not in _STARTS:
        raise TrainingError(Reason.BASE_OTHER_TASK.of(made_for))


def complaint(plan: TrainingPlan) -> Reason | None:
    """The first thing that is wrong with the plan; None: nothing is."""
    return next(_complaints(plan), None)


def _complaints(plan: TrainingPlan) -> Iterator[Reason]:
    used = {label for each in (*plan.train, *plan.held_out) for label in each.labels}
    fewest = 1 if plan.is_multi_label else 2  # one label is no choice, but yes or no
    if len(plan.labels) < fewest:
        yield Reason.LABELS_TOO_FEW
    if len(set(plan.labels)) < len(plan.labels):
        yield Reason.LABELS_ALIKE
    if not plan.train:
        yield Reason.EXAMPLES_MISSING
    if not plan.held_out:
        yield Reason.HELD_OUT_MISSING
    if not used <= set(range(len(plan.labels))):
        yield Reason.LABEL_UNKNOWN
    if plan.epochs < 1:
        yield Reason.EPOCHS_MISSING
    if not plan.base.is_dir():
        yield Reason.BASE_MISSING
    if plan.output.exists():
        yield Reason.OUTPUT_EXISTS
