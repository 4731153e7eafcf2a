"""The parts of a BERT-like encoder, whichever family of transformers it comes from.

Every family names its parts in its own way; the book of names below is all that Tokki knows of
them. What is left out is caught later: a network that does not agree with torch never answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from models.tasks.spec import HeadNames

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Floats = NDArray[np.float32]

Part = Literal["query", "key", "value", "attended", "up", "down"]
"""What a layer multiplies by, as `Layer` names it."""
PARTS: tuple[Part, ...] = ("query", "key", "value", "attended", "up", "down")
Product = tuple[int, Part]
"""One matrix product of the network: the layer's number, and which of its parts."""


class Unsupported(Exception):
    """The network is none that we can write down; the message says why."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A dense layer: weights of shape (inputs, outputs), a bias of (outputs,)."""

    weights: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class Norm:
    """A layer normalization: scale and shift of shape (hidden,)."""

    scale: Floats
    shift: Floats
    epsilon: float
    stretch: Floats | None = None
    """What its result is multiplied by before it is added to the next (see `smoothing`)."""


@dataclass(frozen=True, slots=True)
class Embeddings:
    """Tables of shape (vocabulary, size), (positions, size) and (types, size)."""

    words: Floats
    positions: Floats
    types: Floats | None
    norm: Norm
    projection: Linear | None


@dataclass(frozen=True, slots=True)
class Layer:
    """One block of attention and feed-forward, each followed by its normalization (post-LN)."""

    query: Linear
    key: Linear
    value: Linear
    attended: Linear
    attention_norm: Norm
    up: Linear
    down: Linear
    output_norm: Norm


@dataclass(frozen=True, slots=True)
class Head:
    """What turns a token's state into logits."""

    dense: Linear | None
    activation: str
    norm: Norm | None
    logits: Linear


@dataclass(frozen=True, slots=True)
class Encoder:
    """A whole network."""

    embeddings: Embeddings
    layers: tuple[Layer, ...]
    head: Head | None
    """None: it gives states."""
    attention_heads: int
    activation: str
    """Of the feed-forward parts."""
    padding_position: int | None
    """Positions count from the one after this, as RoBERTa's do; None: from 0."""


@dataclass(frozen=True, slots=True)
class _Names:
    """Where a family keeps the parts of a layer."""

    layers: str
    query: str
    key: str
    value: str
    attended: str
    attention_norm: str
    up: str
    down: str
    output_norm: str


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
_NAMES = {
    "bert": _BERT,
    "camembert": _BERT,
    "distilbert": _DISTILBERT,
    "electra": _BERT,
    "roberta": _BERT,
    "xlm-roberta": _BERT,
}
_ACTIVATION = {"distilbert": "activation"}
_AFTER_PADDING = {"camembert", "roberta", "xlm-roberta"}


def read_encoder(model: "PreTrainedModel", heads: Mapping[str, HeadNames | None]) -> Encoder:
    """Take a loaded network apart, its head by the names of its family.

    Raises:
        Unsupported: its family, or something in it, is none of those above.
    """
    config = model.config
    family = config.model_type
    names = _NAMES.get(family)
    if names is None or family not in heads:
        raise Unsupported(f"{family} networks are not written down yet")
    if getattr(config, "is_decoder", False):
        raise Unsupported("it is a decoder")
    activation = str(getattr(config, _ACTIVATION.get(family, "hidden_act"), None))
    body, head = _body(model), heads[family]
    try:
        return Encoder(
            embeddings=_embeddings(model, body),
            layers=tuple(_layers(model, body, names)),
            head=_head(model, head, activation) if head else None,
            attention_heads=config.num_attention_heads,
            activation=activation,
            padding_position=config.pad_token_id if family in _AFTER_PADDING else None,
        )
    except AttributeError as error:
        raise Unsupported(f"it has no part of the usual name: {error}") from error


def module_names(model: "PreTrainedModel") -> dict[Product, str]:
    """Tell which module of a network that `read_encoder` took apart multiplies what."""
    names = _NAMES[model.config.model_type]
    place = f"{_body(model)}{names.layers}"
    count = len(list(model.get_submodule(place).children()))
    return {
        (number, part): f"{place}.{number}.{getattr(names, part)}"
        for number in range(count)
        for part in PARTS
    }


def _body(model: "PreTrainedModel") -> str:
    """Return how the names of the body's parts begin; with nothing, where it is all there is."""
    return "" if model.base_model is model else f"{model.base_model_prefix}."


def _embeddings(model: "PreTrainedModel", body: str) -> Embeddings:
    place = body + "embeddings."
    parts = dict(model.named_modules())
    types = parts.get(place + "token_type_embeddings")
    is_projected = body + "embeddings_project" in parts
    return Embeddings(
        words=_floats(model, place + "word_embeddings.weight"),
        positions=_floats(model, place + "position_embeddings.weight"),
        types=_floats(model, place + "token_type_embeddings.weight") if types else None,
        norm=_norm(model, place + "LayerNorm"),
        projection=_linear(model, body + "embeddings_project") if is_projected else None,
    )


def _layers(model: "PreTrainedModel", body: str, names: _Names) -> Iterator[Layer]:
    count = len(list(model.get_submodule(body + names.layers).children()))
    for number in range(count):
        place = f"{body}{names.layers}.{number}."
        yield Layer(
            query=_linear(model, place + names.query),
            key=_linear(model, place + names.key),
            value=_linear(model, place + names.value),
            attended=_linear(model, place + names.attended),
            attention_norm=_norm(model, place + names.attention_norm),
            up=_linear(model, place + names.up),
            down=_linear(model, place + names.down),
            output_norm=_norm(model, place + names.output_norm),
        )


def _head(model: "PreTrainedModel", names: HeadNames, of_body: str) -> Head:
    return Head(
        dense=_linear(model, names.dense) if names.dense else None,
        activation=names.activation or of_body,
        norm=_norm(model, names.norm) if names.norm else None,
        logits=_linear(model, names.last),
    )


def _linear(model: "PreTrainedModel", name: str) -> Linear:
    weights = _floats(model, name + ".weight").T
    return Linear(np.ascontiguousarray(weights), _floats(model, name + ".bias"))


def _norm(model: "PreTrainedModel", name: str) -> Norm:
    epsilon = float(getattr(model.get_submodule(name), "eps"))  # noqa: B009 - typed as a Module
    return Norm(_floats(model, name + ".weight"), _floats(model, name + ".bias"), epsilon)


def _floats(model: "PreTrainedModel", name: str) -> Floats:
    part, _, attribute = name.rpartition(".")
    tensor = getattr(model.get_submodule(part), attribute)
    if tensor is None:
        raise Unsupported(f"it has no {name}")
    result: Floats = tensor.detach().float().cpu().numpy()
    return result
