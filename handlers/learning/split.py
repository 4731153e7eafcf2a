"""On which side an example goes when it enters: learned from, or only measured on. Pure."""

import hashlib
import math
from collections.abc import Mapping

from storage.records import Side

_HASH_VALUES = 2.0**64
_TEST_SHARE = 0.2


def side_of(key: str, counts: Mapping[Side, int]) -> Side:
    """Return the side of a new text with a label, given how many of that label are on each.

    The hash of `key`, which all texts share that must stay together, decides. Only where chance
    would leave the label's share beyond half to one and a half times `_TEST_SHARE` is it overruled:
    so the first text of a label is there to learn from, and the second to measure it.
    """
    tested = counts.get(Side.TEST, 0)
    total = tested + counts.get(Side.TRAIN, 0) + 1
    fewest = max(1, math.floor(0.5 * _TEST_SHARE * total))
    most = min(total - 1, math.ceil(1.5 * _TEST_SHARE * total))
    if tested >= most:
        return Side.TRAIN
    return Side.TEST if tested < fewest or _place(key) < _TEST_SHARE else Side.TRAIN


def _place(key: str) -> float:
    """A fixed place in [0, 1) that looks random and never depends on the other texts."""
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) / _HASH_VALUES
