"""What somebody typed who forgot to switch between Hangul and Latin letters: 한/영."""

import unicodedata

_KEYS = {
    chr(first + place): keys
    for first, row in (
        (0x1100, "r R s e E f a q Q t T d w W c z x v g"),
        (0x1161, "k o i O j p u P h hk ho hl y n nj np nl b m ml l"),
        (0x11A8, "r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g"),
    )
    for place, keys in enumerate(row.split())
}
"""On a Korean keyboard: of the consonants before a vowel, the vowels, the consonants behind it."""

_JAMO = [chr(code) for code in range(0x3131, 0x3164)]
"""Letters that stand alone, as a keyboard types them: those without Shift come first."""


def keys_of(text: str) -> str:
    """Return the keys that type a text, whichever letters they stood for."""
    return "".join(_KEYS.get(one, one) for one in unicodedata.normalize("NFKD", text)).lower()


def letter_on(key: str) -> str:
    """Return what a key types in Hangul, without Shift; a digit is itself."""
    return next((letter for letter in _JAMO if keys_of(letter) == key), key)
