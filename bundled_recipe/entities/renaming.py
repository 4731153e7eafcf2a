"""Sentences told of others: names in the place of names, and what is typed without capitals."""

import random
from collections import defaultdict
from collections.abc import Sequence

from bundled_recipe.entities.sentences import Sentence, Span

_RENAMED_SHARE = 0.3
"""Of the spans."""
_SMALL_SHARE = 0.12
"""Of the sentences, all in small letters as in a chat."""


class Names:
    """The spans of ``sentences`` by their kind and script."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        known: dict[tuple[str, bool], set[str]] = defaultdict(set)
        for one in sentences:
            for span in one.spans:
                name = one.text[span.start : span.end]
                known[span.kind, _is_korean(name)].add(name)
        self._known = {key: sorted(names) for key, names in known.items()}

    def told_of_others(self, one: Sentence, draw: random.Random) -> Sentence:
        """``one`` with some of its spans replaced by others of their kind and script."""
        if one.unsure:
            return one
        text, spans, at = "", [], 0
        for span in sorted(one.spans, key=lambda each: each.start):
            name = one.text[span.start : span.end]
            if draw.random() < _RENAMED_SHARE:
                name = draw.choice(self._known.get((span.kind, _is_korean(name)), [name]))
            text += one.text[at : span.start]
            spans.append(Span(len(text), len(text) + len(name), span.kind))
            text, at = text + name, span.end
        text += one.text[at:]
        if draw.random() < _SMALL_SHARE and len(text.lower()) == len(text):
            text = text.lower()
        return Sentence(text, tuple(spans), one.marked, weight=one.weight)


def _is_korean(text: str) -> bool:
    return any("가" <= character <= "힣" for character in text)
