"""The estimated limit: the matrix products of a network alone, 256 rows at a time.

`measure_peaks` runs this module as a process of its own. It tries torch and ONNX Runtime, float32
and int8, a thread of its own for each core and all cores for one product; the best counts.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.serving.plan import Plan
from benchmarks.serving.results import Peak
from benchmarks.serving.runs.shares import shapes

ROWS = 256
_SECONDS = 0.3
_WINDOWS = 5
"""The best counts: other load on the machine is no limit of its own."""
_OPSET = 17
_IR_VERSION = 10

Numbers = NDArray[Any]
Product = Callable[[], object]
Maker = Callable[[int, int, int], Product]
"""Takes rows and columns of the weights, and how many threads one product may use."""


def measure_peaks(checkpoint: str, facts: Mapping[str, Any], number: int, plan: Plan) -> list[Peak]:
    """Measure in a fresh process."""
    asked = {"facts": dict(facts), "cores": len(plan.cores), "seconds": _SECONDS}
    if plan.is_quick:
        asked["seconds"] = 0.01
    command = [sys.executable, "-m", "benchmarks.serving.runs.peak", json.dumps(asked)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return [Peak(checkpoint, number, *each) for each in found]


def main() -> None:
    """Print what was found as a list of unit, how and 10^9 operations a second."""
    asked = json.loads(sys.argv[1])
    found = []
    for unit, library, maker in _makers():
        for workers, threads in ((asked["cores"], 1), (1, asked["cores"])):
            rate = _rate(maker, asked["facts"], workers, threads, asked["seconds"])
            found.append((unit, f"{library}, {workers} × {threads} threads", rate))
    print(json.dumps(found))


def _makers() -> Iterator[tuple[str, str, Maker]]:
    yield "fp32", "torch", _torch_product
    try:
        import onnx  # noqa: F401, PLC0415
        import onnxruntime  # noqa: F401, PLC0415
    except ImportError:
        return
    yield "fp32", "ONNX Runtime", _onnx_float
    yield "int8", "ONNX Runtime", _onnx_int8


def _rate(
    maker: Maker, facts: Mapping[str, Any], workers: int, threads: int, seconds: float
) -> float:
    """Return 10^9 operations a second over the products of one layer, in their proportion."""
    work, time = 0.0, 0.0
    for (rows, columns), count in shapes(facts).items():
        work += count * 2 * ROWS * rows * columns
        time += count * _seconds_each(partial(maker, rows, columns, threads), workers, seconds)
    return work / time / 1e9


def _seconds_each(make: Callable[[], Product], workers: int, seconds: float) -> float:
    rates = [0.0] * workers
    ready = threading.Barrier(workers)

    def repeat(worker: int) -> None:
        product = make()  # here, since how many threads torch may use is a fact of each thread
        product()
        ready.wait()
        rates[worker] = max(_rate_of(product, seconds / _WINDOWS) for _ in range(_WINDOWS))

    threads = [threading.Thread(target=repeat, args=(each,)) for each in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 1 / sum(rates)


def _rate_of(product: Product, seconds: float) -> float:
    """Return how many there are in a second."""
    started, done = perf_counter(), 0
    while (taken := perf_counter() - started) < seconds or not done:
        product()
        done += 1
    return done / taken


def _torch_product(rows: int, columns: int, threads: int) -> Product:
    import torch  # noqa: PLC0415

    torch.set_num_threads(threads)
    inputs, weights = torch.randn(ROWS, rows), torch.randn(columns, rows)

    def product() -> object:
        with torch.inference_mode():
            return torch.nn.functional.linear(inputs, weights)

    return product


def _onnx_float(rows: int, columns: int, threads: int) -> Product:
    chance = np.random.default_rng(0)
    weights = chance.standard_normal((rows, columns), np.float32)
    return _onnx_product(
        "MatMul", chance.standard_normal((ROWS, rows), np.float32), weights, threads
    )


def _onnx_int8(rows: int, columns: int, threads: int) -> Product:
    chance = np.random.default_rng(0)
    weights = chance.integers(-127, 127, (rows, columns), np.int8)
    inputs = chance.integers(0, 255, (ROWS, rows), np.uint8)
    return _onnx_product("MatMulInteger", inputs, weights, threads)


def _onnx_product(kind: str, inputs: Numbers, weights: Numbers, threads: int) -> Product:
    import onnx  # noqa: PLC0415
    import onnxruntime  # noqa: PLC0415
    from onnx import helper, numpy_helper  # noqa: PLC0415

    taken = helper.np_dtype_to_tensor_dtype(inputs.dtype)
    given = onnx.TensorProto.INT32 if inputs.dtype == np.uint8 else taken
    graph = helper.make_graph(
        [helper.make_node(kind, ["x", "w"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", taken, inputs.shape)],
        [helper.make_tensor_value_info("y", given, (ROWS, weights.shape[1]))],
        [numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return lambda: session.run(None, {"x": inputs})


if __name__ == "__main__":
    main()
