"""A checkpoint's second opinion: letters.json beside its weights, a linear model of letter groups.

What a small network has not learned of a language, groups of letters often tell: their logits are
added to the network's, which makes the product of the two probabilities. Any other program reads
the network alone. The features are those of scikit-learn's TfidfVectorizer with `sublinear_tf`.

The file is anybody's. Unlike a doubt it changes labels, so one that makes no sense is a refusal.
"""

import json
import math
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from models.canonical import legible, without_surrogates
from models.errors import BrokenCheckpoint
from models.reasons import Reason

LETTERS_FILE = "letters.json"
LONGEST = 1_000
"""Characters of a text that are looked at."""
_SHORTEST_GROUP, _LONGEST_GROUP = 1, 4
_LARGEST_BYTES = 16_000_000
_MOST_WEIGHT = 1e4


@dataclass(frozen=True, slots=True)
class Letters:
    """Plain data, fit for JSON; `LetterTable` applies it."""

    groups: tuple[str, ...]
    """Of one to four characters of a word, with a space where it begins and ends."""
    rarity: str
    """Float32 of each group, in base64: by what its count is multiplied (idf)."""
    weights: str
    """Float32 of shape (groups, labels), in base64."""
    bias: tuple[float, ...]


_FORM = TypeAdapter(Letters)


class LetterTable:
    """Tells the logits of texts."""

    def __init__(self, letters: Letters) -> None:
        """Raises ValueError where the parts do not belong together, or are no numbers."""
        self._places = {group: place for place, group in enumerate(letters.groups)}
        self._rarity = _unpacked(letters.rarity)
        self._bias = np.array(letters.bias, np.float32)
        self._weights = _unpacked(letters.weights).reshape(len(self._places), len(self._bias))
        if len(self._rarity) != len(self._places):
            raise ValueError("a group without its rarity")
        for numbers in (self._rarity, self._weights, self._bias):
            if not (np.abs(numbers) < _MOST_WEIGHT).all():
                raise ValueError("no sensible weight")

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row for each text, one column for each label."""
        return np.stack([self._of(text) for text in texts])

    def _of(self, text: str) -> NDArray[np.float32]:
        counts = Counter(group for group in groups_of(text) if group in self._places)
        if not counts:
            return self._bias
        places = [self._places[group] for group in counts]
        often = np.array([1 + math.log(count) for count in counts.values()])
        shares = often * self._rarity[places]
        found = self._bias + shares / np.linalg.norm(shares) @ self._weights[places]
        return found.astype(np.float32)


def groups_of(text: str) -> Iterator[str]:
    """Return the groups of letters of a text, each as often as it occurs."""
    for word in legible(without_surrogates(text[:LONGEST])).lower().split():
        framed = f" {word} "
        for length in range(_SHORTEST_GROUP, _LONGEST_GROUP + 1):
            for begin in range(len(framed) - length + 1):
                yield framed[begin : begin + length]


def packed(numbers: NDArray[np.floating]) -> str:
    """Return numbers as `Letters` holds them."""
    return b64encode(numbers.astype("<f4").tobytes()).decode()


def write_letters(folder: Path, letters: Letters) -> None:
    """Put them into a checkpoint's folder."""
    text = json.dumps(asdict(letters), ensure_ascii=False)
    (folder / LETTERS_FILE).write_text(text, encoding="utf-8")


def read_letters(folder: Path, labels: int) -> Letters | None:
    """Return what a checkpoint of so many labels has; None: it has none.

    Raises:
        BrokenCheckpoint: it makes no sense.
    """
    path = folder / LETTERS_FILE
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ValueError("too large")
        letters = _FORM.validate_json(path.read_bytes())
        if len(letters.bias) != labels:
            raise ValueError("other labels")
        LetterTable(letters)
    except (OSError, ValueError, ValidationError) as error:
        reason = Reason.FILE_UNREADABLE.of(LETTERS_FILE)
        raise BrokenCheckpoint(name=folder.name, reason=reason) from error
    return letters


def _unpacked(numbers: str) -> NDArray[np.float32]:
    return np.frombuffer(b64decode(numbers, validate=True), "<f4").astype(np.float32)
