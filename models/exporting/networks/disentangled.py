"""Scores by place as a graph: each token with the places around it, DeBERTa's way."""

import numpy as np

from models.engines.onnx_inputs import PADDED
from models.exporting.networks.encoder import ByPlace, Floats, Places
from models.exporting.networks.graph import Graph
from models.exporting.networks.relative_positions import distances


class ScoresByPlace:
    """What the score of each two tokens is raised by, laid out once for all layers.

    Only the places that some two tokens of the batch have to each other are looked at: of short
    texts these are few.
    """

    def __init__(self, graph: Graph, places: Places) -> None:
        self._graph = graph
        first, second = graph.constant(np.array([1])), graph.constant(np.array([2]))
        away = distances(graph, len(places) // 2)
        of_two = graph.add("Gather", graph.constant(places), away)
        everything = graph.constant(np.array([-1]))
        flat = graph.add("Reshape", of_two, everything)
        self._start = graph.add("ReduceMin", flat, keepdims=1)
        last = graph.add("ReduceMax", flat, keepdims=1)
        self._end = graph.add("Add", last, graph.number(1, np.int64))
        count = graph.add("Sub", self._end, self._start)
        column = graph.add("Sub", of_two, self._start)
        row = graph.add("Mul", PADDED, count)
        # Where to find it among tokens times places: the query's and the key's, for each two.
        self._of_queries = graph.add("Add", graph.add("Unsqueeze", row, second), column)
        self._of_keys = graph.add("Add", graph.add("Unsqueeze", row, first), column)

    def added(self, by_place: ByPlace, queries: str, keys: str) -> str:
        """Return (texts, heads, longest, longest), of (tokens, hidden) queries and keys."""
        graph = self._graph
        found = []
        if by_place.keys is not None:
            found.append(self._found(queries, by_place.keys, self._of_queries))
        if by_place.queries is not None:
            found.append(self._found(keys, by_place.queries, self._of_keys))
        both = graph.add("Add", *found) if len(found) > 1 else found[0]
        return graph.add("Transpose", both, perm=[1, 0, 2, 3])

    def _found(self, rows: str, table: Floats, where: str) -> str:
        graph, (heads, size, _) = self._graph, table.shape
        apart = graph.add("Reshape", rows, graph.constant(np.array([-1, heads, size])))
        apart = graph.add("Transpose", apart, perm=[1, 0, 2])
        axis = graph.constant(np.array([2]))
        used = graph.add("Slice", graph.constant(table), self._start, self._end, axis)
        scores = graph.add("MatMul", apart, used)
        flat = graph.add("Reshape", scores, graph.constant(np.array([heads, -1])))
        return graph.add("Gather", flat, where, axis=1)
