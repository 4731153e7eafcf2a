"""Words that depend on what fills the blank before them.

Korean particles by its last sound: `{label:으로}`, or behind a quotation mark: `“{value:”을}`.
English words by its number: `{n:text|texts}`.
"""

import re
import string
from typing import Any

from handlers.texts.final_sound import Final, final_sound

_PAIRS = {
    "을": "를",
    "은": "는",
    "이": "가",
    "과": "와",
    "으로": "로",
    "이에요": "예요",
    "이라": "라",
    "이나": "나",
}
"""What follows a consonant, and what follows a vowel."""
_SPEC = re.compile(rf"(?P<marks>[”’\"')\]]*)(?P<particle>{'|'.join(sorted(_PAIRS, reverse=True))})")


class Sentences(string.Formatter):
    """Fills blanks, and puts the right particle or plural behind them."""

    def format_field(self, value: Any, format_spec: str) -> Any:  # noqa: ANN401 - as its base has it
        """Return a fact as it stands in the sentence."""
        one, bar, many = format_spec.partition("|")
        if bar:
            number = f"{value:,}" if isinstance(value, int) else str(value)
            return f"{number} {one if number == '1' else many}"
        found = _SPEC.fullmatch(format_spec)
        if not found:
            return super().format_field(value, format_spec)
        return f"{value}{found['marks']}{particle(str(value), found['particle'])}"


def particle(word: str, after_consonant: str) -> str:
    """Return the form of a particle that goes with a word; both where that cannot be told."""
    after_vowel = _PAIRS[after_consonant]
    match final_sound(word):
        case None:
            return _both(after_consonant, after_vowel)
        case Final.RIEUL:
            return after_vowel if after_consonant == "으로" else after_consonant
        case Final.VOWEL:
            return after_vowel
    return after_consonant


def _both(after_consonant: str, after_vowel: str) -> str:
    """을(를), and (으)로 where the one is the other with something before it."""
    if after_consonant.endswith(after_vowel):
        return f"({after_consonant.removesuffix(after_vowel)}){after_vowel}"
    return f"{after_consonant}({after_vowel})"
