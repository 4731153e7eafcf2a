"""The engine that runs an exported network in ONNX Runtime: neither torch nor transformers."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.engines import onnx_inputs
from models.engines.in_memory import Network
from models.engines.onnx_footprint import resident_bytes
from models.engines.protocol import Positions, TokenRow

_SPIN_US = 20
"""How long an idle thread of ONNX Runtime turns in place before it sleeps. A network has a gap of
some microseconds between two operators: asleep by then, a lone request gains nothing from a second
core; turning for ever, as is the default, two busy processes bring each other to a stand."""

_SLOW_FUSIONS = ["SkipLayerNormFusion"]
"""Its one operator takes four times as long as the two additions and the normalization apart."""


class OnnxEngine:
    """Runs a network that `models.exporting.networks.network` wrote. Safe in threads."""

    def __init__(self, network: Path | Network, threads: int, padding_position: int | None) -> None:
        """Load a network; `threads` compute one batch together.

        Raises:
            Exception: whatever ONNX Runtime says of a network that it cannot run.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.spin_duration_us", str(_SPIN_US))
        if isinstance(network, Network):
            weights = map(onnxruntime.OrtValue.ortvalue_from_numpy, network.weights.values())
            options.add_external_initializers(list(network.weights), list(weights))
        self._session = onnxruntime.InferenceSession(
            network.graph if isinstance(network, Network) else network,
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=_SLOW_FUSIONS,
        )
        self._network = network  # whose weights the session reads where they are
        self._names = {each.name for each in self._session.get_inputs()}
        self._padding_position = padding_position
        self.memory_bytes = resident_bytes(network)
        self.has_types = onnx_inputs.TYPES in self._names

    def logits(self, rows: Sequence[TokenRow], at: Positions | None = None) -> NDArray[np.float32]:
        """Run one batch; see `models.engines.protocol.Engine.logits`."""
        lengths = np.array([len(row.ids) for row in rows])
        starts = np.cumsum(lengths) - lengths
        wanted = starts if at is None else starts[at[0]] + at[1]
        feed = _packed(rows, lengths, starts) | {onnx_inputs.WANTED: wanted}
        feed[onnx_inputs.POSITIONS] = self._positions(feed[onnx_inputs.IDS], lengths)
        result: NDArray[np.float32] = self._session.run(
            [onnx_inputs.LOGITS], {name: feed[name] for name in self._names}
        )[0]
        return result

    def _positions(self, ids: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count each text's tokens from 0, or as RoBERTa does, who skips padding tokens."""
        if self._padding_position is None:
            return np.concatenate([np.arange(length) for length in lengths])
        padding = self._padding_position
        parts = np.split(ids != padding, np.cumsum(lengths)[:-1])
        return np.concatenate([np.cumsum(part) * part for part in parts]) + padding


def _packed(
    rows: Sequence[TokenRow], lengths: NDArray[np.int64], starts: NDArray[np.int64]
) -> dict[str, NDArray[Any]]:
    places = np.arange(lengths.max())
    is_real = places < lengths[:, None]
    return {
        onnx_inputs.IDS: np.fromiter(chain.from_iterable(row.ids for row in rows), np.int64),
        onnx_inputs.TYPES: np.fromiter(
            chain.from_iterable(row.type_ids or [0] * len(row.ids) for row in rows), np.int64
        ),
        onnx_inputs.PADDED: np.where(is_real, starts[:, None] + places, 0),
        onnx_inputs.REAL: is_real.astype(np.int32),
        onnx_inputs.UNPADDED: np.flatnonzero(is_real),
    }
