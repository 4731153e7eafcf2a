"""Every sentence shown to people: a pair of files a feature, `asking.en.toml` and `asking.ko.toml`.

A sentence has a dotted key, such as `classify.unsure`, and named blanks in braces. A test holds
both languages to the same keys and blanks.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from handlers.texts.particles import Sentences
from handlers.types import Language

_FORMATTER = Sentences()


def say(language: Language, key: str, /, **facts: object) -> str:
    """Return the sentence `key` with its blanks filled.

    Raises:
        KeyError: there is no such sentence, or a blank has no fact; both are our mistakes.
    """
    return _FORMATTER.format(sentences(language)[key], **facts)


@cache
def sentences(language: Language) -> Mapping[str, str]:
    """Return all sentences of a language by dotted key."""
    pairs = [
        pair
        for file in resources.files(__package__).iterdir()
        if file.name.endswith(f".{language}.toml") and not file.name.startswith("reasons.")
        for pair in _flat("", tomllib.loads(file.read_text("utf-8")))
    ]
    return _once(pairs)


def _once(pairs: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    found = dict(pairs)
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise ValueError(f"said in two files: {', '.join(twice)}")
    return found


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(f"{prefix}{key}.", value)
        else:
            pairs.append((prefix + key, str(value)))
    return pairs
