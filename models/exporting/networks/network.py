"""Writes an encoder down as a graph whose matrix products see tokens only, never padding.

Tokens of all texts stand in one row after another. Only attention needs to know where a text ends:
for it alone they are gathered into (texts, longest), and its result back into one row.
"""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto

from models.engines.onnx_inputs import IDS, LOGITS, PADDED, POSITIONS, REAL, TYPES, UNPADDED, WANTED
from models.exporting.networks.attention import Attention
from models.exporting.networks.encoder import (
    Embeddings,
    Encoder,
    Head,
    Layer,
    Norm,
    Part,
    Product,
    Unsupported,
)
from models.exporting.networks.graph import Graph
from models.exporting.networks.products import (
    ACTIVATIONS,
    ExactProducts,
    Int8Products,
    Products,
    activated,
    least_inside,
    linear,
)
from models.reasons import Reason


def write_network(
    encoder: Encoder,
    exact: Collection[Product],
    apart: dict[str, NDArray[np.generic]] | None = None,
) -> ModelProto:
    """Write the graph.

    `exact` names the products in float32; the others are in whole numbers. The head's are always
    exact: they cost little. `apart` takes the weights, of which the graph then has the names alone.

    Raises:
        Unsupported: it activates by a function that is not written down.
    """
    head = encoder.head
    unknown = {encoder.activation, head.activation if head else ""} - {*ACTIVATIONS, ""}
    if unknown:
        raise Unsupported(Reason.ENGINE_PART.of(", ".join(sorted(unknown))))
    graph = Graph(apart)
    ids = graph.input(IDS, ["tokens"])
    graph.input(PADDED, ["texts", "longest"])
    graph.input(REAL, ["texts", "longest"], TensorProto.INT32)
    graph.input(UNPADDED, ["tokens"])
    wanted = graph.input(WANTED, ["wanted"])
    if encoder.counts_positions:
        graph.input(POSITIONS, ["tokens"])
    states = _embedded(graph, encoder.embeddings, ids)
    layers = _Layers(graph, encoder, exact)
    if encoder.rounds == 1:
        states = layers.gone_through(states)
    else:
        states = graph.repeat(encoder.rounds, states, layers.gone_through)
    if head and head.is_of_mean:
        states = _means(graph, states)
    else:
        states = graph.add("Gather", states, wanted)
    outputs = _logits(graph, head, states) if head else states
    return graph.finish(outputs, LOGITS, ["wanted", "outputs"])


class _Layers:
    """All layers of a network, one after the other."""

    def __init__(self, graph: Graph, encoder: Encoder, exact: Collection[Product]) -> None:
        self._graph = graph
        self._encoder = encoder
        self._exact = exact
        self._float32, self._int8 = ExactProducts(graph), Int8Products(graph)
        self._attention = Attention(graph, encoder)

    def gone_through(self, states: str) -> str:
        """Return the states behind the last layer."""
        graph, embeddings = self._graph, self._encoder.embeddings
        norm = None if embeddings.projection else embeddings.norm
        total = states
        for number, layer in enumerate(self._encoder.layers):
            by = self._products(number, layer)
            mixed = self._attention.mixed(by, layer, states)
            outer = linear(graph, by["attended"], mixed, layer.attended)
            total = graph.add("Add", outer, self._residual(total, states, norm))
            norm = layer.attention_norm
            states = _normalized(graph, total, norm)
            outer = self._fed_forward(by, layer, states)
            total = graph.add("Add", outer, self._residual(total, states, norm))
            norm = layer.output_norm
            states = _normalized(graph, total, norm)
        return states

    def _fed_forward(self, by: Mapping[Part, Products], layer: Layer, states: str) -> str:
        graph, activation = self._graph, self._encoder.activation
        inner = activated(graph, by["up"], states, layer.up, activation)
        if layer.gate:
            inner = graph.add("Mul", inner, linear(graph, by["gate"], states, layer.gate))
        least = least_inside(layer, activation)
        return linear(graph, by["down"], inner, layer.down, least)

    def _residual(self, total: str, states: str, norm: Norm | None) -> str:
        """Return to what the next result is added."""
        if self._encoder.is_pre_norm:
            return total
        if norm is None or norm.stretch is None:
            return states
        return self._graph.add("Mul", states, self._graph.constant(norm.stretch))

    def _products(self, number: int, layer: Layer) -> dict[Part, Products]:
        return {
            part: self._float32 if (number, part) in self._exact else self._int8
            for part in layer.products
        }


def every_product(encoder: Encoder) -> frozenset[Product]:
    """Name them all; with these exact, a network is in float32."""
    return frozenset(
        (number, part) for number, layer in enumerate(encoder.layers) for part in layer.products
    )


def _embedded(graph: Graph, embeddings: Embeddings, ids: str) -> str:
    states = graph.add("Gather", graph.constant(embeddings.words), ids)
    if embeddings.positions is not None:
        where = graph.add("Gather", graph.constant(embeddings.positions), POSITIONS)
        states = graph.add("Add", states, where)
    if embeddings.types is not None:
        types = graph.input(TYPES, ["tokens"])
        which = graph.add("Gather", graph.constant(embeddings.types), types)
        states = graph.add("Add", states, which)
    states = _normalized(graph, states, embeddings.norm)
    if embeddings.projection is None:
        return states
    return linear(graph, ExactProducts(graph), states, embeddings.projection)


def _means(graph: Graph, states: str) -> str:
    """Return the mean of each text's states, (texts, hidden)."""
    one, last = graph.constant(np.array([1])), graph.constant(np.array([2]))
    real = graph.add("Unsqueeze", graph.add("Cast", REAL, to=TensorProto.FLOAT), last)
    seen = graph.add("Mul", graph.add("Gather", states, PADDED), real)
    total, count = (graph.add("ReduceSum", each, one, keepdims=0) for each in (seen, real))
    return graph.add("Div", total, count)


def _logits(graph: Graph, head: Head, states: str) -> str:
    products = ExactProducts(graph)
    if head.dense:
        states = activated(graph, products, states, head.dense, head.activation)
    if head.norm:
        states = _normalized(graph, states, head.norm)
    return linear(graph, products, states, head.logits)


def _normalized(graph: Graph, states: str, norm: Norm) -> str:
    scale, shift = graph.constant(norm.scale), graph.constant(norm.shift)
    return graph.add("LayerNormalization", states, scale, shift, axis=-1, epsilon=norm.epsilon)
