"""Made-up messages: five topics of pseudo-words, and opinions in Korean and English.

Only the standard library, since contenders of other environments read this package, too.
"""

import random
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate

Speaker = Callable[[random.Random, int], list[str]]
"""Says so many words."""
Phrases = tuple[tuple[str, ...], ...]

TOPICS = 5
_SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "an", "er")]
_WORDS = 20_000
_ENDINGS = 600
_WORDS_OF_TOPIC = 400
_SHARE_OF_TOPIC = 0.5
_SHARE_OF_COMPOUNDS = 0.2


@cache
def pseudo_words() -> list[str]:
    """Return words that a vocabulary holds whole."""
    return _invent(random.Random(1), _WORDS, (2, 3, 4))


@cache
def endings() -> list[str]:
    """Return what may follow such a word, so that it takes two pieces."""
    return _invent(random.Random(2), _ENDINGS, (1, 2, 2))


def words_of(topic: int) -> list[str]:
    """Return the words that belong to a topic."""
    return pseudo_words()[topic * _WORDS_OF_TOPIC : (topic + 1) * _WORDS_OF_TOPIC]


def speak_of(topic: int | None = None) -> Speaker:
    """Return who speaks of one topic, or of another each time."""

    def speak(chance: random.Random, words: int) -> list[str]:
        own = chance.randrange(TOPICS) if topic is None else topic
        return [_word(chance, own) for _ in range(words)]

    return speak


def speak_from(texts: Sequence[str]) -> Speaker:
    """Return who repeats what others said, one text after the other."""

    def speak(chance: random.Random, words: int) -> list[str]:
        said: list[str] = []
        while len(said) < words:
            said += chance.choice(texts).split()
        return said[:words]

    return speak


def speak_opinions(chance: random.Random, words: int) -> list[str]:
    """Praise or complain, in Korean or English."""
    return chance.choice((speak_english, speak_korean))(chance, words)


def speak_praise(chance: random.Random, words: int) -> list[str]:
    """Praise in English."""
    return _opinion(chance, words, _GOOD)


def speak_complaint(chance: random.Random, words: int) -> list[str]:
    """Complain in English."""
    return _opinion(chance, words, _BAD)


def speak_english(chance: random.Random, words: int) -> list[str]:
    """Praise or complain."""
    return _opinion(chance, words, chance.choice((_GOOD, _BAD)))


def speak_korean(chance: random.Random, words: int) -> list[str]:
    """Praise or complain."""
    return _opinion(chance, words, chance.choice((_GOOD_KOREAN, _BAD_KOREAN)))


def speak_both(chance: random.Random, words: int) -> list[str]:
    """Begin in English and go on in Korean."""
    half = (words + 1) // 2
    return speak_english(chance, half) + speak_korean(chance, half)


def _opinion(chance: random.Random, words: int, phrases: Phrases) -> list[str]:
    said: list[str] = []
    while len(said) < words:
        said += chance.choice(chance.choice(phrases)).split()
    return said[:words]


def _word(chance: random.Random, topic: int) -> str:
    words, places, weights = _distribution(topic)
    word = words[chance.choices(places, cum_weights=weights)[0]]
    is_compound = chance.random() < _SHARE_OF_COMPOUNDS
    return word + chance.choice(endings()) if is_compound else word


@cache
def _distribution(topic: int) -> tuple[list[str], range, list[float]]:
    """Words of a topic with cumulated weights: its own are frequent, all others follow Zipf."""
    own, common = words_of(topic), pseudo_words()[TOPICS * _WORDS_OF_TOPIC :]
    weights = _zipf(len(own), _SHARE_OF_TOPIC) + _zipf(len(common), 1 - _SHARE_OF_TOPIC)
    both = own + common
    return both, range(len(both)), list(accumulate(weights))


def _zipf(count: int, share: float) -> list[float]:
    raw = [1 / (place + 3) for place in range(count)]
    total = sum(raw)
    return [share * each / total for each in raw]


def _invent(chance: random.Random, count: int, lengths: tuple[int, ...]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(chance.choices(_SYLLABLES, k=chance.choice(lengths)))] = None
    return list(found)


_GOOD = (
    ("my sister", "our team", "the new update", "that little café", "this soundtrack", "her voice"),
    ("really surprised me", "made everybody laugh", "keeps getting better", "is simply wonderful"),
    ("honestly", "wow", "thank you all", "today", "as always", "for the third time"),
    ("and I would do it again", "so we stayed until midnight", "because people were kind"),
)
_BAD = (
    ("the old launcher", "their support", "that boss fight", "the last patch", "my order"),
    ("was a waste of money", "crashed again", "is slower than before", "never arrived"),
    ("sorry, but", "ugh", "once more", "seriously", "since last week", "nobody answered"),
    ("and the queue took two hours", "so I am giving up", "although we paid for it"),
)
_GOOD_KOREAN = (
    ("우리 팀이", "새 업데이트가", "어제 본 영화가", "그 작은 식당이", "이번 노래가", "친구가"),
    ("정말 마음에 들어요", "생각보다 훨씬 좋았어요", "모두를 웃게 했어요", "완전 최고예요"),
    ("진짜", "솔직히", "오늘도", "역시", "다들 고마워요", "세 번째인데"),
    ("그래서 꼭 추천하고 싶어요", "내일 또 갈 거예요", "친구들도 다 그렇게 말해요"),
)
_BAD_KOREAN = (
    ("지난 패치가", "고객센터가", "주문한 옷이", "그 서버가", "이번 행사가", "배달이"),
    ("너무 실망스러웠어요", "또 멈췄어요", "예전보다 느려요", "돈이 아까웠어요"),
    ("하아", "있잖아요,", "지난주부터", "또", "아무도 대답을 안 해요", "미안하지만"),
    ("다시는 안 할래요", "두 시간이나 기다렸어요", "그래서 조금 화가 나요"),
)
