"""Whether a new version answers without torch as with it, kept beside its weights.

Torch is here already, and is not where the version is asked for the first time.
"""

from pathlib import Path

from models.exporting.shipped import encoder_of, write_shipped, written
from models.exporting.trial import trial_of
from models.finetune.checks import checkpoint_in
from models.results import Task

_ENGINE = "onnx-fp32"
_EVERY = 4
"""Texts that tell of a network in whole numbers; one in float32 is right in all or in none."""


def state_agreement(folder: Path) -> None:
    """Ask the version in a folder through ONNX Runtime; say so beside it if it says the same.

    Raises:
        Unsupported: its network is not written down, or what it answers cannot be compared.
        OSError: its files, or the disk.
    """
    trial = trial_of(checkpoint_in(folder), Task.CLASSIFY, _EVERY)
    encoder = encoder_of(folder, trial.export.heads)
    agreement = trial.of(written(encoder), encoder.padding_position)
    if agreement.is_enough:
        record = trial.record(agreement.report(_ENGINE, {}), "", encoder.padding_position)
        write_shipped(folder, {Task.CLASSIFY: record})
