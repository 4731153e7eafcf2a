"""The last layer of a classifier, whose rows are its labels: which are kept, and which are new."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

import torch
from torch import nn

from models.finetune.checks import TrainingError
from models.reasons import Reason

if TYPE_CHECKING:
    from transformers import PreTrainedModel

MULTI_LABEL: Literal["multi_label_classification"] = "multi_label_classification"
SINGLE_LABEL: Literal["single_label_classification"] = "single_label_classification"
"""As transformers calls them."""
_USUAL_SPREAD = 0.02


class Head(StrEnum):
    """What became of the base's own head."""

    KEPT = "kept: the base already knew these labels"
    REORDERED = "kept and reordered: the base knew these labels in another order"
    JOINED = "kept for the labels that the base knew, and made fresh for the others"
    FRESH = "made fresh"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The labels that a classifier shall decide about."""

    labels: tuple[str, ...]
    is_multi_label: bool = False
    """Each is decided by itself; else one is chosen."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """What labels of the base are called by now that it knows by other names."""

    @property
    def problem_type(self) -> Literal["single_label_classification", "multi_label_classification"]:
        """What the config says of it."""
        return MULTI_LABEL if self.is_multi_label else SINGLE_LABEL

    def rows_of(self, known: Sequence[str]) -> dict[str, int]:
        """Return which row of a head of these labels is that of each wanted one that it has.

        Of labels that have become one, that which kept its name is gone on from.
        """
        renamed = {self.renamed[name]: n for n, name in enumerate(known) if name in self.renamed}
        rows = renamed | {name: n for n, name in enumerate(known) if name not in self.renamed}
        return {label: rows[label] for label in self.labels if label in rows}


def last_layer(model: "PreTrainedModel", outputs: int) -> nn.Linear:
    """Return the layer whose rows are the labels.

    Raises:
        TrainingError: there is none.
    """
    inside = f"{model.base_model_prefix}."
    modules = list(reversed(list(model.named_modules())))
    # Perceiver decodes classes within its body.
    for _, module in sorted(modules, key=lambda named: named[0].startswith(inside)):
        if isinstance(module, nn.Linear) and module.out_features == outputs:
            return module
    raise TrainingError(Reason.BASE_HEAD_UNKNOWN)


def join(model: "PreTrainedModel", known: Sequence[str], wanted: Wanted) -> None:
    """Give a trained classifier the wanted labels: rows that it has are kept, others are drawn."""
    old = last_layer(model, len(known))
    name = next(name for name, module in model.named_modules() if module is old)
    new = nn.Linear(old.in_features, len(wanted.labels), old.bias is not None)
    draw_afresh(new, spread_of(model))
    rows = wanted.rows_of(known)
    places = [wanted.labels.index(label) for label in rows]
    with torch.no_grad():
        for fresh, trained in zip(new.parameters(), old.parameters(), strict=True):
            fresh[places] = trained[list(rows.values())]
    model.set_submodule(name, new)


def draw_afresh(layer: nn.Linear, spread: float) -> None:
    """Draw all rows from torch's random state."""
    nn.init.normal_(layer.weight, std=spread)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def begin_with_shares(
    model: "PreTrainedModel", labels: Sequence[str], shares: Mapping[str, float]
) -> None:
    """Let fresh rows say at first how often their label holds; a hundred steps are few for that.

    Without it, each of many rare labels would begin by holding for every other text. Source: the
    prior of Lin et al., 2017 (Focal Loss for Dense Object Detection).
    """
    layer = last_layer(model, len(labels))
    if layer.bias is None:
        return
    with torch.no_grad():
        for label, share in shares.items():
            layer.bias[labels.index(label)] = math.log(share / (1 - share))


def spread_of(model: "PreTrainedModel") -> float:
    """How far apart a network's first weights were; BART and XLM have another name for it."""
    config = model.config
    named = (getattr(config, name, None) for name in ("initializer_range", "init_std"))
    return next((float(each) for each in named if each is not None), _USUAL_SPREAD)
