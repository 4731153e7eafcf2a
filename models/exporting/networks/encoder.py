"""The parts of an encoder, whichever family it comes from; `families` puts one together."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

Part = Literal["query", "key", "value", "attended", "up", "gate", "down"]
"""What a layer multiplies by, as `Layer` names it."""
PARTS: tuple[Part, ...] = ("query", "key", "value", "attended", "up", "gate", "down")
Product = tuple[int, Part]
"""One matrix product of the network: the layer's number, and which of its parts."""


class Unsupported(Exception):
    """The network is none that we can write down; the message is a `Reason`."""


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
    positions: Floats | None
    types: Floats | None
    norm: Norm
    projection: Linear | None


@dataclass(frozen=True, slots=True)
class ByPlace:
    """What tokens are scored by besides, of shape (heads, size, places), scaled as scores are.

    Each place is one that a query and a key have to each other, or several far ones.
    """

    keys: Floats | None
    """With which queries are multiplied."""
    queries: Floats | None
    """With which keys are."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """By what queries and keys are turned, two numbers at a time, (positions, half a head)."""

    cosines: Floats
    sines: Floats


@dataclass(frozen=True, slots=True)
class Layer:
    """One block of attention and feed-forward, each followed by its normalization."""

    query: Linear
    key: Linear
    value: Linear
    attended: Linear
    attention_norm: Norm
    up: Linear
    gate: Linear | None
    """What the activated `up` is multiplied by, number by number."""
    down: Linear
    output_norm: Norm
    by_place: ByPlace | None = None
    rotation: Rotation | None = None
    window: int | None = None
    """How many tokens before and behind itself a token sees; None: all of its text."""

    @property
    def products(self) -> tuple[Part, ...]:
        """The parts that it has."""
        return tuple(part for part in PARTS if getattr(self, part) is not None)


@dataclass(frozen=True, slots=True)
class Head:
    """What turns a token's state into logits."""

    dense: Linear | None
    activation: str
    norm: Norm | None
    logits: Linear
    is_of_mean: bool = False
    """It sees the mean of a text's states, not one of them."""


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
    is_pre_norm: bool = False
    """States are added up as they are, and normalized for what comes next alone."""
    rounds: int = 1
    """How often the states go through all layers, one time after the other, as ALBERT's do."""
    distances: Floats | None = None
    """(heads, distances): what is added to the score of two tokens, from the key farthest before
    the query to the farthest behind it."""
    places: Places | None = None
    """(distances,): which place of `ByPlace` two tokens have to each other, likewise."""
    scale: float | None = None
    """Of the scores, where it is not one by the root of a head's size."""

    @property
    def counts_positions(self) -> bool:
        """Whether it is told the place of each token."""
        is_turned = any(layer.rotation for layer in self.layers)
        return is_turned or self.embeddings.positions is not None
