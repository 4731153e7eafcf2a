"""Why something failed, in the language of whoever asked.

The engine, the trainer and the storage give a reason as an English sentence, and that sentence is
its own key, as with gettext: reasons.ko.toml has the Korean beside each, with the same blanks. A
test collects every reason in their source and fails for one without Korean.
"""

import re
import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from handlers.types import Language


def translate_reason(sentence: str, language: Language) -> str:
    """Return a reason in a language; one without a translation stays English."""
    if language is Language.ENGLISH:
        return sentence
    return reasons(language).get(sentence) or _refilled(sentence, language) or sentence


@cache
def reasons(language: Language) -> Mapping[str, str]:
    """Return the translations by English sentence."""
    text = resources.files(__package__).joinpath(f"reasons.{language}.toml").read_text("utf-8")
    return {english: str(translation) for english, translation in tomllib.loads(text).items()}


def _refilled(sentence: str, language: Language) -> str | None:
    """Take what stands in the blanks of an English sentence over into the other language."""
    for pattern, translation in _patterns(language):
        if found := pattern.fullmatch(sentence):
            return translation.format(**found.groupdict())
    return None


@cache
def _patterns(language: Language) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (_pattern(english), translation)
        for english, translation in reasons(language).items()
        if "{" in english
    )


def _pattern(english: str) -> re.Pattern[str]:
    parts = string.Formatter().parse(english)
    return re.compile(
        "".join(
            re.escape(words) + (f"(?P<{blank}>.*)" if blank else "") for words, blank, *_ in parts
        ),
        re.DOTALL,
    )
