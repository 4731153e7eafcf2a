"""Reads an encoder from named arrays, of every family that is written down.

Each names its parts in its own way; `names` and the tables below are all that Tokki knows of them.
What is left out is caught later: a network that does not agree with torch never answers.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from models.exporting.networks.deberta import disentangled
from models.exporting.networks.encoder import (
    PARTS,
    Embeddings,
    Encoder,
    Floats,
    Head,
    Layer,
    Linear,
    Norm,
    Part,
    Product,
    Unsupported,
)
from models.exporting.networks.modernbert import rotated
from models.exporting.networks.names import NAMES, Config, Names
from models.exporting.networks.relative_positions import with_distances
from models.reasons import Reason
from models.tasks.spec import HeadNames

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Body = Mapping[str, Floats]
"""Named arrays, without what the names of a body begin with in a larger network."""

_EPSILON = 1e-12
"""Of the normalizations of families whose config does not say it."""
_ACTIVATION = {"distilbert": "activation", "modernbert": "hidden_activation"}
_EPSILON_KEY = {"modernbert": "norm_eps"}
_AFTER_PADDING = {"camembert", "roberta", "xlm-roberta"}
_MPNET_PADDING = 1
"""Whatever its config says; likewise in its source."""
_COMPLETED: dict[str, Callable[[Encoder, Body, Config], Encoder]] = {
    "deberta-v2": disentangled,
    "modernbert": rotated,
    "mpnet": with_distances,
}
"""Adds what only one family has."""


def read_encoder(
    tensors: Mapping[str, Floats], config: Config, heads: Mapping[str, HeadNames | None]
) -> Encoder:
    """Put a network together from its named arrays, its head by the names of its family.

    Raises:
        Unsupported: its family, or something in it, is none of those above.
    """
    family = config.model_type
    if family not in NAMES or family not in heads:
        raise Unsupported(Reason.ENGINE_FAMILY.of(family))
    if getattr(config, "is_decoder", False):
        raise Unsupported(Reason.ENGINE_PART.of("is_decoder=true"))
    try:
        return _read(tensors, config, heads[family])
    except KeyError as error:
        raise Unsupported(Reason.ENGINE_PART.of(f"no {error.args[0]}")) from error
    except AttributeError as error:
        raise Unsupported(Reason.ENGINE_PART.of(f"no {error.name}")) from error


def _read(tensors: Mapping[str, Floats], config: Config, head: HeadNames | None) -> Encoder:
    family, names = config.model_type, NAMES[config.model_type]
    activation = str(getattr(config, _ACTIVATION.get(family, "hidden_act"), None))
    start = _start(tensors, names)
    body = {name.removeprefix(start): tensors[name] for name in tensors if name.startswith(start)}
    epsilon = float(getattr(config, _EPSILON_KEY.get(family, "layer_norm_eps"), _EPSILON))
    parts = _Parts(body, names, epsilon)
    layers = tuple(parts.layers())
    encoder = Encoder(
        embeddings=parts.embeddings(_has_positions(config)),
        layers=layers,
        head=_head(_Parts(tensors, names, epsilon), head, config, activation) if head else None,
        attention_heads=getattr(config, "num_attention_heads"),  # noqa: B009 - of most configs
        activation=activation,
        padding_position=_padding_position(config),
        rounds=_rounds(config),
    )
    return _COMPLETED[family](encoder, body, config) if family in _COMPLETED else encoder


def _head(parts: "_Parts", names: HeadNames, config: Config, of_body: str) -> Head:
    own = getattr(config, names.activation_key) if names.activation_key else names.activation
    return Head(
        dense=parts.linear(names.dense) if names.dense else None,
        activation=own or of_body,
        norm=parts.norm(names.norm) if names.norm else None,
        logits=parts.linear(names.last),
        is_of_mean=bool(names.pooling_key) and getattr(config, names.pooling_key) == "mean",
    )


def _has_positions(config: Config) -> bool:
    return config.model_type != "modernbert" and getattr(config, "position_biased_input", True)


def _padding_position(config: Config) -> int | None:
    if config.model_type == "mpnet":
        return _MPNET_PADDING
    return getattr(config, "pad_token_id", None) if config.model_type in _AFTER_PADDING else None


def _rounds(config: Config) -> int:
    """How often the layers of one group are gone through; an ALBERT can have several groups."""
    if config.model_type != "albert":
        return 1
    groups = getattr(config, "num_hidden_groups", 1)
    if groups != 1:
        raise Unsupported(Reason.ENGINE_PART.of(f"num_hidden_groups={groups}"))
    return int(getattr(config, "num_hidden_layers"))  # noqa: B009 - of most configs


def tensors_of(model: "PreTrainedModel") -> dict[str, Floats]:
    """Return the named arrays of a network that torch holds; those in float32 are no copies."""
    return {
        name: tensor.detach().float().cpu().numpy() for name, tensor in model.state_dict().items()
    }


@dataclass(frozen=True, slots=True)
class Module:
    """What multiplies in torch: one product, or several side by side."""

    name: str
    which: int
    of: int


def modules_of(model: "PreTrainedModel") -> dict[Product, Module]:
    """Tell which module of a network that `read_encoder` took apart multiplies what."""
    names, tensors = NAMES[model.config.model_type], model.state_dict()
    place = f"{_start(tensors, names)}{names.layers}"
    return {
        (number, part): Module(
            f"{place}.{number}.{getattr(names, part)}",
            names.together(part).index(part),
            len(names.together(part)),
        )
        for number in range(_count(tensors, place, names))
        for part in PARTS
        if getattr(names, part)
    }


def _start(tensors: Collection[str], names: Names) -> str:
    """Return how the names of the body's parts begin; with nothing, where it is all there is."""
    words = f"{names.words}.weight"
    for name in tensors:
        if name.endswith(words):
            return name.removesuffix(words)
    raise KeyError(words)


def _count(tensors: Collection[str], place: str, names: Names) -> int:
    return next(n for n in count() if f"{place}.{n}.{names.query}.weight" not in tensors)


class _Parts:
    """Named arrays, put together."""

    def __init__(self, tensors: Mapping[str, Floats], names: Names, epsilon: float) -> None:
        self._tensors = tensors
        self._names = names
        self._epsilon = epsilon

    def embeddings(self, has_positions: bool) -> Embeddings:
        names, tables = self._names, self._tensors
        projection = names.projection or ""
        return Embeddings(
            words=tables[f"{names.words}.weight"],
            positions=tables[f"{names.positions}.weight"] if has_positions else None,
            types=tables.get(f"{names.types}.weight"),
            norm=self.norm(names.embedding_norm),
            projection=self.linear(projection) if f"{projection}.weight" in tables else None,
        )

    def layers(self) -> Iterator[Layer]:
        names = self._names
        layers = _count(self._tensors, names.layers, names)
        for number in range(layers):
            place = f"{names.layers}.{number}."
            yield Layer(
                query=self._product(place, "query"),
                key=self._product(place, "key"),
                value=self._product(place, "value"),
                attended=self._product(place, "attended"),
                attention_norm=self.norm(place + names.attention_norm),
                up=self._product(place, "up"),
                gate=self._product(place, "gate") if names.gate else None,
                down=self._product(place, "down"),
                output_norm=self._output_norm(number, layers),
            )

    def _product(self, place: str, part: Part) -> Linear:
        whole = self.linear(place + getattr(self._names, part))
        together = self._names.together(part)
        which, of = together.index(part), len(together)
        weights, bias = (np.split(each, of, axis=-1)[which] for each in (whole.weights, whole.bias))
        return Linear(weights, bias)

    def _output_norm(self, number: int, layers: int) -> Norm:
        names = self._names
        if names.last_norm is None:
            return self.norm(f"{names.layers}.{number}.{names.output_norm}")
        is_last = number + 1 == layers
        next_one = f"{names.layers}.{number + 1}.{names.output_norm}"
        return self.norm(names.last_norm if is_last else next_one)

    def linear(self, name: str) -> Linear:
        weights = np.ascontiguousarray(self._tensors[name + ".weight"].T)
        return Linear(weights, self._bias(name, weights.shape[1]))

    def norm(self, name: str) -> Norm:
        scale = self._tensors[name + ".weight"]
        return Norm(scale, self._bias(name, len(scale)), self._epsilon)

    def _bias(self, name: str, size: int) -> Floats:
        """Return a bias; some families have none."""
        return self._tensors.get(name + ".bias", np.zeros(size, np.float32))
