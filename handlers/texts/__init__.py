"""Every sentence shown to people, in English (en.toml) and Korean (ko.toml).

A sentence has a dotted key, such as `classify.unsure`, and named blanks in braces. A test holds
both files to the same keys and blanks.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from handlers.types import Language


def say(language: Language, key: str, /, **facts: object) -> str:
    """Return the sentence `key` with its blanks filled.

    Raises:
        KeyError: there is no such sentence, or a blank has no fact; both are our mistakes.
    """
    return sentences(language)[key].format(**facts)


@cache
def sentences(language: Language) -> Mapping[str, str]:
    """Return all sentences of a language by dotted key."""
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text("utf-8")
    return dict(_flat("", tomllib.loads(text)))


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(f"{prefix}{key}.", value)
        else:
            pairs.append((prefix + key, str(value)))
    return pairs
