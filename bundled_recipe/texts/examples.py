"""Labelled rows for the classifiers, read from the public files."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bundled_recipe.texts.corpus import read_rows

SENTIMENTS = ("negative", "positive")
TOPICS = ("IT과학", "경제", "사회", "생활문화", "세계", "스포츠", "정치")
EMOTIONS = (
    *("admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion"),
    *("curiosity", "desire", "disappointment", "disapproval", "disgust", "embarrassment"),
    *("excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "optimism"),
    *("pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral"),
)
"""In the order of GoEmotions' own numbers."""

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
    """A text and how far each label holds: 0 and 1 from people, shares from another model."""

    text: str
    target: tuple[float, ...]

    @property
    def label(self) -> int:
        """The number of the likeliest label."""
        return self.target.index(max(self.target))


def labelled(text: str, label: int, labels: Sequence[str]) -> Example:
    """An example of exactly one label."""
    return Example(text, tuple(float(number == label) for number in range(len(labels))))


def read_examples(path: Path, labels: Sequence[str]) -> list[Example]:
    """Rows of a file whose ``label`` column is already the number."""
    return [labelled(row["text"], int(row["label"]), labels) for row in read_rows(path)]


def read_emotions(path: Path) -> list[Example]:
    """GoEmotions rows with all of their emotions."""
    found: list[Example] = []
    for row in read_rows(path):
        emotions = set(row["label_names"].split())
        found.append(Example(row["text"], tuple(float(name in emotions) for name in EMOTIONS)))
    return found


def read_polarity(path: Path) -> list[Example]:
    """GoEmotions rows whose emotions all lie on one side; the others say nothing clear."""
    found: list[Example] = []
    for row in read_rows(path):
        emotions = set(row["label_names"].split())
        if emotions <= _POSITIVE_EMOTIONS:
            found.append(labelled(row["text"], SENTIMENTS.index("positive"), SENTIMENTS))
        elif emotions <= _NEGATIVE_EMOTIONS:
            found.append(labelled(row["text"], SENTIMENTS.index("negative"), SENTIMENTS))
    return found


def read_neutral(path: Path) -> list[str]:
    """GoEmotions remarks in which nobody read any emotion."""
    return [row["text"] for row in read_rows(path) if row["label_names"].split() == ["neutral"]]


def without(examples: Iterable[Example], measured: Iterable[Example]) -> list[Example]:
    """``examples`` less every text that is also measured on: short reviews repeat each other."""
    texts = {example.text.strip().casefold() for example in measured}
    return [example for example in examples if example.text.strip().casefold() not in texts]


def split(
    examples: list[Example], held_out: int, seed: int = 0
) -> tuple[list[Example], list[Example]]:
    """Rows to train on and ``held_out`` rows to choose by, at random."""
    shuffled = list(examples)
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    chosen = shuffled[:held_out]
    return without(shuffled[held_out:], chosen), chosen
