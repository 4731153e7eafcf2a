"""The nearest of the words that would have been right."""

import difflib
from collections.abc import Iterable

from models.canonical import folded


def nearest(typed: str, right: Iterable[str], most: int = 3) -> list[str]:
    """Return up to `most` of `right` that `typed` begins, else that look like it; perhaps none."""
    by_folded: dict[str, list[str]] = {}
    for word in right:
        by_folded.setdefault(folded(word), []).append(word)
    begun = folded(typed)[:64]
    close = difflib.get_close_matches(begun, by_folded, n=most, cutoff=0.5)
    # "en" looks more like "korean" than like "english", and is meant to be its beginning.
    close = [each for each in by_folded if begun and each.startswith(begun)] or close
    return [word for each in close for word in by_folded[each]][:most]
