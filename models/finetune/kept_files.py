"""What a training goes on with, by the names of its files in the state folder.

They belong together: an epoch without what came before it is trained anew by whoever takes it up.
Each is put in place whole and not written to again, so that a link to it stays as it is.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from models.finetune.epoch_state import FILE as EPOCH

UNSEEN = "unseen.json"
"""What a model of `full` says of the part that it has not seen."""
EPOCHS = "epochs.json"
"""What each epoch of `loop` came to."""
TRAINER = "trainer"
"""The folder in which transformers' Trainer saves its checkpoints."""
CHECKPOINTS = "checkpoint-*"
_TRAINER_STATE = "trainer_state.json"


def kept_files(folder: Path) -> Iterator[str]:
    """Yield the name of each, found only when it is asked for: the epoch, then what belongs to it.

    In this order they are taken while the training writes, so that nothing lags behind the epoch.
    They are put in place the other way round: without the epoch, the rest is of no weight.
    """
    for name in (EPOCH, UNSEEN, EPOCHS):
        if (folder / name).is_file():
            yield name
    if last := last_checkpoint(folder / TRAINER):
        for file in sorted(last.iterdir(), key=lambda file: file.name != _TRAINER_STATE):
            yield file.relative_to(folder).as_posix()


def has_epoch(folder: Path) -> bool:
    """Whether a training can go on there."""
    return (folder / EPOCH).is_file() or last_checkpoint(folder / TRAINER) is not None


def last_written(folder: Path) -> float:
    """Return when something was kept last; 0 where nothing is.

    Raises:
        OSError: it was replaced just now.
    """
    return max(((folder / name).stat().st_mtime for name in kept_files(folder)), default=0.0)


def last_checkpoint(folder: Path) -> Path | None:
    """Return the last checkpoint of Trainer that is whole."""
    whole = filter(_is_whole, folder.glob(CHECKPOINTS))
    return max(whole, key=lambda one: (len(one.name), one.name), default=None)


def _is_whole(checkpoint: Path) -> bool:
    """Trainer writes its state last of all."""
    try:
        json.loads((checkpoint / _TRAINER_STATE).read_bytes())
    except (OSError, ValueError):
        return False
    return True
