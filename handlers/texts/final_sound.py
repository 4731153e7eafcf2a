"""The sound that a word ends in when a Korean reads it aloud: what its particle goes by.

English goes by rules of thumb for its transcription (외래어 표기법): a stop behind a short vowel
closes the syllable, as in 챗 or 웹; any other gets a vowel of its own, as in 테스트 or 허브.
"""

import re
import unicodedata
from enum import Enum, auto


class Final(Enum):
    """What a word ends in."""

    VOWEL = auto()
    RIEUL = auto()
    CONSONANT = auto()
    """Any but ㄹ."""


_LOOKED_AT = 64
"""No more signs from the end, however long a word is."""
_IN_BRACKETS = re.compile(r"(?<=\S)\s*\([^()]*\)$")
"""Is not read: the particle goes with what stands before it."""
_SIGNS = {
    "%": "퍼센트",
    "‰": "퍼밀",
    "°": "도",
    "+": "플러스",
    "#": "샵",
    "&": "앤드",
    "$": "달러",
    "₩": "원",
    "€": "유로",
    "£": "파운드",
    "¥": "엔",
}
_UNREAD = re.compile(rf"(?:[^\w{re.escape(''.join(_SIGNS))}]|_)+$")
_MONEY = re.compile(r"(?P<sign>[$₩€£¥]) ?[\d,.]+$")
_DEGREES = re.compile(r"°[CF]$")
_DIGITS = "영일이삼사오육칠팔구"
_QUANTITY = re.compile(r"\d ?(?P<unit>[A-Za-z]+)$")
_UNITS = {
    **dict.fromkeys(("g", "kg", "mg"), "그램"),
    **dict.fromkeys(("m", "km", "cm", "mm"), "미터"),
    **dict.fromkeys(("l", "L", "ml", "mL"), "리터"),
    "h": "시간",
    "px": "픽셀",
}
_LATIN = re.compile(r"[A-Za-z]+$")
_ABBREVIATION = re.compile(r".|[^aeiouy]+|(?-i:[A-Z]{2,3}|.*[a-z][A-Z]{2,})", re.IGNORECASE)
"""Read letter by letter: alone, without a vowel, short, or capitals at the end of something."""
_WORDS_IN_CAPITALS = frozenset({"APP", "BOT", "JOB", "WEB"})
_RIEUL_LETTERS, _NASAL_LETTERS = "lr", "mn"
_VOWEL_WORD = re.compile(
    r".*hub|sub|.*loop|soup|leap|jeep|hoop|troop|bit|kit|hit|nut|mat|anime", re.IGNORECASE
)
"""Read with a vowel at the end, against the rules: 허브, 루프, 비트."""
_ENDS_IN_RIEUL = re.compile(r"(?:l|.le)$", re.IGNORECASE)
_ENDS_IN_CONSONANT = re.compile(
    r"(?:[mn]|mb|ng|ck|[aeiouy][mn]e|type|good"
    r"|[aeiou]c|(?:^|[^aeiou])[aeiou][bkt]|ook|out|tt|[aeiou]pp?)$",
    re.IGNORECASE,
)
_IS_NASAL_KANA = "んン"
_SYLLABLES, _FINALS, _RIEUL = range(0xAC00, 0xD7A4), 28, 8
_LEADS, _JAMO, _LEAD_RIEUL, _LEAD_IEUNG = range(0x1100, 0x1113), range(0x1100, 0x1200), "ᄅ", "ᄋ"


def final_sound(word: str) -> Final | None:
    """Return what a word ends in; None where only its reader knows, as of a Chinese character.

    A word that has nothing to read, such as an emoji, ends in a vowel.
    """
    text = unicodedata.normalize("NFKC", word[-_LOOKED_AT:])
    said = _UNREAD.sub("", _IN_BRACKETS.sub("", text.rstrip())) or _UNREAD.sub("", text)
    if not said:
        return Final.VOWEL
    if hangul := _in_hangul(said):
        return _of_hangul(hangul)
    return _of_jamo(said) if ord(said[-1]) in _JAMO else _of_other_script(said)


def _in_hangul(word: str) -> str | None:
    """Return how the last sign of a word is read, if that is the same everywhere."""
    if found := _MONEY.search(word):
        return _SIGNS[found["sign"]]
    last = word[-1]
    if last.isdecimal():
        return _DIGITS[int(last)]
    return last if ord(last) in _SYLLABLES else _SIGNS.get(last)


def _of_hangul(word: str) -> Final:
    number = (ord(word[-1]) - _SYLLABLES.start) % _FINALS
    if number == _RIEUL:
        return Final.RIEUL
    return Final.CONSONANT if number else Final.VOWEL


def _of_jamo(word: str) -> Final:
    """ㅋㅋ is read 크크 and ㅇㅇ 응응; a consonant alone by its name, as 키읔."""
    last = word[-1]
    is_repeated = word.endswith(last * 2) and last != _LEAD_IEUNG
    if ord(last) not in _LEADS or is_repeated:
        return Final.VOWEL
    return Final.RIEUL if last == _LEAD_RIEUL else Final.CONSONANT


def _of_other_script(word: str) -> Final | None:
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    if _DEGREES.search(bare):
        return Final.VOWEL
    quantity = _QUANTITY.search(bare)
    if quantity and (unit := _UNITS.get(quantity["unit"])):
        return _of_hangul(unit)
    if latin := _LATIN.search(bare):
        return _of_latin(latin[0])
    if "KATAKANA" in (name := unicodedata.name(word[-1], "")) or "HIRAGANA" in name:
        return Final.CONSONANT if word[-1] in _IS_NASAL_KANA else Final.VOWEL
    return None


def _of_latin(word: str) -> Final:
    last = word[-1].lower()
    if _ABBREVIATION.fullmatch(word) and word not in _WORDS_IN_CAPITALS:
        if last in _RIEUL_LETTERS:
            return Final.RIEUL
        return Final.CONSONANT if last in _NASAL_LETTERS else Final.VOWEL
    if _VOWEL_WORD.fullmatch(word):
        return Final.VOWEL
    if _ENDS_IN_RIEUL.search(word):
        return Final.RIEUL
    return Final.CONSONANT if _ENDS_IN_CONSONANT.search(word) else Final.VOWEL
