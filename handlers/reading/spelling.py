"""The nearest of the words that would have been right."""

import difflib
from collections.abc import Iterable

from models.canonical import folded


def nearest(typed: str, right: Iterable[str], most: int = 3) -> list[str]:
    """Return up to `most` of `right` that look like `typed`, nearest first; perhaps none."""
    by_folded: dict[str, list[str]] = {}
    for word in right:
        by_folded.setdefault(folded(word), []).append(word)
    close = difflib.get_close_matches(folded(typed)[:64], by_folded, n=most, cutoff=0.5)
    return [word for each in close for word in by_folded[each]][:most]
