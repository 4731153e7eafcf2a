"""Running text as blocks of token numbers: passages packed end to end, none padded."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from bundled_recipe.body.vocabulary import MAX_LENGTH, SPECIAL_TOKENS, encode

_PASSAGES_AT_A_TIME = 10_000
_SEED_STRIDE = 1_000_003

Numbers = NDArray[np.uint16]


@dataclass(frozen=True)
class Passages:
    """Encoded passages, each closed by a separator, one after the other."""

    tokens: Numbers
    ends: NDArray[np.int64]
    weights: NDArray[np.int64]
    """How often each passage comes in an epoch."""


def encode_passages(
    tokenizer: PreTrainedTokenizerFast, passages: Sequence[tuple[str, int]]
) -> Passages:
    """Token numbers of ``passages``, two bytes each."""
    parts: list[Numbers] = []
    lengths: list[int] = []
    for start in range(0, len(passages), _PASSAGES_AT_A_TIME):
        some = [text for text, _ in passages[start : start + _PASSAGES_AT_A_TIME]]
        rows = [ids[1:] for ids in encode(tokenizer, some, MAX_LENGTH)]
        lengths += [len(row) for row in rows]
        parts.append(np.fromiter(itertools.chain.from_iterable(rows), dtype=np.uint16))
    weights = np.array([weight for _, weight in passages])
    return Passages(np.concatenate(parts), np.cumsum(lengths), weights)


def epochs(passages: Passages, seed: int) -> Iterator[Numbers]:
    """The tokens of epoch after epoch, for ever, each in another random order."""
    starts = np.concatenate([[0], passages.ends[:-1]])
    rows = np.repeat(np.arange(len(starts)), passages.weights)
    for epoch in itertools.count():
        order = np.random.default_rng(seed + _SEED_STRIDE * epoch).permutation(rows)
        lengths = (passages.ends - starts)[order]
        firsts = np.repeat(starts[order] - np.cumsum(lengths) + lengths, lengths)
        yield passages.tokens[firsts + np.arange(len(firsts))]


def save_passages(passages: Passages, path: Path) -> None:
    """Keep them for a later run."""
    np.savez(path, **vars(passages))


def load_passages(path: Path) -> Passages:
    """What `save_passages` kept."""
    with np.load(path) as kept:
        return Passages(kept["tokens"], kept["ends"], kept["weights"])


class Stream:
    """Blocks cut from epochs one after the other."""

    def __init__(self, passages: Passages, seed: int) -> None:
        self._epochs = epochs(passages, seed)
        self._tokens = next(self._epochs)
        self._at = 0

    def blocks(self, rows: int, length: int) -> Tensor:
        """The next ``rows`` blocks of ``length`` tokens, framed by the special ones."""
        inside = self._take(rows * (length - 2)).astype(np.int64).reshape(rows, length - 2)
        first, last = SPECIAL_TOKENS.index("[CLS]"), SPECIAL_TOKENS.index("[SEP]")
        framed = np.pad(inside, ((0, 0), (1, 1)), constant_values=((0, 0), (first, last)))
        return torch.from_numpy(framed)

    def skip(self, count: int) -> None:
        """Go on as if ``count`` tokens had been taken."""
        while count > 0:
            count -= len(self._take(min(count, len(self._tokens))))

    def _take(self, count: int) -> Numbers:
        if self._at + count > len(self._tokens):
            self._tokens, self._at = next(self._epochs), 0
        if count > len(self._tokens):
            return np.resize(self._tokens, count)
        self._at += count
        return self._tokens[self._at - count : self._at]
