"""Which tokens look at which: at all of their text, or at those within a window."""

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from models.engines.onnx_inputs import PADDED, REAL, UNPADDED
from models.exporting.networks.graph import Graph
from models.exporting.networks.relative_positions import longest

_NEVER = -1e9
"""Added to the score of two tokens that do not see each other."""


@dataclass(frozen=True, slots=True)
class View:
    """How tokens are laid out for attention: names of values."""

    queries: str = PADDED
    """(rows, queries): which token looks."""
    keys: str = PADDED
    """(rows, keys): at which."""
    real: str = REAL
    """(rows, keys): 0 where there is none."""
    back: str = UNPADDED
    """(tokens,): where each token stands among rows times queries."""
    added: str = ""
    """What is added to the scores, (1 or rows, 1 or heads, queries, keys), if anything is."""


def windowed(graph: Graph, window: int) -> View:
    """Let each token see as many before and behind it; what a long text costs grows with it.

    Texts are cut into blocks as long as the window, each of which looks at itself and at one window
    on both sides. Of texts that are no longer than one block, a block is the text.
    """
    return _Windows(graph, window).view()


class _Windows:
    """Blocks of texts, and what they look at; numbers are vectors of one."""

    def __init__(self, graph: Graph, window: int) -> None:
        self._graph = graph
        self._zero, self._one, self._all = (self._number(each) for each in (0, 1, -1))
        self._window = self._number(window)
        self._longest = longest(graph)
        self._size = graph.add("Min", self._longest, self._window)
        more = graph.add("Sub", graph.add("Add", self._longest, self._size), self._one)
        self._blocks = graph.add("Div", more, self._size)
        is_cut = graph.add("Greater", self._blocks, self._one)
        self._side = graph.add("Where", is_cut, self._window, self._zero)

    def view(self) -> View:
        graph = self._graph
        inside = self._range(self._size)
        width = graph.add("Add", self._size, graph.add("Add", self._side, self._side))
        around = graph.add("Sub", self._range(width), self._side)
        starts = graph.add("Mul", self._range(self._blocks), self._size)
        looking, seen = (self._places(starts, each) for each in (inside, around))
        return View(
            queries=self._of_texts(PADDED, looking, self._size),
            keys=self._of_texts(PADDED, seen, width),
            real=self._real(seen, width),
            back=self._back(),
            added=self._added(inside, around),
        )

    def _places(self, starts: str, steps: str) -> str:
        """Return the places in a text, block by block, (blocks times steps,)."""
        column = self._graph.add("Unsqueeze", starts, self._one)
        return self._graph.add("Reshape", self._graph.add("Add", column, steps), self._all)

    def _of_texts(self, values: str, places: str, width: str) -> str:
        """Return what stands at these places of each text, (texts times blocks, width)."""
        graph = self._graph
        last = graph.add("Sub", self._longest, self._one)
        within = graph.add("Min", graph.add("Max", places, self._zero), last)
        found = graph.add("Gather", values, within, axis=1)
        return graph.add("Reshape", found, graph.add("Concat", self._all, width, axis=0))

    def _real(self, seen: str, width: str) -> str:
        graph = self._graph
        is_after, is_before = (
            graph.add("GreaterOrEqual", seen, self._zero),
            graph.add("Less", seen, self._longest),
        )
        inside = graph.add("Cast", graph.add("And", is_after, is_before), to=TensorProto.INT32)
        width_of_all = graph.add("Concat", self._all, width, axis=0)
        by_block = graph.add("Reshape", inside, graph.add("Concat", self._blocks, width, axis=0))
        real = self._of_texts(REAL, seen, width)
        apart = graph.add(
            "Reshape", real, graph.add("Concat", self._all, self._blocks, width, axis=0)
        )
        return graph.add("Reshape", graph.add("Mul", apart, by_block), width_of_all)

    def _back(self) -> str:
        """Return where each token stands: behind a text there is room up to the block's end."""
        graph = self._graph
        text = graph.add("Div", UNPADDED, self._longest)
        room = graph.add("Sub", graph.add("Mul", self._blocks, self._size), self._longest)
        return graph.add("Add", UNPADDED, graph.add("Mul", text, room))

    def _added(self, inside: str, around: str) -> str:
        graph = self._graph
        away = graph.add("Sub", graph.add("Unsqueeze", inside, self._one), around)
        is_far = graph.add("Greater", graph.add("Abs", away), self._window)
        added = graph.add("Where", is_far, graph.number(_NEVER), graph.number(0.0))
        return graph.add("Unsqueeze", added, graph.constant(np.array([0, 1])))

    def _range(self, end: str) -> str:
        first, step = (self._graph.number(each, np.int64) for each in (0, 1))
        return self._graph.add("Range", first, self._graph.add("Squeeze", end), step)

    def _number(self, value: int) -> str:
        return self._graph.constant(np.array([value]))
