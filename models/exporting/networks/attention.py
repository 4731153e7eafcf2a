"""Attention as a graph: the only place where it matters which tokens are of one text."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import starmap

import numpy as np

from models.engines.onnx_inputs import PADDED, POSITIONS
from models.exporting.networks.disentangled import ScoresByPlace
from models.exporting.networks.encoder import Encoder, Layer, Linear, Part, Rotation
from models.exporting.networks.graph import Graph
from models.exporting.networks.products import Products
from models.exporting.networks.relative_positions import added_by_distance, longest
from models.exporting.networks.views import View, windowed

_LONG = 1024
"""Tokens. The scores of all pairs of 8,192 tokens would take some gigabytes."""


class Attention:
    """Lets every token look at those of its text."""

    def __init__(self, graph: Graph, encoder: Encoder) -> None:
        """Write down what all layers have in common."""
        self._graph = graph
        self._heads = encoder.attention_heads
        self._scale = {} if encoder.scale is None else {"scale": encoder.scale}
        added, windows = "", {layer.window for layer in encoder.layers}
        if encoder.distances is not None:
            added = added_by_distance(graph, encoder.distances)
        if encoder.places is not None:
            self._by_place = ScoresByPlace(graph, encoder.places)
        self._views = {
            window: windowed(graph, window) if window else View(added=added) for window in windows
        }
        self._is_lone = _is_long_and_lone(graph) if any(windows) else ""
        self._turning = dict[int, tuple[str, ...]]()

    def mixed(self, by: Mapping[Part, Products], layer: Layer, states: str) -> str:
        """Return (tokens, hidden), each a mean of the values that it looked at."""
        graph, view = self._graph, self._views[layer.window]
        parts = (layer.query, layer.key, layer.value)
        products = (by["query"], by["key"], by["value"])
        rows = [each.product(states, part) for each, part in zip(products, parts, strict=True)]
        biases, added = "", view.added
        if layer.by_place or layer.rotation:  # which come behind the biases, and before the scores
            rows = list(starmap(self._biased, zip(rows, parts, strict=True)))
        else:
            biases = graph.constant(np.concatenate([part.bias for part in parts]))
        if layer.by_place:
            added = self._by_place.added(layer.by_place, rows[0], rows[1])
        if layer.rotation:
            rows[:2] = [self._turned(row, layer.rotation) for row in rows[:2]]
        mixed = self._attend(view, rows, biases, added)
        flat = graph.constant(np.array([-1, len(layer.attended.weights)]))
        return graph.add("Gather", graph.add("Reshape", mixed, flat), view.back)

    def _attend(self, view: View, rows: Sequence[str], biases: str, added: str) -> str:
        padded = [
            self._graph.add("Gather", row, where)
            for row, where in zip(rows, (view.queries, view.keys, view.keys), strict=True)
        ]
        score = partial(
            self._graph.contrib, "MultiHeadAttention", num_heads=self._heads, **self._scale
        )
        apart = partial(score, *padded, biases, view.real, *((added,) if added else ()))
        if added or not self._is_lone:
            return apart()
        # Without a mask the operator never holds the scores of all pairs of tokens.
        return self._graph.either(self._is_lone, partial(score, *padded, biases), apart)

    def _biased(self, row: str, part: Linear) -> str:
        return self._graph.add("Add", row, self._graph.constant(part.bias))

    def _turned(self, rows: str, rotation: Rotation) -> str:
        """Turn each token by its place; to the operator it is a text of its own."""
        graph, axis = self._graph, self._graph.constant(np.array([1]))
        known = self._turning.get(id(rotation))
        if known is None:
            places = graph.add("Unsqueeze", POSITIONS, axis)
            tables = map(graph.constant, (rotation.cosines, rotation.sines))
            known = self._turning[id(rotation)] = (places, *tables)
        turned = graph.contrib("RotaryEmbedding", graph.add("Unsqueeze", rows, axis), *known)
        return graph.add("Squeeze", turned, axis)


def _is_long_and_lone(graph: Graph) -> str:
    """Write whether the batch is one text that is too long for any other to be in a batch with it.

    Other texts keep to one way, for in whole numbers the last digit can make a step.
    """
    texts = graph.add("Squeeze", graph.add("Shape", PADDED, start=0, end=1))
    is_lone = graph.add("Equal", texts, graph.number(1, np.int64))
    is_long = graph.add("Greater", longest(graph), graph.constant(np.array([_LONG])))
    return graph.add("And", is_lone, graph.add("Squeeze", is_long))
