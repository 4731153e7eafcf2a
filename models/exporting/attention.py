"""Attention as a graph: the only place where it matters which tokens are of one text."""

from collections.abc import Mapping

import numpy as np

from models.engines.onnx_inputs import PADDED, REAL, UNPADDED
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
        self._added = (
            "" if encoder.distances is None else added_by_distance(graph, encoder.distances)
        )

    def mixed(self, by: Mapping[Part, Products], layer: Layer, states: str) -> str:
        """Return (tokens, hidden), each a mean of the values that it looked at."""
        graph = self._graph
        parts = (layer.query, layer.key, layer.value)
        products = (by["query"], by["key"], by["value"])
        padded = [
            graph.add("Gather", each.product(states, part), PADDED)
            for each, part in zip(products, parts, strict=True)
        ]
        biases = graph.constant(np.concatenate([part.bias for part in parts]))
        optional = (self._added,) if self._added else ()
        mixed = graph.contrib(
            "MultiHeadAttention", *padded, biases, REAL, *optional, num_heads=self._heads
        )
        flat = graph.constant(np.array([-1, len(layer.attended.weights)]))
        return graph.add("Gather", graph.add("Reshape", mixed, flat), UNPADDED)
