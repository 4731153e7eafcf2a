"""The matrix products of a network, exact or in whole numbers."""

from dataclasses import dataclass
from functools import partial, reduce
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.exporting.networks.encoder import Floats, Layer, Linear
from models.exporting.networks.graph import Graph

_GELUS = {"gelu": "BiasGelu", "gelu_new": "FastGelu", "gelu_pytorch_tanh": "FastGelu"}
_OTHERS = {"relu": "Relu", "tanh": "Tanh"}
LEAST_VALUES = {"relu": 0.0} | dict.fromkeys(_GELUS, -0.17005)
"""What an activation never falls below (GELU has its minimum of -0.16997 at -0.7518)."""
ACTIVATIONS = frozenset({*_GELUS, *_OTHERS})

_STEPS = 255
_CENTRE = 128
_NEAR_BOTTOM = 32
"""The zero point of values that hardly fall below zero: more steps are left for those above."""
_LARGEST_WEIGHT = 127
_LARGEST_PAIR = 32_767 // _STEPS - 1
"""Of two weights that follow each other in a column, less one for their rounding."""
_LEAST_STEP = 1e-8
"""So that a row of zeros is not divided by zero."""
_GROUPS = 4
"""How many parts of an activated row have a step of their own: few of its values are large."""
_LEAST_GROUP = 64

Steps = NDArray[np.int8]


def least_inside(layer: Layer, activation: str) -> float | None:
    """Return what no value between the two products of a feed-forward part falls below."""
    return None if layer.gate else LEAST_VALUES.get(activation)


def in_steps(weights: Floats) -> tuple[Steps, Floats]:
    """Round weights of (inputs, outputs) to whole steps; return them with each column's step.

    Without VNNI a processor adds the products of two neighbouring inputs in 16 bits, and cuts off
    what is larger (VPMADDUBSW). So no two neighbours of a column are let grow that large together:
    every processor computes the same, and the steps of a typical column get a quarter coarser.

    Source: https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, whose
    remedy are weights of 7 bits, with steps twice as coarse.
    """
    pairs = np.abs(weights[: len(weights) // 2 * 2].reshape(-1, 2, weights.shape[1]).sum(axis=1))
    largest = np.abs(weights).max(axis=0) / _LARGEST_WEIGHT
    largest_pair = pairs.max(axis=0, initial=0) / _LARGEST_PAIR
    sizes = np.maximum(np.maximum(largest, largest_pair), _LEAST_STEP).astype(np.float32)
    return np.round(weights / sizes).astype(np.int8), sizes


def zero_point(least: float | None) -> int:
    """Return the step that stands for 0 in rows whose values never fall below `least`."""
    return _CENTRE if least is None else _NEAR_BOTTOM


def least_size(least: float | None) -> float:
    """Return the smallest step of such a row."""
    return max(_LEAST_STEP, -(least or 0.0) / zero_point(least))


def group_count(inputs: int, least: float | None) -> int:
    """Return in how many parts a row is rounded."""
    can_be_cut = inputs % (2 * _GROUPS) == 0 and inputs >= _GROUPS * _LEAST_GROUP
    return _GROUPS if least is not None and can_be_cut else 1


def rows_in_steps(rows: Floats, least: float | None) -> Floats:
    """Round (rows, inputs) as a network of `Int8Products` does; return what its steps stand for."""
    zero = zero_point(least)
    reach = (np.abs(rows) if least is None else rows).max(axis=1, keepdims=True)
    sizes = np.maximum(reach / (_STEPS - zero), least_size(least))
    steps = np.clip(np.round(rows / sizes) + zero, 0, _STEPS)
    result: Floats = (steps - zero) * sizes
    return result


class Products(Protocol):
    """The ways to multiply: exactly, or in whole numbers."""

    def product(self, rows: str, linear: Linear, least: float | None = None) -> str:
        """Multiply (rows, inputs) by the weights; no value of `rows` falls below `least`."""
        ...


class ExactProducts:
    """Products in float32."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def product(self, rows: str, linear: Linear, least: float | None = None) -> str:
        """Multiply; see `Products.product`."""
        return self._graph.add("MatMul", rows, self._graph.constant(linear.weights))


@dataclass(frozen=True, slots=True)
class _Rounded:
    """Rows in uint8: names of (rows, inputs) and of the (rows, groups) sizes of a step."""

    steps: str
    sizes: str


class Int8Products:
    """Products in whole numbers: weights in 8 bits for each output, rows in 8 bits for each *row*.

    So an answer does not depend on who else is in the batch. Scaling each tensor as a whole, as is
    usual, lets it (measured: 28 of 200 labels change).
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._rounded: dict[str, _Rounded] = {}

    def product(self, rows: str, linear: Linear, least: float | None = None) -> str:
        """Multiply; see `Products.product`."""
        groups = group_count(len(linear.weights), least)
        rounded = self._rounded.get(rows) or self._round(rows, len(linear.weights), groups, least)
        sums = [
            self._sum(rounded, weights, group, groups, least)
            for group, weights in enumerate(np.split(linear.weights, groups))
        ]
        return reduce(partial(self._graph.add, "Add"), sums)

    def _sum(
        self, rounded: _Rounded, weights: Floats, group: int, groups: int, least: float | None
    ) -> str:
        graph = self._graph
        columns = (group * len(weights), (group + 1) * len(weights))
        steps = self._columns(rounded.steps, *columns) if groups > 1 else rounded.steps
        sizes = self._columns(rounded.sizes, group, group + 1) if groups > 1 else rounded.sizes
        whole, column_sizes = in_steps(weights)
        # The sizes of the rows come after: the operator takes only one for the whole tensor.
        sums = graph.contrib(
            "MatMulIntegerToFloat",
            steps,
            graph.constant(whole),
            graph.number(1.0),
            graph.constant(column_sizes),
            graph.number(zero_point(least), np.uint8),
        )
        return graph.add("Mul", sums, sizes)

    def _round(self, rows: str, inputs: int, groups: int, least: float | None) -> _Rounded:
        graph = self._graph
        zero = zero_point(least)
        axis = graph.constant(np.array([1]))
        each_group = self._reshaped(rows, inputs // groups) if groups > 1 else rows
        reach = graph.add("Abs", each_group) if least is None else each_group
        sizes = graph.add(
            "Mul", graph.add("ReduceMax", reach, axis), graph.number(1 / (_STEPS - zero))
        )
        sizes = graph.add("Max", sizes, graph.number(least_size(least)))
        each = graph.add("Squeeze", sizes, axis)
        # The operator wants as many zero points as there are sizes.
        value = helper.make_tensor("zero", TensorProto.UINT8, [1], [zero])
        zeros = graph.add("ConstantOfShape", graph.add("Shape", each), value=value)
        steps = graph.add("QuantizeLinear", each_group, each, zeros, axis=0)
        if groups > 1:
            steps, sizes = self._reshaped(steps, inputs), self._reshaped(sizes, groups)
        self._rounded[rows] = _Rounded(steps, sizes)
        return self._rounded[rows]

    def _reshaped(self, values: str, columns: int) -> str:
        return self._graph.add("Reshape", values, self._graph.constant(np.array([-1, columns])))

    def _columns(self, values: str, start: int, end: int) -> str:
        graph = self._graph
        bounds = [graph.constant(np.array([each])) for each in (start, end, 1)]
        return graph.add("Slice", values, *bounds)


def linear(
    graph: Graph, products: Products, rows: str, of: Linear, least: float | None = None
) -> str:
    """Multiply and add the bias."""
    return graph.add("Add", products.product(rows, of, least), graph.constant(of.bias))


def activated(graph: Graph, products: Products, rows: str, of: Linear, activation: str) -> str:
    """Multiply, add the bias and activate."""
    if activation in _GELUS:
        product = products.product(rows, of)
        return graph.contrib(_GELUS[activation], product, graph.constant(of.bias))
    return graph.add(_OTHERS[activation], linear(graph, products, rows, of))
