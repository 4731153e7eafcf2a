"""A checkpoint loaded for a task, and by what it is known."""

from dataclasses import dataclass, field
from pathlib import Path

from models.results import Checkpoint, Task

Identity = tuple[str, str, str | Path | None]


@dataclass(frozen=True, slots=True)
class Slot:
    """A checkpoint loaded for a task."""

    checkpoint: Checkpoint = field(compare=False)
    task: Task
    identity: Identity

    @classmethod
    def of(cls, checkpoint: Checkpoint, task: Task) -> "Slot":
        """Return the slot; a Hub repository has the same one before and after it is fetched."""
        return cls(checkpoint, task, identity_of(checkpoint))


def identity_of(checkpoint: Checkpoint) -> Identity:
    """Return what stays the same of a checkpoint, before and after it is fetched."""
    if checkpoint.repo_id is None:
        return checkpoint.name, checkpoint.version, checkpoint.folder
    # The whole commit: whoever owns a repository can make two that begin alike.
    where = f"{checkpoint.repo_id}@{checkpoint.revision}"
    return checkpoint.name, checkpoint.version, where
