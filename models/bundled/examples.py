"""Labelled rows for the classifiers, read from the public files."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models.bundled.corpus import read_rows

SENTIMENTS = ("negative", "positive")
TOPICS = ("IT과학", "경제", "사회", "생활문화", "세계", "스포츠", "정치")

_POSITIVE_EMOTIONS = frozenset(
    (
        *("admiration", "amusement", "approval", "caring", "excitement", "gratitude"),
        *("joy", "love", "optimism", "pride", "relief"),
    )
)
_NEGATIVE_EMOTIONS = frozenset(
    (
        *("anger", "annoyance", "disappointment", "disapproval", "disgust", "embarrassment"),
        *("fear", "grief", "nervousness", "remorse", "sadness"),
    )
)


@dataclass(frozen=True)
class Example:
    """A text and the number of its label."""

    text: str
    label: int


def read_examples(path: Path) -> list[Example]:
    """Rows of a file whose ``label`` column is already the number."""
    return [Example(row["text"], int(row["label"])) for row in read_rows(path)]


def read_polarity(path: Path) -> list[Example]:
    """GoEmotions rows whose emotions all lie on one side; the others say nothing clear."""
    found: list[Example] = []
    for row in read_rows(path):
        emotions = set(row["label_names"].split())
        if emotions <= _POSITIVE_EMOTIONS:
            found.append(Example(row["text"], SENTIMENTS.index("positive")))
        elif emotions <= _NEGATIVE_EMOTIONS:
            found.append(Example(row["text"], SENTIMENTS.index("negative")))
    return found


def without(examples: Iterable[Example], measured: Iterable[Example]) -> list[Example]:
    """``examples`` less every text that is also measured on: short reviews repeat each other."""
    texts = {example.text.casefold() for example in measured}
    return [example for example in examples if example.text.casefold() not in texts]


def split(
    examples: list[Example], held_out: int, seed: int = 0
) -> tuple[list[Example], list[Example]]:
    """Rows to train on and ``held_out`` rows to choose by, at random."""
    shuffled = list(examples)
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    chosen = shuffled[:held_out]
    return without(shuffled[held_out:], chosen), chosen
