"""Why something failed, in the language of whoever asked.

A reason comes as `code` or `code:fact` (models/reasons.py); reasons.en.toml and reasons.ko.toml
have the sentences by code, with a blank where there is a fact.
"""

import errno
import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib import resources

from handlers.texts.particles import Sentences
from handlers.types import Language

_FORMATTER = Sentences()


def translate_reason(reason: str, language: Language) -> str:
    """Return the sentence of a reason; one that is unknown is shown as it is."""
    code, _, fact = reason.partition(":")
    if code not in reasons(language):
        code, fact = _read_back(reason)
    sentence = reasons(language).get(code)
    if sentence is None:
        return reason
    return _FORMATTER.vformat(sentence, (), defaultdict(lambda: fact))


def explain_system_error(error: BaseException, language: Language) -> str:
    """Return what the operating system or a library says; without full stop, to stand in others."""
    number = getattr(error, "errno", None)
    said = str(getattr(error, "strerror", None) or error)
    return reasons(language).get(errno.errorcode.get(number or 0, ""), said)


@cache
def reasons(language: Language) -> Mapping[str, str]:
    """Return the sentences by code."""
    text = resources.files(__package__).joinpath(f"reasons.{language}.toml").read_text("utf-8")
    return {code: str(sentence) for code, sentence in tomllib.loads(text).items()}


def _read_back(said: str) -> tuple[str, str]:
    """Return code and fact of an English sentence: jobs were once stored with those."""
    english = reasons(Language.ENGLISH).items()
    for code, sentence in sorted(english, key=lambda each: "{" in each[1]):
        if found := re.fullmatch(_pattern(sentence), said, re.DOTALL):
            return code, "".join(found.groups())
    return "", ""


def _pattern(sentence: str) -> str:
    """Match what a sentence says of some fact, with the fact as a group."""
    parts = _FORMATTER.parse(sentence)
    return "".join(re.escape(said) + _blank(spec) for said, _, spec, _ in parts)


def _blank(spec: str | None) -> str:
    """Match what fills a blank, with the noun that it counts; nothing where there is none."""
    if spec is None:
        return ""
    one, bar, many = map(re.escape, spec.partition("|"))
    return f"(.*) (?:{one}|{many})" if bar else "(.*)"
