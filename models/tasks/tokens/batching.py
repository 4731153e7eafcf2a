"""How questions become batches: alike in length, within a number of padded tokens."""

from collections.abc import Iterator, Sequence

BATCH_TOKENS = 384
"""Padded tokens a batch. Matrix products are near their best from 256 rows on (measured), and a
smaller batch lets a short question behind it go sooner."""


def cut(sizes: Sequence[int], budget: int) -> Iterator[range]:
    """Cut ascending sizes into runs whose padded tokens stay within the budget, one item at least.

    A run also ends where padding would be more than half of it.
    """
    start, real = 0, 0
    for place, size in enumerate(sizes):
        padded = size * (place - start + 1)
        if place > start and (padded > budget or padded > 2 * (real + size)):
            yield range(start, place)
            start, real = place, 0
        real += size
    yield range(start, len(sizes))
