"""How far apart two tokens stand, in the steps that a network has learned."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from models.engines.onnx_inputs import PADDED
from models.exporting.networks.encoder import Encoder, Floats, Places
from models.exporting.networks.graph import Graph
from models.exporting.networks.names import Config

_BUCKETS = 32
_FARTHEST = 128
"""Of T5 and MPNet: whatever is as far apart has the last bucket of its side."""


def bucketed(away: Places) -> Places:
    """Tell the bucket of each distance, key less query: exact ones nearby, farther ones coarse.

    In float32 throughout, since torch cuts off what it computes so.
    Source: `MPNetEncoder.relative_position_bucket` of transformers.
    """
    side = _BUCKETS // 2
    exact = side // 2
    far = np.maximum(np.abs(away), 1).astype(np.float32)
    share = np.log(far / np.float32(exact)) / np.float32(math.log(_FARTHEST / exact))
    coarse = exact + (share * np.float32(side - exact)).astype(np.int64)
    bucket = np.where(np.abs(away) < exact, np.abs(away), np.minimum(coarse, side - 1))
    return np.where(away > 0, side, 0) + bucket


def in_log_buckets(away: Places, buckets: int, farthest: int) -> Places:
    """Tell the signed bucket of each distance: exact up to half of them, coarser from there on.

    In float32 as well. Source: `make_log_bucket_position` of transformers' DeBERTa.
    """
    half = np.float32(buckets // 2)
    far = np.maximum(np.abs(away), half).astype(np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):  # where none is farther than half of them
        share = np.log(far / half) / np.log(np.float32((farthest - 1) / half))
        coarse = np.ceil(share * (half - 1)).astype(np.int64) + buckets // 2
    return np.where(np.abs(away) <= half, away, np.sign(away) * coarse)


def with_distances(encoder: Encoder, body: Mapping[str, Floats], _: Config) -> Encoder:
    """Add what MPNet's attention has by distance, as far apart as two positions can be."""
    positions = encoder.embeddings.positions
    assert positions is not None
    away = np.arange(1 - len(positions), len(positions))
    by_bucket = body["encoder.relative_attention_bias.weight"]
    return replace(encoder, distances=np.ascontiguousarray(by_bucket[bucketed(away)].T))


def longest(graph: Graph) -> str:
    """Write how many tokens the longest text has, as a vector of one."""
    return graph.add("Shape", PADDED, start=1, end=2)


def distances(graph: Graph, most: int) -> str:
    """Write (longest, longest): the key's place less the query's, counted from `most` before it."""
    first, step = graph.number(0, np.int64), graph.number(1, np.int64)
    end = graph.add("Squeeze", longest(graph))
    places = graph.add("Range", first, end, step)
    of_keys = graph.add("Add", places, graph.number(most, np.int64))
    column = graph.add("Unsqueeze", places, graph.constant(np.array([1])))
    return graph.add("Sub", of_keys, column)


def added_by_distance(graph: Graph, by_distance: Floats) -> str:
    """Write (1, heads, longest, longest): what the score of each two tokens is raised by."""
    away = distances(graph, by_distance.shape[1] // 2)
    added = graph.add("Gather", graph.constant(by_distance), away, axis=1)
    return graph.add("Unsqueeze", added, graph.constant(np.array([0])))
