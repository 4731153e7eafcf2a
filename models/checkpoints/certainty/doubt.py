"""A checkpoint's second measure of when it cannot know: unsure.json beside its weights.

A classifier of sides gives one to whatever it is asked, often with a middling probability. What
takes no side is told better by the text's own tokens: each has a weight, and so has how far the
likeliest label leads. It needs neither the network nor its states, so every engine doubts alike.
The file is anybody's: what makes no sense in it counts as not being there.
"""

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.languages.scripts import has_words

DOUBT_FILE = "unsure.json"
WORDS_FILE = "unsure_words.json"
"""For what is trained from a checkpoint whose own measure is of its labels; of words alone."""
_LARGEST_BYTES = 4_000_000
_MOST_WEIGHT = 1e6
_NUMBERS = ("bias", "lead", "log_lead", "log_length", "step")
LEAST_LEAD = 0.05
"""Is added before the logarithm is taken."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Plain data, fit for JSON; `DoubtfulTexts` applies it."""

    scripts: tuple[str, ...]
    """Without a letter of these, jamo aside, a text has no words."""
    bias: float
    lead: float
    """Weighs the distance of the two likeliest labels, in logits at the temperature."""
    log_lead: float
    log_length: float
    """Weighs the logarithm of one more than the number of tokens."""
    step: float
    """What one of `tokens` stands for."""
    tokens: str
    """A signed byte for each token of the vocabulary, in base64."""

    @property
    def is_of_words(self) -> bool:
        """Whether it asks for words alone, so that it holds for whatever labels."""
        return self.lead == self.log_lead == 0


def read_doubt(folder: Path, name: str = DOUBT_FILE) -> Doubt | None:
    """Return what stands in a file of the checkpoint in `folder`, None where it is no use."""
    path = folder / name
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return None
        found = json.loads(path.read_bytes())
        numbers = {name: float(found[name]) for name in _NUMBERS}
        scripts, tokens = found["scripts"], str(found["tokens"])
        b64decode(tokens, validate=True)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None
    if not (isinstance(scripts, list) and scripts):
        return None
    is_sensible = all(abs(each) < _MOST_WEIGHT for each in numbers.values())
    return Doubt(tuple(map(str, scripts)), tokens=tokens, **numbers) if is_sensible else None


def in_bytes(weights: Sequence[float]) -> tuple[float, str]:
    """Return `step` and `tokens` of a `Doubt` for a weight of each token."""
    step = max(map(abs, weights), default=0.0) / 127 or 1.0
    return step, b64encode(np.round(np.array(weights) / step).astype(np.int8).tobytes()).decode()


class DoubtfulTexts:
    """Tells which texts a checkpoint should be unsure of."""

    def __init__(self, doubt: Doubt) -> None:
        self._doubt = doubt
        self._scripts = frozenset(doubt.scripts)
        weights = np.frombuffer(b64decode(doubt.tokens), np.int8)
        self._weights = weights.astype(np.float64) * doubt.step

    def is_doubtful(self, text: str, ids: Sequence[int], logits: NDArray[np.float64]) -> bool:
        """Whether a text has no words, or seems to take none of the sides; logits at their heat."""
        return not has_words(text, self._scripts) or self.evidence(ids, logits) < 0

    def evidence(self, ids: Sequence[int], logits: NDArray[np.float64]) -> float:
        """Return the sum of the weights; from 0 on a text takes a side."""
        doubt = self._doubt
        distinct = np.array(sorted(set(ids)))  # np.unique brings numpy.ma with it
        known = self._weights[distinct[distinct < len(self._weights)]]
        lead = lead_of(logits)
        return float(
            doubt.bias
            + doubt.lead * lead
            + doubt.log_lead * math.log(lead + LEAST_LEAD)
            + doubt.log_length * math.log1p(len(ids))
            + known.sum() / math.sqrt(len(distinct))
        )


def lead_of(logits: NDArray[np.float64]) -> float:
    """Return how far the largest of several numbers leads."""
    others, largest = np.partition(logits, -2)[-2:]
    return float(largest - others)
