"""The body's vocabulary with a mark before each word that begins with a capital.

The body reads small letters only, and so knows no difference between `may` and `May`. Before a word
with one capital stands ``⇧``, before one of capitals ``⇪``; the pieces of the word stay the ones
that the body knows. The marks take the numbers of two bytes that no UTF-8 text has.
"""

import json
from typing import Any

from tokenizers import Tokenizer

FIRST, ALL = "⇧", "⇪"
_UNUSED = {FIRST: "<0xFE>", ALL: "<0xFF>"}
_CAPITAL = "(?=[A-Z])"
_CAPITALS = "(?=[A-Z]{2,}(?![a-z]))"


def with_marks(whole: Tokenizer) -> Tokenizer:
    """``whole``, which puts everything into small letters, with marks where capitals were."""
    state = json.loads(whole.to_str())
    rules = state["normalizer"]["normalizers"]
    lowering = next(place for place, rule in enumerate(rules) if rule["type"] == "BertNormalizer")
    rules[lowering:lowering] = _rules()
    vocabulary = state["model"]["vocab"]
    for mark, byte in _UNUSED.items():
        vocabulary[mark] = vocabulary.pop(byte)
    return Tokenizer.from_str(json.dumps(state))


def _rules() -> list[dict[str, Any]]:
    """A space first, so that the first word has one before it like any other.

    Words behind a bracket or a quote have no mark: each rule more would triple what a text may grow
    to by rules alone, and a tokenizer is trusted only so far (`modest_rules` of the models).
    """
    return [
        {"type": "Prepend", "prepend": " "},
        _replace(rf"\s{_CAPITALS}", f"{ALL} "),
        _replace(rf"(?<!{ALL})\s{_CAPITAL}", f"{FIRST} "),
    ]


def _replace(pattern: str, content: str) -> dict[str, Any]:
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}
