"""The reference engine: the network as transformers built it, in float32."""

import inspect
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.checkpoints.tokenizing.tokenizer import TokenizerFacts
from models.engines.padding import Padding, padding_of
from models.engines.protocol import Positions, TokenRow
from models.machine import Machine

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class _Cores:
    """Shares the processor's cores among the batches that run at a time, in whatever engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cores = Machine().cores()
        self._running = 0

    @contextmanager
    def share(self, texts: int, *, is_background: bool) -> Iterator[None]:
        """Give torch all cores for a lone text, and one for a batch of a crowd or the background.

        torch keeps the number of threads for each thread that calls it (OpenMP's nthreads-var);
        setting it again takes less than a microsecond.
        """
        with self._lock:
            self._running += 1
            is_lone = texts == 1 and self._running == 1 and not is_background
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

    def __init__(
        self, model: "PreTrainedModel", tokenizer: TokenizerFacts, *, is_background: bool = False
    ) -> None:
        """`is_background` keeps to one core: beside other work, threads wait for each other.

        Measured: the rounding errors of an export took 68 s with two threads on two busy cores,
        13 s with one.
        """
        self._is_background = is_background
        if torch.cuda.is_available():
            model.to("cuda", torch.float16)  # type: ignore[arg-type]
        if model.base_model is model and model.config.is_encoder_decoder:
            model = model.get_encoder()  # a body alone reads, and has nothing to write
        self._model = model
        self.has_types = "token_type_ids" in inspect.signature(model.forward).parameters
        self._padding = padding_of(model, tokenizer)

    @property
    def memory_bytes(self) -> int:
        """Bytes of parameters and buffers; weights that are tied count once."""
        tensors = (*self._model.parameters(), *self._model.buffers())
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)

    def logits(self, rows: Sequence[TokenRow], at: Positions | None = None) -> NDArray[np.float32]:
        """Run one batch; see `models.engines.protocol.Engine.logits`."""
        if at is None:
            parts = [self._run(part, None) for part in self._padding.for_classes(rows)]
            return parts[0] if len(parts) == 1 else np.concatenate(parts)
        if self._padding.is_seen and len(rows) > 1:
            alone = (self._run([row], _places_in(at, text)) for text, row in enumerate(rows))
            return np.concatenate(list(alone))
        return self._run(rows, at)

    def _run(self, rows: Sequence[TokenRow], at: Positions | None) -> NDArray[np.float32]:
        with _cores.share(len(rows), is_background=self._is_background), torch.inference_mode():
            logits = _logits(self._model, self._padding, rows)
            chosen = logits if at is None else logits[tuple(map(torch.from_numpy, at))]
            result: NDArray[np.float32] = chosen.float().cpu().numpy()
        return result


def class_logits(model: "PreTrainedModel", padding: Padding, rows: Sequence[TokenRow]) -> Tensor:
    """Logits of shape (texts, labels), each as the text has them alone; gradients flow."""
    return torch.cat([_logits(model, padding, part) for part in padding.for_classes(rows)])


def _logits(model: "PreTrainedModel", padding: Padding, rows: Sequence[TokenRow]) -> Tensor:
    inputs = {
        name: torch.from_numpy(array).to(model.device)
        for name, array in padding.batch(rows).items()
    }
    given = model(**inputs)
    if "start_logits" in given:
        return torch.stack([given.start_logits, given.end_logits], dim=-1)
    outputs: Tensor = given.logits if "logits" in given else given.last_hidden_state
    return outputs


def _places_in(at: Positions, text: int) -> Positions:
    """The positions in one text of a batch, as they are when it is alone."""
    tokens = at[1][at[0] == text]
    return np.zeros_like(tokens), tokens
