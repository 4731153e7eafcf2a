"""Names joined as people do: “Korean, English and German”, “한국어와 영어”."""

from collections.abc import Sequence

from handlers.texts.particles import particle
from handlers.types import Language


def joined(names: Sequence[str], language: Language) -> str:
    """Join names into one phrase of a sentence."""
    *others, last = names or [""]
    if not others:
        return last
    if language is Language.ENGLISH:
        return f"{', '.join(others)} and {last}"
    if len(others) == 1:
        return f"{others[0]}{particle(others[0], '과')} {last}"
    return ", ".join(names)
