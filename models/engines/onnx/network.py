"""Writes an encoder down as a graph whose matrix products see tokens only, never padding.

Tokens of all texts stand in one row after another. Only attention needs to know where a text ends:
for it alone they are gathered into (texts, longest), and its result back into one row.
"""

from enum import Enum, auto

import numpy as np
from onnx import ModelProto, TensorProto

from models.engines.onnx.encoder import Embeddings, Encoder, Head, Layer, Norm, Unsupported
from models.engines.onnx.graph import Graph
from models.engines.onnx.inputs import (
    IDS,
    LOGITS,
    PADDED,
    POSITIONS,
    REAL,
    TYPES,
    UNPADDED,
    WANTED,
)
from models.engines.onnx.products import ACTIVATIONS, LEAST_VALUES, ExactProducts, Int8Products


class Precision(Enum):
    """Which matrix products run in whole numbers; the head's never do: it costs little."""

    INT8 = auto()
    INT8_BUT_QUESTIONS = auto()
    """Not those of queries, keys and values, a quarter of all: they err most."""
    FP32 = auto()


def write_network(encoder: Encoder, precision: Precision) -> ModelProto:
    """Write the graph.

    Raises:
        Unsupported: it activates by a function that is not written down.
    """
    unknown = {encoder.activation, encoder.head.activation} - ACTIVATIONS
    if unknown:
        raise Unsupported(f"it activates by {', '.join(sorted(unknown))}")
    graph = Graph()
    ids = graph.input(IDS, ["tokens"])
    graph.input(PADDED, ["texts", "longest"])
    graph.input(REAL, ["texts", "longest"], TensorProto.INT32)
    graph.input(UNPADDED, ["tokens"])
    wanted = graph.input(WANTED, ["wanted"])
    states = _embedded(graph, encoder.embeddings, ids)
    exact = ExactProducts(graph)
    products = exact if precision is Precision.FP32 else Int8Products(graph, ids)
    asking = products if precision is Precision.INT8 else exact
    for layer in encoder.layers:
        mixed = _mixed(graph, asking, layer, states, encoder.attention_heads)
        outer = products.linear(mixed, layer.attended)
        states = _normalized(graph, graph.add("Add", outer, states), layer.attention_norm)
        inner = products.activated(states, layer.up, encoder.activation)
        outer = products.linear(inner, layer.down, LEAST_VALUES.get(encoder.activation))
        states = _normalized(graph, graph.add("Add", outer, states), layer.output_norm)
    logits = _logits(graph, encoder.head, graph.add("Gather", states, wanted))
    return graph.finish(logits, LOGITS, ["wanted", "outputs"])


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
    return ExactProducts(graph).linear(states, embeddings.projection)


def _mixed(graph: Graph, products: ExactProducts, layer: Layer, states: str, heads: int) -> str:
    """Let every token look at those of its text."""
    parts = (layer.query, layer.key, layer.value)
    padded = [graph.add("Gather", products.product(states, part), PADDED) for part in parts]
    biases = graph.constant(np.concatenate([part.bias for part in parts]))
    mixed = graph.contrib("MultiHeadAttention", *padded, biases, REAL, num_heads=heads)
    flat = graph.constant(np.array([-1, len(layer.attended.weights)]))
    return graph.add("Gather", graph.add("Reshape", mixed, flat), UNPADDED)


def _logits(graph: Graph, head: Head, states: str) -> str:
    products = ExactProducts(graph)
    states = products.activated(states, head.dense, head.activation)
    if head.norm:
        states = _normalized(graph, states, head.norm)
    return products.linear(states, head.logits)


def _normalized(graph: Graph, states: str, norm: Norm) -> str:
    scale, shift = graph.constant(norm.scale), graph.constant(norm.shift)
    return graph.add("LayerNormalization", states, scale, shift, axis=-1, epsilon=norm.epsilon)
