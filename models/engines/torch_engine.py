"""The reference engine: the network as transformers built it, in float32."""

import inspect
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeGuard

import numpy as np
import torch
from numpy.typing import NDArray

from models.checkpoints.loading import embedded_tokens
from models.checkpoints.tokenizer import TokenizerFacts
from models.engines.protocol import Positions, TokenRow
from models.machine import Machine

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_SEES_PADDING = {"convbert", "fnet", "nystromformer", "yoso"}
"""Types whose answers depend on the padding behind a text (measured: 4 of 92 in transformers)."""

_Batch = Mapping[str, NDArray[np.int64]]
"""By input name, each of shape (texts, tokens), padded right."""


class _Cores:
    """Shares the processor's cores among the batches that run at a time, in whatever engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cores = Machine().cores()
        self._running = 0

    @contextmanager
    def share(self, texts: int) -> Iterator[None]:
        """Give torch all cores for a lone text, and one for each batch of a crowd.

        torch keeps the number of threads for each thread that calls it (OpenMP's nthreads-var);
        setting it again takes less than a microsecond.
        """
        with self._lock:
            self._running += 1
            is_lone = texts == 1 and self._running == 1
        try:
            torch.set_num_threads(self._cores if is_lone else 1)
            yield
        finally:
            torch.set_num_threads(1)
            with self._lock:
                self._running -= 1


_cores = _Cores()


class TorchEngine:
    """Runs a transformers model. Import this module in pool threads only: it needs torch.

    On a graphics card the network stands there in half precision.
    """

    def __init__(self, model: "PreTrainedModel", tokenizer: TokenizerFacts) -> None:
        if torch.cuda.is_available():
            model.to("cuda", torch.float16)  # type: ignore[arg-type]
        self._model = model
        self._inputs = frozenset(inspect.signature(model.forward).parameters)
        self.has_types = "token_type_ids" in self._inputs
        self._has_types = self.has_types and tokenizer.has_types
        # Decoders such as GPT-2 find a text's last token by the padding token of the config, not of
        # the tokenizer. Where that names none they refuse a batch, so its texts run one by one.
        config, vocabulary_size = model.config.get_text_config(), embedded_tokens(model)
        # XLNet reads a text's last place, which others would fill with padding.
        is_last_read = getattr(config, "summary_type", None) == "last"
        self._sees_padding = model.config.model_type in _SEES_PADDING
        has_padding = _is_token(config.pad_token_id, vocabulary_size)
        self._is_one_by_one = is_last_read or not has_padding
        paddings = (config.pad_token_id, tokenizer.pad_id, 0)
        self._pad_id = next(each for each in paddings if _is_token(each, vocabulary_size))
        self._pad_type_id = tokenizer.pad_type_id

    @property
    def memory_bytes(self) -> int:
        """Bytes of parameters and buffers; weights that are tied count once."""
        tensors = (*self._model.parameters(), *self._model.buffers())
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)

    def logits(self, rows: Sequence[TokenRow], at: Positions | None = None) -> NDArray[np.float32]:
        """Run one batch; see `models.engines.protocol.Engine.logits`."""
        is_one_by_one = self._sees_padding or (at is None and self._is_one_by_one)
        if is_one_by_one and len(rows) > 1:
            alone = (self._run([row], _places_in(at, text)) for text, row in enumerate(rows))
            return np.concatenate(list(alone))
        return self._run(rows, at)

    def _run(self, rows: Sequence[TokenRow], at: Positions | None) -> NDArray[np.float32]:
        device = self._model.device
        inputs = {
            name: torch.from_numpy(array).to(device) for name, array in self._padded(rows).items()
        }
        with _cores.share(len(rows)), torch.inference_mode():
            logits = self._model(**inputs).logits
            chosen = logits if at is None else logits[tuple(map(torch.from_numpy, at))]
            result: NDArray[np.float32] = chosen.float().cpu().numpy()
        return result

    def _padded(self, rows: Sequence[TokenRow]) -> _Batch:
        """Put the rows into one array per input, filled up on the right."""
        batch = {
            "input_ids": _filled([row.ids for row in rows], self._pad_id),
            "attention_mask": _filled([[1] * len(row.ids) for row in rows], 0),
        }
        if self._has_types:
            type_ids = [row.type_ids or [0] * len(row.ids) for row in rows]
            batch["token_type_ids"] = _filled(type_ids, self._pad_type_id)
        return {name: array for name, array in batch.items() if name in self._inputs}


def _places_in(at: Positions | None, text: int) -> Positions | None:
    """The positions in one text of a batch, as they are when it is alone."""
    if at is None:
        return None
    tokens = at[1][at[0] == text]
    return np.zeros_like(tokens), tokens


def _is_token(number: int | None, vocabulary_size: int) -> TypeGuard[int]:
    return number is not None and 0 <= number < vocabulary_size


def _filled(rows: Sequence[Sequence[int]], filling: int) -> NDArray[np.int64]:
    array = np.full((len(rows), max(map(len, rows))), filling, dtype=np.int64)
    for row, values in zip(array, rows, strict=True):
        row[: len(values)] = values
    return array
