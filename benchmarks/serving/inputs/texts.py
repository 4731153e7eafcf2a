"""Messages as a chat has them: most are short, a few are long.

Every 64 in a row have the same lengths in another order (the quantiles of a log-normal of median
12 words), so that a fast contender, which answers more of them, gets the same mix as a slow one.
"""

import math
import random
from collections.abc import Container, Iterator, Sequence, Set
from itertools import count as count_up
from statistics import NormalDist

from benchmarks.serving.inputs.words import Speaker

BLOCK = 64
MEDIAN_WORDS = 12
SPREAD = 0.9
"""The standard deviation of the logarithm: of 64 messages one has more than 100 words."""
ZIPF_EXPONENT = 1.1
ZIPF_DISTINCT = 1000
LONG_WORDS = 600
"""Cut to the 512 tokens that the models take."""
_TRIES = 5


def distinct(speak: Speaker, seed: int, count: int, taken: Set[str] = frozenset()) -> list[str]:
    """Return messages of which no two are alike, nor like any that is taken."""
    chance = random.Random(seed)
    said: dict[str, None] = {}
    for words in _lengths(chance, count):
        said[_new(speak, chance, words, said, taken)] = None
    return list(said)


def repeated(speak: Speaker, seed: int, count: int, taken: Set[str] = frozenset()) -> list[str]:
    """Draw from some messages, by Zipf's law."""
    chance = random.Random(seed)
    pool = distinct(speak, seed, ZIPF_DISTINCT, taken)
    weights = [1 / (place + 1) ** ZIPF_EXPONENT for place in range(len(pool))]
    return chance.choices(pool, weights, k=count)


def with_one_long(
    speak: Speaker, seed: int, count: int, taken: Set[str] = frozenset()
) -> list[str]:
    """Return distinct messages with one that fills the model among them."""
    texts = distinct(speak, seed, count, taken)
    texts[count // 3] = " ".join(speak(random.Random(seed), LONG_WORDS))
    return texts


def repetition(texts: Sequence[str]) -> float:
    """Return which share of messages had been said before."""
    return 1 - len(set(texts)) / len(texts)


def _lengths(chance: random.Random, count: int) -> Iterator[int]:
    block: list[int] = []
    for _ in range(count):
        if not block:
            block = _quantiles()
            chance.shuffle(block)
        yield block.pop()


def _quantiles() -> list[int]:
    normal = NormalDist(math.log(MEDIAN_WORDS), SPREAD)
    return [
        max(1, round(math.exp(normal.inv_cdf((place + 0.5) / BLOCK)))) for place in range(BLOCK)
    ]


def _new(speak: Speaker, chance: random.Random, words: int, *said: Container[str]) -> str:
    """Say something that nobody has said; what is too short for that gets longer."""
    for tries in count_up():
        text = " ".join(speak(chance, words + tries // _TRIES))
        if not any(text in each for each in said):
            return text
    raise AssertionError
