"""What runs a network. Each engine answers the same question: token numbers in, logits out."""

from collections.abc import Mapping
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

EngineChoice = Literal["auto", "torch", "onnx-fp32", "onnx-int8"]
"""Which engine may answer: `auto` takes the fastest that agreed with torch."""

Batch = Mapping[str, NDArray[np.int64]]
"""By input name (`input_ids`, `attention_mask`, …), each of shape (texts, tokens), padded right."""

Positions = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Text numbers and token numbers within them, of equal length."""


class EngineError(Exception):
    """A checkpoint proves broken only while it answers; the message is a sentence for people."""


class Engine(Protocol):
    """A loaded network. Calls from several threads at once are safe."""

    @property
    def inputs(self) -> frozenset[str]:
        """The names of the inputs that it takes."""
        ...

    @property
    def memory_bytes(self) -> int:
        """What its parameters and buffers take."""
        ...

    def logits(self, batch: Batch, at: Positions | None = None) -> NDArray[np.float32]:
        """Run one batch.

        A classifier gives (texts, labels). A masked-language model gives (positions, vocabulary)
        for the positions in `at`, since all of them would be hundreds of megabytes.
        """
        ...
