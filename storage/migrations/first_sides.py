"""Which texts a training learned from before examples had a side: as it was, never to change.

Only the migration to 0005 needs it: what was learned from then is learned from for ever.
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

_HASH_VALUES = 2.0**64

Example = tuple[str, str]
"""A text with its label."""


def split(
    examples: Sequence[Example], held_out_share: float = 0.2
) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Part the examples into (train, held out), both in the order given.

    The hash of a text decides its side, so an example keeps it while others come and go, and a
    new version is not measured on what an older one has learned. Only where chance would leave a
    label's share beyond half to one and a half times `held_out_share` do its last texts change
    sides. Texts equal but for case and spaces stay together. Every label keeps a text to learn
    from; with a second text of its own it also has one held out.
    """
    if not 0 < held_out_share < 1:
        raise ValueError("held_out_share lies between 0 and 1")
    held_out = _held_out_keys(examples, held_out_share)
    sides: tuple[list[Example], list[Example]] = ([], [])
    for text, label in examples:
        sides[folded(text) in held_out].append((text, label))
    return tuple(sides[0]), tuple(sides[1])


def folded(text: str) -> str:
    """What makes two texts equal: neither case nor spacing."""
    return " ".join(text.casefold().split())


def place(key: str) -> float:
    """A fixed place in [0, 1) that looks random and never depends on the other texts."""
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) / _HASH_VALUES


def _held_out_keys(examples: Sequence[Example], held_out_share: float) -> set[str]:
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, label in examples:
        votes[folded(text)][label] += 1
    by_label: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(votes, key=place):
        by_label[_home(votes[key])].append(key)
    held_out = {
        key for keys in by_label.values() for key in keys[: _held_out_count(keys, held_out_share)]
    }
    return held_out - set(_needed_to_learn(votes, held_out, {label for _, label in examples}))


def _home(votes: Counter[str]) -> str:
    """The label under which a text counts, when people gave it several."""
    return min(votes, key=lambda label: (-votes[label], label))


def _held_out_count(keys: Sequence[str], share: float) -> int:
    """How many of a label's texts to hold out, of `keys` in the order of their places."""
    by_chance = sum(place(key) < share for key in keys)
    fewest = max(1, math.floor(0.5 * share * len(keys)))
    most = min(len(keys) - 1, math.ceil(1.5 * share * len(keys)))
    return min(most, max(fewest, by_chance))


def _needed_to_learn(
    votes: dict[str, Counter[str]], held_out: set[str], labels: Iterable[str]
) -> Iterable[str]:
    """Held-out texts without which a label, having no text under its own name, is not learned."""
    for label in labels:
        keys = sorted((key for key in votes if label in votes[key]), key=place)
        if keys and all(key in held_out for key in keys):
            yield keys[-1]
