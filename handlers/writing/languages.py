"""Languages as people call them, in English, in Korean or by a code."""

import re
from collections.abc import Iterable
from functools import cache

from handlers.texts import sentences
from handlers.types import Language
from models.canonical import folded
from models.languages.codes import short

_KEY = "language."
_CODE = re.compile(r"[a-z]{2,3}")
"""Other keys are words for many languages, for others and for alphabets."""


def code_of(typed: str) -> str:
    """Return the code of a language that somebody names; what nobody knows stays as it is."""
    return _codes().get(folded(typed), typed.strip())


def name_of(code: str, language: Language) -> str:
    """Return what a language is called; the code itself where it has no name here."""
    return sentences(language).get(f"{_KEY}{short(code)}", code)


def by_fame(codes: Iterable[str]) -> list[str]:
    """Return languages in the order in which Tokki names them, those without a name last."""
    known = [key.removeprefix(_KEY) for key in sentences(Language.ENGLISH) if key.startswith(_KEY)]
    order = {code: place for place, code in enumerate(known)}
    return sorted(codes, key=lambda code: order.get(code, len(order)))


@cache
def _codes() -> dict[str, str]:
    return {
        folded(typed): code
        for language in Language
        for key, name in sentences(language).items()
        if key.startswith(_KEY) and _CODE.fullmatch(code := key.removeprefix(_KEY))
        for typed in (name, code)
    }
