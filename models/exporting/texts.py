"""Texts of our own: on some a faster engine must agree with torch, by others it is fitted.

They are what people write in a chat, put together from parts, always alike: Korean and English, one
word and three hundred, emoji, numbers, names, nothing at all. No sentence is in both sets.
"""

from collections.abc import Iterator
from itertools import cycle, islice, product

_WHO_EN = (
    "the new update",
    "my cat",
    "this recipe",
    "our coach",
    "that last episode",
    "the train",
    "your explanation",
    "the museum on Sunday",
    "whoever fixed the printer",
    "a song from the nineties",
)
_DOES_EN = (
    "made me laugh so hard",
    "is late again and nobody says why",
    "was honestly better than I expected",
    "broke on the second day, I want my money back",
    "costs 29.90 euros now",
    "looks fine to me?",
    "will be shown to the parliament tomorrow",
    "scared the children a little",
    "helped a lot, thank you",
    "won by two goals in the last minute",
)
_WHO_KO = (
    "이번 업데이트",
    "우리 강아지",
    "어제 본 영화",
    "새로 생긴 식당",
    "내일 회의",
    "그 선수",
    "정부 발표",
    "친구가 준 책",
    "옆집 아저씨",
    "이 게임 음악",
)
_DOES_KO = (
    "정말 마음에 들어요",
    "왜 이렇게 느린 거죠",
    "생각보다 훨씬 별로였음",
    "덕분에 하루 종일 웃었다 ㅋㅋㅋ",
    "3시 30분에 시작한다고 합니다",
    "다시는 안 갈 것 같아요 ㅠㅠ",
    "때문에 주가가 크게 올랐다",
    "어디에서 볼 수 있나요?",
    "결승에서 두 골을 넣었다",
    "고마워서 눈물이 났다",
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

_FITTED_WHO_EN = (
    "our landlord",
    "the second season",
    "my old laptop",
    "a friend from Busan",
    "the coffee here",
    "her answer",
)
_FITTED_DOES_EN = (
    "keeps me up at night",
    "was not worth the wait at all",
    "opens at nine on Sundays",
    "surprised everyone in the room",
    "needs a new battery, who knows where to buy one",
    "is simply the best",
)
_FITTED_WHO_KO = ("이 노래", "지난주 경기", "새 노트북", "우리 선생님", "저 카페 커피", "오늘 날씨")
_FITTED_DOES_KO = (
    "들을 때마다 눈물이 나요",
    "왜 자꾸 멈추는지 모르겠다",
    "기대 이상이라 깜짝 놀랐습니다",
    "하나도 안 웃기던데",
    "값이 두 배로 올랐대",
    "누가 좀 설명해 주세요",
)


def trial_texts() -> list[str]:
    """Return some 250 texts, most of them short, on which engines are compared."""
    english, korean = _sentences(_WHO_EN, _DOES_EN), _sentences(_WHO_KO, _DOES_KO)
    short = [
        sentence + end for sentence, end in zip([*english, *korean], cycle(_ENDS), strict=False)
    ]
    two = [f"{first} {second}" for first, second in zip(english[::3], korean[1::3], strict=False)]
    words = " ".join([*english, *korean]).split()
    long = [" ".join(islice(cycle(words), start, start + count)) for start, count in _long()]
    return [*_ALONE, *short, *two, *long]


def masked_texts() -> list[str]:
    """Return the trial texts of two words and more, each with one word hidden."""
    several = [text.split() for text in trial_texts() if len(text.split()) > 1]
    return [_masked(words, place) for place, words in enumerate(several)]


def fitting_texts() -> list[str]:
    """Return some 80 texts, the short ones in front, by which a network's roundings are chosen."""
    english = _sentences(_FITTED_WHO_EN, _FITTED_DOES_EN)
    korean = _sentences(_FITTED_WHO_KO, _FITTED_DOES_KO)
    both = [text for pair in zip(english, korean, strict=True) for text in pair]
    long = " ".join(both)
    return [*both, long[: len(long) // 2], long[len(long) // 2 :]]


def _sentences(who: tuple[str, ...], does: tuple[str, ...]) -> list[str]:
    return [f"{subject} {predicate}" for subject, predicate in product(who, does)]


def _long() -> Iterator[tuple[int, int]]:
    return ((11 * place, count) for place, count in enumerate(_LONG_WORDS * 2))


def _masked(words: list[str], place: int) -> str:
    hidden = place % min(len(words), 20)
    return " ".join([*words[:hidden], _MASK, *words[hidden + 1 :]])
