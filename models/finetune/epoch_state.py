"""Where a training stands after an epoch, on disk: another process goes on from there.

Weights and the optimizer's moments are kept with the step and the smoothed loss; chance needs no
keeping, since every epoch, and a fresh head, are drawn from a seed of their own. A training that
went on this way ends with the very weights of one that was never broken off.
"""

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from models.finetune.plan import TrainingPlan
from models.finetune.wire import encode_plan, with_paths

if TYPE_CHECKING:
    from transformers import PreTrainedModel

FILE = "epoch.safetensors"
_MODEL, _OPTIMIZER = "model.", "optimizer."
_PAUSE = 10
"""Saving may take a tenth of the time: after it, as many times its own length pass untouched."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a training is."""

    step: int = 0
    loss: float = 0.0
    """Smoothed; to be divided by its weight, which nears 1."""
    weight: float = 0.0


class EpochStates:
    """Keeps the last finished epoch of one plan in a folder, and finds it there again."""

    def __init__(self, folder: Path, plan: TrainingPlan) -> None:
        self._file = folder / FILE
        self._plan = hashlib.sha256(encode_plan(with_paths(plan, _anywhere))).hexdigest()
        self._not_before = 0.0

    def load(self, model: "PreTrainedModel", optimizer: torch.optim.Optimizer) -> Reached:
        """Take up what was kept, and return how far it is; no step where there is nothing."""
        try:
            with safe_open(self._file, "pt") as file:
                facts: Mapping[str, str] = file.metadata() or {}
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, SafetensorError):
            return Reached()
        if facts.get("plan") != self._plan:
            return Reached()
        model.load_state_dict(_under(_MODEL, tensors), strict=False)  # tied weights come once
        optimizer.load_state_dict(
            {
                "state": _by_parameter(_under(_OPTIMIZER, tensors)),
                "param_groups": optimizer.state_dict()["param_groups"],
            }
        )
        return Reached(int(facts["step"]), float(facts["loss"]), float(facts["weight"]))

    def save(
        self, reached: Reached, model: "PreTrainedModel", optimizer: torch.optim.Optimizer
    ) -> None:
        """Keep a finished epoch in place of the one before: written beside it, and renamed."""
        started = time.monotonic()
        if started < self._not_before:
            return
        facts = {name: repr(value) for name, value in asdict(reached).items()}
        beside = self._file.with_suffix(".part")
        save_file(_tensors(model, optimizer), beside, facts | {"plan": self._plan})
        with beside.open("rb+") as stream:
            os.fsync(stream.fileno())
        beside.replace(self._file)
        ended = time.monotonic()
        self._not_before = ended + _PAUSE * (ended - started)


def _tensors(model: "PreTrainedModel", optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    weights = [*model.named_parameters(), *model.named_buffers()]
    tensors = {f"{_MODEL}{name}": weight.detach().contiguous() for name, weight in weights}
    for number, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"{_OPTIMIZER}{number}.{name}": value for name, value in moments.items()}
    return tensors


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }


def _by_parameter(moments: Mapping[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    state: dict[int, dict[str, Tensor]] = {}
    for name, moment in moments.items():
        number, _, key = name.partition(".")
        state.setdefault(int(number), {})[key] = moment
    return state


def _anywhere(path: Path) -> Path:
    """A folder that was moved is the same plan."""
    return Path(path.name)
