"""Which language a text in Latin letters is in, told by its small words, where they tell it at all.

Small words make up a third of what people write. A text is foreign only where they clearly say so:
of a few words, of names and of mixed texts nothing is said.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from models.canonical import canonical

_MOST_LETTERS = 2_000
_LEAST_WORDS = 2
_LEAST_SHARE = 0.25
_TIMES_KNOWN = 2

_SMALL_WORDS = {
    "en": (
        "the an is are am was were be been you he she it we they to of in on at and or but "
        "not no do does did how what where when who why this that these my your his her our "
        "with for as have has had me so very can will would there here from by if all just"
    ),
    "fr": (
        "le la les des un une est et dans pour pas que qui avec sur je tu il elle nous vous "
        "ils ce c'est cette très mais où au aux du de sont suis j'ai n'est l'a quel quelle "
        "comment bien plus"
    ),
    "de": (
        "der die das und ist nicht ich du er sie wir ein eine einen mit für auf zu dem den "
        "von sehr auch wie wo aber haben habe hat sind bin war im nur noch schon kann"
    ),
    "es": (
        "el la los las un una es que en por para con se muy pero como está estoy son mi lo "
        "del de qué cómo dónde cuándo gusta mucho esta este hay más también yo tú"
    ),
    "it": (
        "il lo la gli le un una che di per non con sono molto ma come mi questo questa della "
        "del dove cosa anche più hai nel"
    ),
    "pt": (
        "os as um uma que não para com muito mas como está são você do da em onde eu isso "
        "também mais na no de"
    ),
    "nl": (
        "de het een en is niet ik je van op met voor zijn wij we maar hoe waar ook dat dit "
        "zeer heel hij zij er"
    ),
    "sv": ("och är det att inte jag en ett på som med för hur var mycket han hon vi du"),
    "pl": ("nie jest się na to że jak gdzie bardzo jestem co dla ale czy"),
    "tr": ("bir ve bu için ne çok değil mi nasıl nerede ben sen var yok ama"),
    "id": ("yang dan di ini itu tidak saya untuk dengan ada apa kamu sangat bagaimana dimana ke"),
    "vi": ("không là có và của một được tôi bạn rất này cho với những đi"),
}
_LONGER_CODES = {
    "eng": "en",
    "english": "en",
    "fra": "fr",
    "fre": "fr",
    "french": "fr",
    "deu": "de",
    "ger": "de",
    "german": "de",
    "spa": "es",
    "spanish": "es",
    "ita": "it",
    "italian": "it",
    "por": "pt",
    "portuguese": "pt",
    "nld": "nl",
    "dutch": "nl",
    "swe": "sv",
    "swedish": "sv",
    "pol": "pl",
    "polish": "pl",
    "tur": "tr",
    "turkish": "tr",
    "ind": "id",
    "vie": "vi",
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def foreign_language(text: str, known: Iterable[str]) -> str | None:
    """Return the language of a text whose small words are clearly none of the `known` languages'.

    Of a language that we have no words of, such as Korean, none are counted.
    """
    codes = {_LONGER_CODES.get(code, code) for code in known}
    words = [
        word.replace("’", "'") for word in _WORD.findall(canonical(text[:_MOST_LETTERS]).lower())
    ]
    small = _small_words()
    ours = frozenset[str]().union(*(small[code] for code in codes if code in small))
    others = {code: each - ours for code, each in small.items() if code not in codes}
    if not others:
        return None
    counts = {code: _count(words, each) for code, each in others.items()}
    best = max(counts, key=lambda code: counts[code])
    least = max(_LEAST_WORDS, _LEAST_SHARE * len(words), _TIMES_KNOWN * _count(words, ours))
    return best if counts[best] >= least else None


def _count(words: Iterable[str], small: frozenset[str]) -> int:
    return sum(word in small for word in words)


@cache
def _small_words() -> Mapping[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in _SMALL_WORDS.items()}
