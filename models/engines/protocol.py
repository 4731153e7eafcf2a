"""What runs a network: in one pass, token numbers in and logits out; or token by token."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

EngineChoice = Literal["auto", "torch", "onnx-fp32", "onnx-int8"]
"""Which engine may answer: `auto` takes the fastest that agreed with torch."""

Positions = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Text numbers and token numbers within them, of equal length, texts in order."""


class EngineError(Exception):
    """A checkpoint proves broken only while it answers; the message is a `Reason`."""


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

        A classifier gives (texts, labels). Others give a row for each of the positions in `at`: a
        masked-language model (positions, vocabulary), since all of them would be hundreds of
        megabytes, a tagger (positions, labels), and a body its states, (positions, hidden).
        """
        ...


class StopReason(StrEnum):
    """Why a text that was generated ends where it does."""

    END = "end"
    """The network ended it."""
    LENGTH = "length"
    STOPPED = "stopped"
    """Nobody wants the rest."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be generated, and how."""

    most_tokens: int
    temperature: float = 0.0
    """0 always takes the likeliest token; the hotter, the more is left to chance."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Generated:
    """What was generated for one row, without the row itself."""

    ids: tuple[int, ...]
    reason: StopReason


OnTokens = Callable[[int, Sequence[int]], None]
"""Told the number of a row and the tokens that it has grown by, in the thread that computes."""


class Generator(Protocol):
    """A loaded network that answers token by token. Calls from several threads at once are safe."""

    @property
    def memory_bytes(self) -> int:
        """What its parameters and buffers take, and what it keeps of the longest rows."""
        ...

    def generate(
        self,
        rows: Sequence[TokenRow],
        limits: Limits,
        on_tokens: OnTokens,
        is_stopped: Callable[[int], bool],
    ) -> Sequence[Generated]:
        """Go on with each row, together, until each has ended.

        `is_stopped` is asked for every row before each of its tokens; a row that is stopped keeps
        what it has. What `on_tokens` was told of a row adds up to its `Generated.ids`.
        """
        ...
