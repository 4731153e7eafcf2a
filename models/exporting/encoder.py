"""The parts of a BERT-like encoder, whichever family of transformers it comes from.

Every family names its parts in its own way; the book of names below is all that Tokki knows of
them. What is left out is caught later: a network that does not agree with torch never answers.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Literal, Protocol

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
_WORDS = "embeddings.word_embeddings.weight"
_EPSILON = 1e-12
"""Of the normalizations of families whose config does not say it."""
_ACTIVATION = {"distilbert": "activation"}
_AFTER_PADDING = {"camembert", "roberta", "xlm-roberta"}


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
    activation = str(getattr(config, _ACTIVATION.get(family, "hidden_act"), None))
    head = heads[family]
    try:
        parts = _Parts(tensors, config)
        return Encoder(
            embeddings=parts.embeddings(),
            layers=tuple(parts.layers(names)),
            head=parts.head(head, activation) if head else None,
            attention_heads=getattr(config, "num_attention_heads"),  # noqa: B009 - of most configs
            activation=activation,
            padding_position=getattr(config, "pad_token_id", None)
            if family in _AFTER_PADDING
            else None,
        )
    except KeyError as error:
        raise Unsupported(f"it has no {error.args[0]}") from error
    except AttributeError as error:
        raise Unsupported(f"its config has no {error.name}") from error


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

    def __init__(self, tensors: Mapping[str, Floats], config: Config) -> None:
        self._tensors = tensors
        self._body = _body(tensors)
        self._epsilon = float(getattr(config, "layer_norm_eps", _EPSILON))

    def embeddings(self) -> Embeddings:
        place = self._body + "embeddings."
        types = self._tensors.get(place + "token_type_embeddings.weight")
        projection = self._body + "embeddings_project"
        is_projected = projection + ".weight" in self._tensors
        return Embeddings(
            words=self._tensors[self._body + _WORDS],
            positions=self._tensors[place + "position_embeddings.weight"],
            types=types,
            norm=self.norm(place + "LayerNorm"),
            projection=self.linear(projection) if is_projected else None,
        )

    def layers(self, names: _Names) -> Iterator[Layer]:
        of_all = self._body + names.layers
        for number in range(_count(self._tensors, of_all, names)):
            place = f"{of_all}.{number}."
            yield Layer(
                query=self.linear(place + names.query),
                key=self.linear(place + names.key),
                value=self.linear(place + names.value),
                attended=self.linear(place + names.attended),
                attention_norm=self.norm(place + names.attention_norm),
                up=self.linear(place + names.up),
                down=self.linear(place + names.down),
                output_norm=self.norm(place + names.output_norm),
            )

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
