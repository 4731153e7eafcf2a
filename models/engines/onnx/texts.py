"""Texts of our own on which a faster engine must agree with torch: what people write in a chat.

They are put together from parts, always alike: Korean and English, one word and three hundred,
emoji, numbers, names, nothing at all.
"""

from collections.abc import Iterator
from itertools import cycle, islice, product

_WHO_EN = ("the new update", "my cat", "this recipe", "our coach", "that last episode", "the train")
_DOES_EN = (
    "made me laugh so hard",
    "is late again and nobody says why",
    "was honestly better than I expected",
    "broke on the second day, I want my money back",
    "costs 29.90 euros now",
    "looks fine to me?",
)
_WHO_KO = ("이번 업데이트", "우리 강아지", "어제 본 영화", "새로 생긴 식당", "내일 회의", "그 선수")
_DOES_KO = (
    "정말 마음에 들어요",
    "왜 이렇게 느린 거죠",
    "생각보다 훨씬 별로였음",
    "덕분에 하루 종일 웃었다 ㅋㅋㅋ",
    "3시 30분에 시작한다고 합니다",
    "다시는 안 갈 것 같아요 ㅠㅠ",
)
_ENDS = ("", "!", " 😊", "...", " @mina https://example.org/a?b=1", " 진짜로 lol")
_ALONE = (
    "",
    "ok",
    "ㅇㅇ",
    "???",
    "🎉🎉🎉",
    "1234567890",
    "감사합니다",
    "WHY ARE WE SHOUTING",
    "print('hello')",
    "<b>&amp;</b>",
    "e=mc²",
    "꿻뷁",
)
_LONG_WORDS = (40, 120, 300)
_MASK = "___"


def calibration_texts() -> list[str]:
    """Return some 160 texts, most of them short."""
    english, korean = _sentences(_WHO_EN, _DOES_EN), _sentences(_WHO_KO, _DOES_KO)
    short = [
        sentence + end for sentence, end in zip([*english, *korean], cycle(_ENDS), strict=False)
    ]
    two = [f"{first} {second}" for first, second in zip(english, korean, strict=True)]
    words = " ".join([*english, *korean]).split()
    long = [" ".join(islice(cycle(words), start, start + count)) for start, count in _long()]
    return [*_ALONE, *short, *two, *long]


def masked_texts() -> list[str]:
    """Return the texts of two words and more, each with one word hidden."""
    several = [text.split() for text in calibration_texts() if len(text.split()) > 1]
    return [_masked(words, place) for place, words in enumerate(several)]


def _sentences(who: tuple[str, ...], does: tuple[str, ...]) -> list[str]:
    return [f"{subject} {predicate}" for subject, predicate in product(who, does)]


def _long() -> Iterator[tuple[int, int]]:
    return ((11 * place, count) for place, count in enumerate(_LONG_WORDS * 2))


def _masked(words: list[str], place: int) -> str:
    hidden = place % min(len(words), 20)
    return " ".join([*words[:hidden], _MASK, *words[hidden + 1 :]])
