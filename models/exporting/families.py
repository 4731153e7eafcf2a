"""Reads an encoder from named arrays: the book of names of every family that is written down.

Each names its parts in its own way; the tables below are all that Tokki knows of them. What is left
out is caught later: a network that does not agree with torch never answers.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models.exporting.encoder import (
    PARTS,
    Embeddings,
    Encoder,
    Floats,
    Head,
    Layer,
    Linear,
    Norm,
    Product,
    Unsupported,
)
from models.exporting.relative_positions import bucketed
from models.tasks.spec import HeadNames

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True, slots=True)
class _Names:
    """Where a family keeps the parts of its body."""

    layers: str
    query: str
    key: str
    value: str
    attended: str
    attention_norm: str
    up: str
    down: str
    output_norm: str
    projection: str | None = None
    distances: str | None = None


_BERT = _Names(
    layers="encoder.layer",
    query="attention.self.query",
    key="attention.self.key",
    value="attention.self.value",
    attended="attention.output.dense",
    attention_norm="attention.output.LayerNorm",
    up="intermediate.dense",
    down="output.dense",
    output_norm="output.LayerNorm",
)
_DISTILBERT = _Names(
    layers="transformer.layer",
    query="attention.q_lin",
    key="attention.k_lin",
    value="attention.v_lin",
    attended="attention.out_lin",
    attention_norm="sa_layer_norm",
    up="ffn.lin1",
    down="ffn.lin2",
    output_norm="output_layer_norm",
)
_MPNET = replace(
    _BERT,
    query="attention.attn.q",
    key="attention.attn.k",
    value="attention.attn.v",
    attended="attention.attn.o",
    attention_norm="attention.LayerNorm",
    distances="encoder.relative_attention_bias",
)
_ALBERT = _Names(
    layers="encoder.albert_layer_groups.0.albert_layers",
    query="attention.query",
    key="attention.key",
    value="attention.value",
    attended="attention.dense",
    attention_norm="attention.LayerNorm",
    up="ffn",
    down="ffn_output",
    output_norm="full_layer_layer_norm",
    projection="encoder.embedding_hidden_mapping_in",
)
_NAMES = {
    "albert": _ALBERT,
    "bert": _BERT,
    "camembert": _BERT,
    "distilbert": _DISTILBERT,
    "electra": replace(_BERT, projection="embeddings_project"),
    "mpnet": _MPNET,
    "roberta": _BERT,
    "xlm-roberta": _BERT,
}
_WORDS = "embeddings.word_embeddings.weight"
_EPSILON = 1e-12
"""Of the normalizations of families whose config does not say it."""
_ACTIVATION = {"distilbert": "activation"}
_AFTER_PADDING = {"camembert", "roberta", "xlm-roberta"}
_MPNET_PADDING = 1
"""Whatever its config says; likewise in its source."""


class Config(Protocol):
    """What is read of a config.json, by transformers or from the file itself."""

    @property
    def model_type(self) -> str:
        """The family."""
        ...


def read_encoder(
    tensors: Mapping[str, Floats], config: Config, heads: Mapping[str, HeadNames | None]
) -> Encoder:
    """Put a network together from its named arrays, its head by the names of its family.

    Raises:
        Unsupported: its family, or something in it, is none of those above.
    """
    family = config.model_type
    names = _NAMES.get(family)
    if names is None or family not in heads:
        raise Unsupported(f"{family} networks are not written down yet")
    if getattr(config, "is_decoder", False):
        raise Unsupported("it is a decoder")
    try:
        return _read(tensors, config, names, heads[family])
    except KeyError as error:
        raise Unsupported(f"it has no {error.args[0]}") from error
    except AttributeError as error:
        raise Unsupported(f"its config has no {error.name}") from error


def _read(
    tensors: Mapping[str, Floats], config: Config, names: _Names, head: HeadNames | None
) -> Encoder:
    activation = str(getattr(config, _ACTIVATION.get(config.model_type, "hidden_act"), None))
    parts = _Parts(tensors, config, names)
    layers = tuple(parts.layers())
    return Encoder(
        embeddings=parts.embeddings(),
        layers=layers,
        head=parts.head(head, activation) if head else None,
        attention_heads=getattr(config, "num_attention_heads"),  # noqa: B009 - of most configs
        activation=activation,
        padding_position=_padding_position(config),
        rounds=_rounds(config, len(layers)),
        distances=parts.distances(),
    )


def _padding_position(config: Config) -> int | None:
    if config.model_type == "mpnet":
        return _MPNET_PADDING
    return getattr(config, "pad_token_id", None) if config.model_type in _AFTER_PADDING else None


def _rounds(config: Config, layers: int) -> int:
    """How often the layers of one group are gone through; an ALBERT can have several groups."""
    if config.model_type != "albert":
        return 1
    if getattr(config, "num_hidden_groups", 1) != 1:
        raise Unsupported("its layers are shared in several groups")
    return int(getattr(config, "num_hidden_layers"))  # noqa: B009 - of most configs


def tensors_of(model: "PreTrainedModel") -> dict[str, Floats]:
    """Return the named arrays of a network that torch holds; those in float32 are no copies."""
    return {
        name: tensor.detach().float().cpu().numpy() for name, tensor in model.state_dict().items()
    }


def module_names(model: "PreTrainedModel") -> dict[Product, str]:
    """Tell which module of a network that `read_encoder` took apart multiplies what."""
    names = _NAMES[model.config.model_type]
    tensors = model.state_dict()
    place = f"{_body(tensors)}{names.layers}"
    return {
        (number, part): f"{place}.{number}.{getattr(names, part)}"
        for number in range(_count(tensors, place, names))
        for part in PARTS
        if getattr(names, part, None)
    }


def _body(tensors: Collection[str]) -> str:
    """Return how the names of the body's parts begin; with nothing, where it is all there is."""
    for name in tensors:
        if name.endswith(_WORDS):
            return name.removesuffix(_WORDS)
    raise KeyError(_WORDS)


def _count(tensors: Collection[str], place: str, names: _Names) -> int:
    return next(n for n in count() if f"{place}.{n}.{names.query}.weight" not in tensors)


class _Parts:
    """Named arrays, put together."""

    def __init__(self, tensors: Mapping[str, Floats], config: Config, names: _Names) -> None:
        self._tensors = tensors
        self._names = names
        self._body = _body(tensors)
        self._epsilon = float(getattr(config, "layer_norm_eps", _EPSILON))

    def embeddings(self) -> Embeddings:
        place = self._body + "embeddings."
        types = self._tensors.get(place + "token_type_embeddings.weight")
        projection = f"{self._body}{self._names.projection}"
        is_projected = projection + ".weight" in self._tensors
        return Embeddings(
            words=self._tensors[self._body + _WORDS],
            positions=self._tensors[place + "position_embeddings.weight"],
            types=types,
            norm=self.norm(place + "LayerNorm"),
            projection=self.linear(projection) if is_projected else None,
        )

    def layers(self) -> Iterator[Layer]:
        names, of_all = self._names, self._body + self._names.layers
        for number in range(_count(self._tensors, of_all, names)):
            place = f"{of_all}.{number}."
            yield Layer(
                query=self.linear(place + names.query),
                key=self.linear(place + names.key),
                value=self.linear(place + names.value),
                attended=self.linear(place + names.attended),
                attention_norm=self.norm(place + names.attention_norm),
                up=self.linear(place + names.up),
                gate=None,
                down=self.linear(place + names.down),
                output_norm=self.norm(place + names.output_norm),
            )

    def distances(self) -> Floats | None:
        """What attention adds by distance, as far apart as two of its positions can be."""
        if self._names.distances is None:
            return None
        positions = self._tensors[self._body + "embeddings.position_embeddings.weight"]
        by_bucket = self._tensors[f"{self._body}{self._names.distances}.weight"]
        away = np.arange(1 - len(positions), len(positions))
        return np.ascontiguousarray(by_bucket[bucketed(away)].T)

    def head(self, names: HeadNames, of_body: str) -> Head:
        return Head(
            dense=self.linear(names.dense) if names.dense else None,
            activation=names.activation or of_body,
            norm=self.norm(names.norm) if names.norm else None,
            logits=self.linear(names.last),
        )

    def linear(self, name: str) -> Linear:
        weights = np.ascontiguousarray(self._tensors[name + ".weight"].T)
        return Linear(weights, self._tensors[name + ".bias"])

    def norm(self, name: str) -> Norm:
        scale, shift = self._tensors[name + ".weight"], self._tensors[name + ".bias"]
        return Norm(scale, shift, self._epsilon)
