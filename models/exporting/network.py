"""Writes an encoder down as a graph whose matrix products see tokens only, never padding.

Tokens of all texts stand in one row after another. Only attention needs to know where a text ends:
for it alone they are gathered into (texts, longest), and its result back into one row.
"""

from collections.abc import Collection, Mapping

import numpy as np
from onnx import ModelProto, TensorProto

from models.engines.onnx_inputs import (
    IDS,
    LOGITS,
    PADDED,
    POSITIONS,
    REAL,
    TYPES,
    UNPADDED,
    WANTED,
)
from models.exporting.encoder import (
    PARTS,
    Embeddings,
    Encoder,
    Head,
    Layer,
    Norm,
    Part,
    Product,
    Unsupported,
)
from models.exporting.graph import Graph
from models.exporting.products import (
    ACTIVATIONS,
    LEAST_VALUES,
    ExactProducts,
    Int8Products,
    Products,
    activated,
    linear,
)


def write_network(encoder: Encoder, exact: Collection[Product]) -> ModelProto:
    """Write the graph.

    `exact` names the products in float32; the others are in whole numbers. The head's are always
    exact: they cost little.

    Raises:
        Unsupported: it activates by a function that is not written down.
    """
    head = encoder.head
    unknown = {encoder.activation, head.activation if head else ""} - {*ACTIVATIONS, ""}
    if unknown:
        raise Unsupported(f"it activates by {', '.join(sorted(unknown))}")
    graph = Graph()
    ids = graph.input(IDS, ["tokens"])
    graph.input(PADDED, ["texts", "longest"])
    graph.input(REAL, ["texts", "longest"], TensorProto.INT32)
    graph.input(UNPADDED, ["tokens"])
    wanted = graph.input(WANTED, ["wanted"])
    states = _embedded(graph, encoder.embeddings, ids)
    norm = None if encoder.embeddings.projection else encoder.embeddings.norm
    in_float32, in_int8 = ExactProducts(graph), Int8Products(graph)
    for number, layer in enumerate(encoder.layers):
        by: dict[Part, Products] = {
            part: in_float32 if (number, part) in exact else in_int8 for part in PARTS
        }
        mixed = _mixed(graph, by, layer, states, encoder.attention_heads)
        outer = linear(graph, by["attended"], mixed, layer.attended)
        outer = graph.add("Add", outer, _residual(graph, states, norm))
        norm = layer.attention_norm
        states = _normalized(graph, outer, norm)
        inner = activated(graph, by["up"], states, layer.up, encoder.activation)
        least = LEAST_VALUES.get(encoder.activation)
        outer = linear(graph, by["down"], inner, layer.down, least)
        outer = graph.add("Add", outer, _residual(graph, states, norm))
        norm = layer.output_norm
        states = _normalized(graph, outer, norm)
    states = graph.add("Gather", states, wanted)
    outputs = _logits(graph, head, states) if head else states
    return graph.finish(outputs, LOGITS, ["wanted", "outputs"])


def every_product(encoder: Encoder) -> frozenset[Product]:
    """Name them all; with these exact, a network is in float32."""
    return frozenset((number, part) for number in range(len(encoder.layers)) for part in PARTS)


def _embedded(graph: Graph, embeddings: Embeddings, ids: str) -> str:
    words = graph.add("Gather", graph.constant(embeddings.words), ids)
    positions = graph.input(POSITIONS, ["tokens"])
    where = graph.add("Gather", graph.constant(embeddings.positions), positions)
    states = graph.add("Add", words, where)
    if embeddings.types is not None:
        types = graph.input(TYPES, ["tokens"])
        which = graph.add("Gather", graph.constant(embeddings.types), types)
        states = graph.add("Add", states, which)
    states = _normalized(graph, states, embeddings.norm)
    if embeddings.projection is None:
        return states
    return linear(graph, ExactProducts(graph), states, embeddings.projection)


def _mixed(graph: Graph, by: Mapping[Part, Products], layer: Layer, states: str, heads: int) -> str:
    """Let every token look at those of its text."""
    parts = (layer.query, layer.key, layer.value)
    products = (by["query"], by["key"], by["value"])
    padded = [
        graph.add("Gather", each.product(states, part), PADDED)
        for each, part in zip(products, parts, strict=True)
    ]
    biases = graph.constant(np.concatenate([part.bias for part in parts]))
    mixed = graph.contrib("MultiHeadAttention", *padded, biases, REAL, num_heads=heads)
    flat = graph.constant(np.array([-1, len(layer.attended.weights)]))
    return graph.add("Gather", graph.add("Reshape", mixed, flat), UNPADDED)


def _logits(graph: Graph, head: Head, states: str) -> str:
    products = ExactProducts(graph)
    if head.dense:
        states = activated(graph, products, states, head.dense, head.activation)
    if head.norm:
        states = _normalized(graph, states, head.norm)
    return linear(graph, products, states, head.logits)


def _residual(graph: Graph, states: str, norm: Norm | None) -> str:
    """Return states as they are added to what was made of them."""
    if norm is None or norm.stretch is None:
        return states
    return graph.add("Mul", states, graph.constant(norm.stretch))


def _normalized(graph: Graph, states: str, norm: Norm) -> str:
    scale, shift = graph.constant(norm.scale), graph.constant(norm.shift)
    return graph.add("LayerNormalization", states, scale, shift, axis=-1, epsilon=norm.epsilon)
