"""Words that depend on what fills the blank before them.

Korean particles by its last sound: `{label:으로}`, or behind a quotation mark: `“{value:”을}`.
English words by its number: `{n:text|texts}`.
"""

import re
import string
from typing import Any

_PAIRS = {"을": "를", "은": "는", "이": "가", "과": "와", "으로": "로", "이에요": "예요"}
"""What follows a consonant, and what follows a vowel."""
_SPEC = re.compile(rf"(?P<marks>[”’\"')\]]*)(?P<particle>{'|'.join(sorted(_PAIRS, reverse=True))})")
_SYLLABLES, _FINALS = range(0xAC00, 0xD7A4), 28
_RIEUL = 8
_DIGITS = {"0": "영", "1": "일", "3": "삼", "6": "육", "7": "칠", "8": "팔"}
"""As they are read; the others end in a vowel."""
_LETTERS = {"L": "엘", "M": "엠", "N": "엔", "R": "알"}
_LATIN_END = re.compile(r"(?:[mn]|ng|ck|[aeiou][ckpt])$", re.IGNORECASE)


class Sentences(string.Formatter):
    """Fills blanks, and puts the right particle or plural behind them."""

    def format_field(self, value: Any, format_spec: str) -> Any:  # noqa: ANN401 - as its base has it
        """Return a fact as it stands in the sentence."""
        one, bar, many = format_spec.partition("|")
        if bar:
            return f"{value} {one if str(value) == '1' else many}"
        found = _SPEC.fullmatch(format_spec)
        if not found:
            return super().format_field(value, format_spec)
        return f"{value}{found['marks']}{particle(str(value), found['particle'])}"


def particle(word: str, after_consonant: str) -> str:
    """Return the form of a particle that goes with a word."""
    final = _final(word)
    is_vowel = not final or (after_consonant == "으로" and final == _RIEUL)
    return _PAIRS[after_consonant] if is_vowel else after_consonant


def _final(word: str) -> int:
    """Return the number of the consonant that a word ends in when it is read; 0: in none."""
    said = [sign for sign in word if sign.isalnum()][-8:]
    if not said:
        return 0
    last, whole = said[-1], "".join(said)
    if last.isascii() and last.isalpha() and not whole.isupper():
        return _RIEUL if last in "lL" else int(bool(_LATIN_END.search(whole)))
    read = _DIGITS.get(last) or _LETTERS.get(last) or last
    code = ord(read)
    return (code - _SYLLABLES.start) % _FINALS if code in _SYLLABLES else 0
