"""What runs a network: in one pass, token numbers in and logits out; or token by token."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.results import StopReason

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
        megabytes, a tagger (positions, labels), what finds answers (positions, 2), for where one
        begins and where it ends, and a body its states, (positions, hidden).
        """
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be generated, and how."""

    most_tokens: int | None = None
    """None: as many as the checkpoint says, within what it was given."""
    most_s: float = 45.0
    temperature: float = 0.0
    """0 always takes the likeliest token; the hotter, the more is left to chance."""
    beams: int | None = None
    """How many texts are followed at a time; None: as the checkpoint says."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Generated:
    """What was generated for one row, without the row itself."""

    ids: tuple[int, ...]
    reason: StopReason


OnTokens = Callable[[Sequence[int]], None]
"""Told all tokens so far, in the thread that computes; of several beams those of the best."""
