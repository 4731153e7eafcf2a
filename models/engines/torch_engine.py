"""The reference engine: the network as transformers built it, in float32."""

import inspect
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from models.engines import Batch, Positions

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class TorchEngine:
    """Runs a transformers model. Import this module in pool threads only: it needs torch."""

    def __init__(self, model: "PreTrainedModel") -> None:
        self._model = model
        self.inputs = frozenset(inspect.signature(model.forward).parameters)
        # Decoders such as GPT-2 find a text's last token by the padding token. Where the config
        # names none they refuse a batch, so its texts run one by one.
        self._is_one_by_one = model.config.get_text_config().pad_token_id is None

    @property
    def memory_bytes(self) -> int:
        """Bytes of parameters and buffers; weights that are tied count once."""
        tensors = (*self._model.parameters(), *self._model.buffers())
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)

    def logits(self, batch: Batch, at: Positions | None = None) -> NDArray[np.float32]:
        """Run one batch; see `models.engines.Engine.logits`."""
        if at is None and self._is_one_by_one and len(batch["input_ids"]) > 1:
            return np.concatenate([self._run(row, None) for row in _rows(batch)])
        return self._run(batch, at)

    def _run(self, batch: Batch, at: Positions | None) -> NDArray[np.float32]:
        inputs = {name: torch.from_numpy(array) for name, array in batch.items()}
        with torch.inference_mode():
            logits = self._model(**inputs).logits
            chosen = logits if at is None else logits[tuple(map(torch.from_numpy, at))]
            result: NDArray[np.float32] = chosen.float().numpy()
        return result


def _rows(batch: Batch) -> list[Batch]:
    """Split a batch into its texts, each without padding."""
    lengths = batch["attention_mask"].sum(axis=1)
    return [
        {name: array[row : row + 1, :length] for name, array in batch.items()}
        for row, length in enumerate(lengths)
    ]
