"""The matrix products of a network, exact or in whole numbers."""

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto, helper

from models.engines.onnx.encoder import Linear
from models.engines.onnx.graph import Graph

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
_LEAST_STEP = 1e-8
"""So that a row of zeros is not divided by zero."""


class ExactProducts:
    """Products in float32."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def product(self, rows: str, linear: Linear, least: float | None = None) -> str:
        """Multiply (rows, inputs) by the weights; no value of `rows` falls below `least`."""
        return self._graph.add("MatMul", rows, self._graph.constant(linear.weights))

    def linear(self, rows: str, linear: Linear, least: float | None = None) -> str:
        """Multiply and add the bias."""
        bias = self._graph.constant(linear.bias)
        return self._graph.add("Add", self.product(rows, linear, least), bias)

    def activated(self, rows: str, linear: Linear, activation: str) -> str:
        """Multiply, add the bias and activate."""
        if activation in _GELUS:
            bias = self._graph.constant(linear.bias)
            return self._graph.contrib(_GELUS[activation], self.product(rows, linear), bias)
        return self._graph.add(_OTHERS[activation], self.linear(rows, linear))


@dataclass(frozen=True, slots=True)
class _Quantized:
    """Rows in uint8: names of (rows, inputs) and of the (rows, 1) sizes of a step."""

    steps: str
    sizes: str
    zero: int


class Int8Products(ExactProducts):
    """Products in whole numbers: weights in 8 bits for each output, rows in 8 bits for each *row*.

    So an answer does not depend on who else is in the batch. Scaling each tensor as a whole, as is
    usual, lets it (FACTS: 28 of 200 labels change).
    """

    def __init__(self, graph: Graph, like: str) -> None:
        """Rows are as many as `like` has along its first axis."""
        super().__init__(graph)
        self._row_count = graph.add("Shape", like, end=1)
        self._quantized: dict[str, _Quantized] = {}
        self._zeros: dict[int, str] = {}

    def product(self, rows: str, linear: Linear, least: float | None = None) -> str:
        """Multiply; see `ExactProducts.product`."""
        quantized = self._quantized.get(rows) or self._quantize(rows, least)
        sizes = np.maximum(np.abs(linear.weights).max(axis=0), _LEAST_STEP) / _LARGEST_WEIGHT
        weights = np.round(linear.weights / sizes).astype(np.int8)
        # The sizes of the rows come after: the operator takes only one for the whole tensor.
        sums = self._graph.contrib(
            "MatMulIntegerToFloat",
            quantized.steps,
            self._graph.constant(weights),
            self._graph.number(1.0),
            self._graph.constant(sizes.astype(np.float32)),
            self._graph.number(quantized.zero, np.uint8),
        )
        return self._graph.add("Mul", sums, quantized.sizes)

    def _quantize(self, rows: str, least: float | None) -> _Quantized:
        graph = self._graph
        zero = _CENTRE if least is None else _NEAR_BOTTOM
        axis = graph.constant(np.array([1]))
        largest = graph.add("ReduceMax", graph.add("Abs", rows) if least is None else rows, axis)
        sizes = graph.add("Mul", largest, graph.number(1 / (_STEPS - zero)))
        least_size = max(_LEAST_STEP, -(least or 0.0) / zero)
        sizes = graph.add("Max", sizes, graph.number(least_size))
        each = graph.add("Squeeze", sizes, axis)
        steps = graph.add("QuantizeLinear", rows, each, self._zero_points(zero), axis=0)
        self._quantized[rows] = _Quantized(steps, sizes, zero)
        return self._quantized[rows]

    def _zero_points(self, zero: int) -> str:
        """One for each row: the operator wants as many as there are sizes."""
        if zero not in self._zeros:
            value = helper.make_tensor("zero", TensorProto.UINT8, [1], [zero])
            self._zeros[zero] = self._graph.add("ConstantOfShape", self._row_count, value=value)
        return self._zeros[zero]
