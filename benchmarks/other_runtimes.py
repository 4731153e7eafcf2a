"""What OpenVINO makes of the same weights, beside torch and our networks, on one core.

    python -m benchmarks.other_runtimes [SIZE ...]

It needs `openvino` and, for whole numbers, `nncf`, which Tokki itself does not: both weights per
channel and activations by themselves, as ours. Weights are random. OpenVINO is given padded
batches with their mask, of texts of like length, as our lanes would cut them for it.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import torch
import transformers
from numpy.typing import NDArray

from benchmarks.families import FACTS, SIZES, asked, compared
from models.engines.onnx_engine import OnnxEngine
from models.engines.padding import Row
from models.engines.torch_engine import TorchEngine
from models.exporting.networks.families import read_encoder, tensors_of
from models.exporting.networks.network import every_product, write_network
from models.machine import processor
from models.tasks.classification import CLASSIFICATION

_BODIES: Mapping[str, Mapping[str, Any]] = {
    "minilm": {
        "hidden_size": 384,
        "num_hidden_layers": 6,
        "num_attention_heads": 12,
        "intermediate_size": 1536,
    },
    "bert-base": {},
}
_TRACED_ON = 2
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class _OpenVino:
    """A compiled network that is asked as our engines are."""

    def __init__(self, network: Any, properties: Mapping[str, object]) -> None:  # noqa: ANN401
        import openvino  # noqa: PLC0415  (only where it is measured)

        one_thread = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
        compiled = openvino.Core().compile_model(network, "CPU", {**one_thread, **properties})
        self._request = compiled.create_infer_request()

    def logits(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """Return one row of logits a text."""
        lengths = np.array([len(row.ids) for row in rows])
        mask = (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64)
        ids = np.zeros_like(mask)
        for place, row in enumerate(rows):
            ids[place, : lengths[place]] = row.ids
        given = dict(zip(_INPUTS, (ids, mask, np.zeros_like(ids)), strict=True))
        found: NDArray[np.float32] = self._request.infer(given)[0]
        return found


def main(sizes: Sequence[str]) -> None:
    """Measure, and print a table."""
    torch.set_num_threads(1)
    print(f"{processor()}, one core; times as quick as torch by the time of the processor")
    print("| size | asked | torch ms | ours | ours, int8 | OpenVINO | OpenVINO, int8 |")
    print("|---|---|---|---|---|---|---|")
    for size in sizes or _BODIES:
        with TemporaryDirectory() as work:
            engines = _engines(_BODIES[size], Path(work))
            for name, batches in asked().items():
                print(compared(size, name, engines, batches), flush=True)


def _engines(body: Mapping[str, Any], work: Path) -> list[Any]:
    torch.manual_seed(0)
    config = transformers.BertConfig(**SIZES | dict(body))
    model = transformers.AutoModelForSequenceClassification.from_config(config).eval()
    assert CLASSIFICATION.export
    encoder = read_encoder(tensors_of(model), config, CLASSIFICATION.export.heads)
    engines: list[Any] = [TorchEngine(model, FACTS, is_background=True)]
    for name, exact in (("float32", every_product(encoder)), ("int8", frozenset())):
        onnx.save(write_network(encoder, exact), work / name)
        engines.append(OnnxEngine(work / name, 1, encoder.padding_position))
    return [*engines, *_of_openvino(model)]


def _of_openvino(model: "transformers.PreTrainedModel") -> list[_OpenVino]:
    import nncf  # noqa: PLC0415
    import openvino  # noqa: PLC0415

    nncf.set_log_level(logging.WARNING)  # it logs to where the tables go
    example = {name: torch.ones(_TRACED_ON, _TRACED_ON, dtype=torch.int64) for name in _INPUTS}
    network = openvino.convert_model(model, example_input=example)
    exact = _OpenVino(network, {"INFERENCE_PRECISION_HINT": "f32"})
    with redirect_stdout(sys.stderr):  # it tells how far it is
        compressed = nncf.compress_weights(network, mode=nncf.CompressWeightsMode.INT8_SYM)
    whole = {"DYNAMIC_QUANTIZATION_GROUP_SIZE": 128, "INFERENCE_PRECISION_HINT": "f32"}
    return [exact, _OpenVino(compressed, whole)]


if __name__ == "__main__":
    main(sys.argv[1:])
