"""The variants of a network that may take torch's place, fastest first. Needs torch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from models.checkpoints.loading import LoadedModel
from models.checkpoints.tokenizing.tokenizer import FastTokenizer
from models.engines.choice import EngineChoice
from models.engines.protocol import Positions, TokenRow
from models.engines.torch_engine import TorchEngine
from models.exporting.networks.encoder import Encoder, Product
from models.exporting.networks.network import every_product
from models.exporting.rounding_errors import errors, ranges, worst
from models.exporting.smoothing import smoothed
from models.exporting.texts import fitting_texts
from models.tasks.spec import PipelineConfig, Reads
from models.tasks.tokens.encoding import TextEncoder, every_token

_SHARES = (0.0, 0.1, 0.25)
"""Of the multiplications, in float32 among others in whole numbers: where rounding errs most."""
_MEASURED_TEXTS = 12
"""On which each product's error is measured: a run of the network for each."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What to write: a network, and which of its products are in float32."""

    name: str
    """The engine's."""
    encoder: Encoder
    exact: frozenset[Product]

    def __str__(self) -> str:
        share = len(self.exact) / len(every_product(self.encoder))
        return f"{self.name}, {share:.0%} of the products in float32"


class Variants:
    """Those of one loaded network."""

    def __init__(
        self,
        loaded: LoadedModel,
        encoder: Encoder,
        tokenizer: FastTokenizer,
        around: PipelineConfig,
    ) -> None:
        self._encoder = encoder
        self._model = loaded.model
        self._torch = TorchEngine(loaded.model, tokenizer.facts, is_background=True)
        self._texts = TextEncoder(
            tokenizer, around.limit, self._torch.has_types, around.vocabulary_size
        )

    def of(self, choice: EngineChoice, reads: Reads) -> Iterator[Variant]:
        """Yield what a choice of engine allows."""
        if choice != "onnx-fp32":
            yield from self._in_whole_numbers(reads)
        if choice != "onnx-int8":
            yield Variant("onnx-fp32", self._encoder, every_product(self._encoder))

    def _in_whole_numbers(self, reads: Reads) -> Iterator[Variant]:
        texts = fitting_texts()
        spread = ranges(self._model, partial(self._outputs, reads, texts))
        encoder = smoothed(self._encoder, spread)
        found: Mapping[Product, float] = {}
        for share in _SHARES:
            if share and not found:
                run = partial(self._outputs, reads, texts[:_MEASURED_TEXTS])
                found = errors(self._model, self._encoder, spread, run)
            yield Variant("onnx-int8", encoder, worst(self._encoder, found, share))

    def _outputs(self, reads: Reads, texts: Sequence[str]) -> NDArray[np.float32]:
        """Answer text by text, so that no padding is measured."""
        rows = self._texts.encode(texts)
        return np.concatenate([self._torch.logits([row], _looked_at(row, reads)) for row in rows])


def _looked_at(row: TokenRow, reads: Reads) -> Positions | None:
    """Of masked models the first token will do: each has the whole vocabulary."""
    if reads is Reads.MASKS:
        return np.zeros(1, np.intp), np.zeros(1, np.intp)
    return every_token([row]) if reads is Reads.EACH_TOKEN else None
