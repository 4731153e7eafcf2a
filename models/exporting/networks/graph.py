"""A graph under construction, in the operators that ONNX Runtime is quick at.

Operators: https://onnx.ai/onnx/operators/ and, of the domain com.microsoft,
https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import (
    GraphProto,
    ModelProto,
    NodeProto,
    TensorProto,
    ValueInfoProto,
    helper,
    numpy_helper,
)

_APART_BYTES = 1_024
"""From so many on an array is kept apart: small ones are shapes, which ONNX Runtime looks into."""
_OPSET = 20
_IR_VERSION = 10
_MICROSOFT = "com.microsoft"

Attribute = int | float | Sequence[int] | TensorProto | GraphProto


class Graph:
    """Inputs, constants and nodes; methods that compute take and return names of values."""

    def __init__(self, apart: dict[str, NDArray[np.generic]] | None = None) -> None:
        """`apart` takes the large constants, of which the graph then has the names alone."""
        self._apart = apart
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}
        self._inputs: list[ValueInfoProto] = []
        self._named = 0

    def input(self, name: str, axes: Sequence[str], dtype: int = TensorProto.INT64) -> str:
        """Declare an input whose axes have these names."""
        self._inputs.append(helper.make_tensor_value_info(name, dtype, axes))
        return name

    def constant(self, values: NDArray[np.generic]) -> str:
        """Store an array."""
        name, values = self._new_name("constant"), np.ascontiguousarray(values)
        if self._apart is None or values.nbytes < _APART_BYTES:
            self._constants[name] = numpy_helper.from_array(values, name)
        else:
            self._apart[name] = values
            self._constants[name] = _placeholder(name, values)
        return name

    def number(self, value: float, dtype: type[np.generic] = np.float32) -> str:
        """Store a number, once however often it is asked for."""
        name = f"{dtype.__name__}_{value!r}"
        self._constants[name] = numpy_helper.from_array(np.array(value, dtype), name)
        return name

    def add(self, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """Append a node with one output."""
        return self._append(operator, "", inputs, attributes)

    def contrib(self, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """Append one of ONNX Runtime's own operators."""
        return self._append(operator, _MICROSOFT, inputs, attributes)

    def repeat(self, times: int, states: str, through: Callable[[str], str]) -> str:
        """Let float32 rows go through the same nodes so many times; their constants are held once.

        Nodes that are repeated may read what is outside.
        """
        names = [self._new_name(kind) for kind in ("round", "goes_on", "states", "goes_on_still")]
        counted, goes_on, given, goes_on_still = names
        result, nodes = self._inside(lambda: through(given))
        nodes.append(helper.make_node("Identity", [goes_on], [goes_on_still]))
        inputs = [
            helper.make_tensor_value_info(counted, TensorProto.INT64, []),
            helper.make_tensor_value_info(goes_on, TensorProto.BOOL, []),
            helper.make_tensor_value_info(given, TensorProto.FLOAT, None),
        ]
        outputs = [
            helper.make_tensor_value_info(goes_on_still, TensorProto.BOOL, []),
            helper.make_tensor_value_info(result, TensorProto.FLOAT, None),
        ]
        body = helper.make_graph(nodes, "round", inputs, outputs)
        return self.add("Loop", self.number(times, np.int64), "", states, body=body)

    def either(self, condition: str, if_so: Callable[[], str], if_not: Callable[[], str]) -> str:
        """Compute float32 in one of two ways, as a boolean of the input says."""
        branches = []
        for name, branch in (("if_so", if_so), ("if_not", if_not)):
            result, nodes = self._inside(branch)
            output = helper.make_tensor_value_info(result, TensorProto.FLOAT, None)
            branches.append(helper.make_graph(nodes, name, [], [output]))
        return self.add("If", condition, then_branch=branches[0], else_branch=branches[1])

    def _inside(self, body: Callable[[], str]) -> tuple[str, list[NodeProto]]:
        """Return the nodes that a body appends, and the name of its result."""
        outside, self._nodes = self._nodes, []
        result = body()
        inside, self._nodes = self._nodes, outside
        return result, inside

    def finish(self, result: str, output: str, axes: Sequence[str]) -> ModelProto:
        """Return the whole graph, whose one output is `result`."""
        self._nodes.append(helper.make_node("Identity", [result], [output]))
        outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, axes)]
        graph = helper.make_graph(self._nodes, "encoder", self._inputs, outputs)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
        model.graph.initializer.extend(self._constants.values())  # which make_model would copy
        return model

    def _append(
        self, operator: str, domain: str, inputs: Sequence[str], attributes: dict[str, Attribute]
    ) -> str:
        output = self._new_name(operator)
        node = helper.make_node(operator, inputs, [output], domain=domain)
        node.attribute.extend(
            helper.make_attribute(name, value) for name, value in attributes.items()
        )
        self._nodes.append(node)
        return output

    def _new_name(self, kind: str) -> str:
        self._named += 1
        return f"{kind}_{self._named}"


def _placeholder(name: str, values: NDArray[np.generic]) -> TensorProto:
    """Stand for an array that its reader is given beside the graph, by its name."""
    kind = helper.np_dtype_to_tensor_dtype(values.dtype)
    placeholder = TensorProto(name=name, data_type=kind, dims=values.shape)
    placeholder.data_location = TensorProto.EXTERNAL
    placeholder.external_data.add(key="location", value="beside the graph")
    return placeholder
