"""Which scripts a text is written in, and which of them belong to a language.

A script is named as Unicode names its letters, such as HANGUL or LATIN; the three of Japanese are
one each. Letters alone tell Korean from English, and nothing of them is guessed.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from models.canonical import canonical

LATIN = "LATIN"
CHINESE = "CJK"
KANA = ("HIRAGANA", "KATAKANA")
_MOST_LETTERS = 2_000
"""Of a long text the beginning tells."""
_LETTERS_OF_A_SYLLABLE = 3
"""What one Hangul syllable or Chinese character is worth beside an alphabet's letters."""
_REMEMBERED_LETTERS = 4_096
_DENSE = frozenset({"HANGUL", "CJK"})
_FORMS = frozenset({"HALFWIDTH", "FULLWIDTH", "MODIFIER", "COMBINING", "COMPATIBILITY"})

# A script tells of the first language here that is written in it.
_OTHER_THAN_LATIN = {
    "HANGUL": "ko kor korean",
    "CJK BOPOMOFO": "zh zho cmn yue wuu lzh nan hak chinese",
    "HIRAGANA KATAKANA CJK": "ja jpn japanese",
    "CYRILLIC": "ru rus uk ukr be bel bg bul mk mkd kk kaz ky kir mn mon tg tgk tt tat cv russian",
    "CYRILLIC LATIN": "sr srp",
    "ARABIC": "ar ara arb fa fas pes ur urd ps pus sd ckb ug uig arabic",
    "HEBREW": "he heb iw yi yid",
    "GREEK": "el ell grc",
    "DEVANAGARI": "hi hin mr mar ne npi nep sa san hindi",
    "BENGALI": "bn ben as asm",
    "GURMUKHI": "pa pan",
    "GUJARATI": "gu guj",
    "ORIYA": "or ory ori",
    "TAMIL": "ta tam",
    "TELUGU": "te tel",
    "KANNADA": "kn kan",
    "MALAYALAM": "ml mal",
    "SINHALA": "si sin",
    "THAI": "th tha thai",
    "LAO": "lo lao",
    "KHMER": "km khm",
    "MYANMAR": "my mya",
    "TIBETAN": "bo bod",
    "GEORGIAN": "ka kat",
    "ARMENIAN": "hy hye",
    "ETHIOPIC": "am amh ti tir",
}
_LATIN = """
en eng english fr fra french de deu german es spa spanish it ita italian pt por portuguese nl nld
dutch sv swe da dan no nob nn nno nb is isl fi fin et est lv lav lt lit pl pol cs ces sk slk sl slv
hr hrv bs bos ro ron hu hun tr tur az aze uz uzb id ind ms msa vi vie tl tgl fil jv jav su sun sw
swa so som ha hau yo yor ig ibo zu zul xh xho af afr sq sqi eu eus ca cat gl glg ga gle cy cym mt
mlt eo epo la lat lb ltz oc oci br bre ht hat mg mlg mi mri
"""


def scripts_of_languages(codes: Iterable[str]) -> frozenset[str] | None:
    """Return every script of the languages; None if any of them, or what they are, is unknown.

    Codes are anybody's: `ko`, `pt-BR`, `kor_Hang` and `english` are understood.
    """
    found: set[str] = set()
    for code in codes:
        scripts = _by_code().get(language_code(code))
        if scripts is None:
            return None
        found |= scripts
    return frozenset(found) or None


def foreign_script(text: str, known: frozenset[str]) -> str | None:
    """Return the commonest script of a text that is mostly written in others than `known`."""
    letters = letters_by_script(text)
    foreign = {script: count for script, count in letters.items() if script not in known}
    if 2 * sum(foreign.values()) <= letters.total():
        return None
    return max(foreign, key=lambda script: (foreign[script], script))


def has_words(text: str, scripts: frozenset[str]) -> bool:
    """Whether a text has a letter of the scripts, such as words are made of; lone jamo are none.

    What only looks like a letter, such as a full-width one, is one.
    """
    plain = unicodedata.normalize("NFKC", canonical(text))
    return any(_script(letter) in scripts and not _is_jamo(letter) for letter in plain)


def _is_jamo(letter: str) -> bool:
    return "\u1100" <= letter <= "\u11ff"


def letters_by_script(text: str) -> Counter[str]:
    """Count the letters of each script; a syllable counts as the letters that it stands for."""
    counts: Counter[str] = Counter()
    plain = unicodedata.normalize("NFKC", canonical(text[: 4 * _MOST_LETTERS]))
    for letter in plain[:_MOST_LETTERS]:
        if script := _script(letter):
            counts[script] += _LETTERS_OF_A_SYLLABLE if script in _DENSE else 1
    return counts


def language_code(code: str) -> str:
    """Return a language without its country or script."""
    return code.strip().lower().replace("_", "-").partition("-")[0]


def language_of_script(script: str) -> str | None:
    """Return the language that most of what is written in a script is in; of Latin none is."""
    written = (codes for names, codes in _OTHER_THAN_LATIN.items() if script in names.split())
    codes = next(written, None) if script != LATIN else None
    return codes.split()[0] if codes else None


@cache
def _by_code() -> Mapping[str, frozenset[str]]:
    scripts = dict.fromkeys(_LATIN.split(), frozenset({LATIN}))
    for names, codes in _OTHER_THAN_LATIN.items():
        scripts |= dict.fromkeys(codes.split(), frozenset(names.split()))
    return scripts


@lru_cache(_REMEMBERED_LETTERS)
def _script(letter: str) -> str | None:
    """Return the first word of a letter's name that names its script; None of what is no letter."""
    if not letter.isalpha():
        return None
    words = unicodedata.name(letter, "").split()
    return next((word for word in words if word not in _FORMS), None)
