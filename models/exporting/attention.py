"""Attention as a graph: the only place where it matters which tokens are of one text."""

from collections.abc import Mapping

import numpy as np

from models.engines.onnx_inputs import PADDED, REAL, UNPADDED
from models.exporting.disentangled import ScoresByPlace
from models.exporting.encoder import Encoder, Layer, Part
from models.exporting.graph import Graph
from models.exporting.products import Products
from models.exporting.relative_positions import added_by_distance


class Attention:
    """Lets every token look at those of its text."""

    def __init__(self, graph: Graph, encoder: Encoder) -> None:
        """Write down what all layers have in common."""
        self._graph = graph
        self._heads = encoder.attention_heads
        self._scale = {} if encoder.scale is None else {"scale": encoder.scale}
        self._added = ""
        if encoder.distances is not None:
            self._added = added_by_distance(graph, encoder.distances)
        if encoder.places is not None:
            self._by_place = ScoresByPlace(graph, encoder.places)

    def mixed(self, by: Mapping[Part, Products], layer: Layer, states: str) -> str:
        """Return (tokens, hidden), each a mean of the values that it looked at."""
        graph = self._graph
        parts = (layer.query, layer.key, layer.value)
        products = (by["query"], by["key"], by["value"])
        rows = [each.product(states, part) for each, part in zip(products, parts, strict=True)]
        biases, added = "", self._added
        if layer.by_place:
            rows = [
                graph.add("Add", row, graph.constant(part.bias))
                for row, part in zip(rows, parts, strict=True)
            ]
            added = self._by_place.added(layer.by_place, rows[0], rows[1])
        else:
            biases = graph.constant(np.concatenate([part.bias for part in parts]))
        padded = [graph.add("Gather", row, PADDED) for row in rows]
        optional = (added,) if added else ()
        mixed = graph.contrib(
            "MultiHeadAttention",
            *padded,
            biases,
            REAL,
            *optional,
            num_heads=self._heads,
            **self._scale,
        )
        flat = graph.constant(np.array([-1, len(layer.attended.weights)]))
        return graph.add("Gather", graph.add("Reshape", mixed, flat), UNPADDED)
