"""What runs a network. Each engine answers the same question: token numbers in, logits out."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

EngineChoice = Literal["auto", "torch", "onnx-fp32", "onnx-int8"]
"""Which engine may answer: `auto` takes the fastest that agreed with torch."""

Positions = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Text numbers and token numbers within them, of equal length, texts in order."""


class EngineError(Exception):
    """A checkpoint proves broken only while it answers; the message is a sentence for people."""


class TokenRow(Protocol):
    """One text as token numbers, one at least, not padded."""

    @property
    def ids(self) -> Sequence[int]:
        """The tokens."""
        ...

    @property
    def type_ids(self) -> Sequence[int] | None:
        """Which of two texts each belongs to; None where the network does not ask."""
        ...


class Engine(Protocol):
    """A loaded network. Calls from several threads at once are safe."""

    @property
    def has_types(self) -> bool:
        """Whether it takes the types of tokens."""
        ...

    @property
    def memory_bytes(self) -> int:
        """What its parameters and buffers take."""
        ...

    def logits(self, rows: Sequence[TokenRow], at: Positions | None = None) -> NDArray[np.float32]:
        """Run one batch.

        A classifier gives (texts, labels). A masked-language model gives (positions, vocabulary)
        for the positions in `at`, since all of them would be hundreds of megabytes.
        """
        ...
