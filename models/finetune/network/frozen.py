"""A base whose body stays as it is, as the rows of features that a linear head reads.

The features are what the network itself gives to its last layer, so that a head learned from them
is that layer, and any program that runs the network answers alike. A body that has learned no
classes says little in its first token; there a layer is put on top that gives the mean over all
tokens, in the form of every other layer: attention that is alike everywhere, values that stay what
they are, and normalizations that change nothing but the length.
"""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.engines.torch_engine import class_logits
from models.finetune.network.checkpoint import TrainableClassifier
from models.finetune.network.head import last_layer
from models.finetune.recipes.steps import BATCH
from models.tasks.classification import CLASSIFICATION

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_LIKE_BERT = {"bert", "camembert", "electra", "roberta", "xlm-roberta"}
"""Families whose layers have the same parts of the same names."""
_MEAN_BESIDE_FIRST = 16.0
"""So much more the mean of all tokens counts than the first one, which a layer always adds."""


def give_means(classifier: TrainableClassifier) -> bool:
    """Let the last layer read the mean over a text's tokens; False for a family of another form."""
    model = classifier.model
    if model.config.model_type not in _LIKE_BERT:
        return False
    with torch.no_grad():
        layers = model.base_model.get_submodule("encoder.layer")
        assert isinstance(layers, nn.ModuleList)
        layer = copy.deepcopy(layers[-1])
        _make_mean(layer)
        layers.append(layer)
        model.config.num_hidden_layers += 1
        _make_even(model)
    return True


def features(
    classifier: TrainableClassifier, texts: Sequence[str], on_batch: Callable[[], None]
) -> NDArray[np.float64]:
    """Return what the last layer reads of each text, of shape (texts, inputs)."""
    rows = classifier.encode(texts)
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
    found: list[NDArray[np.float64]] = [np.empty(0)] * len(rows)
    model = classifier.model
    model.train(False)
    with _without_last_layer(model, len(classifier.labels)), torch.inference_mode():
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            given = class_logits(model, classifier.padding, [rows[place] for place in places])
            for place, row in zip(places, given.double().numpy(), strict=True):
                found[place] = row
            on_batch()
    return np.stack(found)


def put_head(
    classifier: TrainableClassifier, weights: NDArray[np.float64], bias: NDArray[np.float64]
) -> None:
    """Make a linear model of `features` the last layer."""
    layer = last_layer(classifier.model, len(classifier.labels))
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights.T))
        if layer.bias is not None:
            layer.bias.copy_(torch.from_numpy(bias))


def _make_mean(layer: nn.Module) -> None:
    """Of BERT's layer. Queries and what goes up stay, so that it can be trained on from here."""
    attention = layer.get_submodule("attention.self")
    _be(attention.get_submodule("key"), 0.0)
    _be(attention.get_submodule("value"), 1.0)
    _be(layer.get_submodule("attention.output.dense"), _MEAN_BESIDE_FIRST)
    _be(layer.get_submodule("output.dense"), 0.0)
    for place in ("attention.output.LayerNorm", "output.LayerNorm"):
        norm = layer.get_submodule(place)
        assert isinstance(norm, nn.LayerNorm)
        nn.init.ones_(norm.weight)
        nn.init.zeros_(norm.bias)


def _make_even(model: "PreTrainedModel") -> None:
    """Let the dense layer before the last one pass on what it is given, at about length one."""
    export = CLASSIFICATION.export
    names = export.heads[model.config.model_type] if export else None
    if names and names.dense:
        _be(model.get_submodule(names.dense), 1 / math.sqrt(model.config.hidden_size))


def _be(layer: nn.Module, scale: float) -> None:
    """Make a dense layer multiply by one number."""
    assert isinstance(layer, nn.Linear)
    nn.init.zeros_(layer.weight)
    layer.weight.fill_diagonal_(scale)
    nn.init.zeros_(layer.bias)


@contextmanager
def _without_last_layer(model: "PreTrainedModel", labels: int) -> Iterator[None]:
    last = last_layer(model, labels)
    name = next(name for name, module in model.named_modules() if module is last)
    model.set_submodule(name, nn.Identity())
    try:
        yield
    finally:
        model.set_submodule(name, last)
