"""Moves what makes rows hard to round out of the rows and into the weights.

A row is rounded in steps of its largest value. In trained encoders that is always the same few
places, several times as large as all others. Each place is therefore moved by its mean and divided
by its reach; the weights behind are multiplied by what the rows were divided by, and the biases
make up for what was taken away. In exact numbers the network computes what it did.

Source: Xiao et al., SmoothQuant, https://arxiv.org/abs/2211.10438; the moving by the mean, which
costs nothing where a normalization stands before, is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from models.exporting.networks.encoder import Encoder, Floats, Layer, Linear, Norm, Product

_SHARE = 0.6
"""How much of a place's reach goes to the weights: with less the rows' rounding errs more, with
more the weights' (measured from .25 to 1 on four trained classifiers)."""
_LEAST_REACH = 0.05
"""As a share of the median: a place that hardly moves must not fill the steps of its weights."""


@dataclass(frozen=True, slots=True)
class Range:
    """Where the inputs of a product are, each of shape (inputs,): mean, and reach from there."""

    mean: Floats
    reach: Floats


@dataclass(frozen=True, slots=True)
class Fold:
    """What is taken off each input of a product, and what the rest is divided by."""

    mean: Floats
    stretch: Floats

    def into(self, linear: Linear) -> Linear:
        """Return what multiplies folded rows to the same result."""
        weights = linear.weights * self.stretch[:, None]
        return Linear(weights, linear.bias + self.mean @ linear.weights)

    def out_of(self, linear: Linear) -> Linear:
        """Return what gives folded results of the same rows."""
        return Linear(linear.weights / self.stretch, (linear.bias - self.mean) / self.stretch)

    def normalized(self, norm: Norm) -> Norm:
        """Return a normalization that gives folded states, and stretches them back."""
        scale, shift = norm.scale / self.stretch, (norm.shift - self.mean) / self.stretch
        return Norm(scale, shift, norm.epsilon, self.stretch)

    def residual(self, linear: Linear) -> Linear:
        """Return what gives back the mean of the states that its result is added to."""
        return Linear(linear.weights, linear.bias + self.mean)


def folds(encoder: Encoder, ranges: Mapping[Product, Range]) -> dict[Product, Fold]:
    """Choose how the inputs of each product are folded; those of `down` are not."""
    found = {product: _fold(spread) for product, spread in ranges.items() if product[1] != "down"}
    for number in range(len(encoder.layers)):
        shared = found.pop((number, "query"))
        is_folded = number > 0 or _is_first_folded(encoder)
        for part in ("query", "key", "value") if is_folded else ():
            found[number, part] = shared
        if not is_folded:
            del found[number, "key"], found[number, "value"]
    return found


def _is_first_folded(encoder: Encoder) -> bool:
    """A projection behind the embeddings' normalization, as in ELECTRA, is in the way.

    So is what adds up states as they are: the first ones are both added and multiplied.
    """
    return encoder.embeddings.projection is None and not encoder.is_pre_norm


def _fold(spread: Range) -> Fold:
    typical = max(float(np.median(spread.reach)), float(np.finfo(np.float32).tiny))
    relative = np.maximum(spread.reach / typical, _LEAST_REACH)
    return Fold(spread.mean, (relative**_SHARE).astype(np.float32))


def smoothed(encoder: Encoder, ranges: Mapping[Product, Range]) -> Encoder:
    """Return a network of the same function whose rows are easy to round.

    `ranges` tells of the inputs of every product but `down`.
    """
    by = folds(encoder, ranges)
    layers = tuple(_layer(encoder, number, by) for number in range(len(encoder.layers)))
    first = by.get((0, "query"))
    embeddings = encoder.embeddings
    if first:
        embeddings = replace(embeddings, norm=first.normalized(embeddings.norm))
    return replace(encoder, embeddings=embeddings, layers=layers)


def _layer(encoder: Encoder, number: int, by: Mapping[Product, Fold]) -> Layer:
    layer, is_added = encoder.layers[number], not encoder.is_pre_norm
    states, behind = by.get((number, "query")), by.get((number + 1, "query"))
    attended, inner = by[number, "attended"], by[number, "up"]
    query, key, value = (
        states.into(part) if states else part for part in (layer.query, layer.key, layer.value)
    )
    outer = attended.into(layer.attended)
    return replace(
        layer,
        query=query,
        key=key,
        # The weights of attention add up to one, so its result is folded as the values are.
        value=attended.out_of(value),
        attended=states.residual(outer) if states and is_added else outer,
        attention_norm=inner.normalized(layer.attention_norm),
        up=inner.into(layer.up),
        gate=inner.into(layer.gate) if layer.gate else None,
        down=inner.residual(layer.down) if is_added else layer.down,
        output_norm=behind.normalized(layer.output_norm) if behind else layer.output_norm,
    )
