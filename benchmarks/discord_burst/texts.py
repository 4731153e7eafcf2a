"""Texts for a burst, no two alike."""

import math
import random
from collections.abc import Iterator

WHO = ("my sister", "our team", "the new guild", "that streamer", "the last patch", "우리 팀",
       "새 업데이트", "어제 본 영화", "그 식당", "이번 이벤트")  # fmt: skip
DOES = ("really surprised me", "was a complete waste of time", "made everybody laugh",
        "is slower than before", "keeps getting better", "정말 마음에 들어요",
        "생각보다 별로였어요", "다시 하고 싶지 않아요", "꼭 추천하고 싶어요")  # fmt: skip
WHY = ("because nobody had told us", "and I would do it again", "so I am going to bed",
       "even though it rained all day", "친구들도 다 그렇게 말해요", "그래서 조금 아쉬웠어요",
       "and the music was lovely", "but the queue took two hours")  # fmt: skip
HOW = ("honestly", "well,", "sorry, but", "hey all,", "솔직히", "진짜", "있잖아요,", "and yes,")
WHEN = ("today", "last night", "as always", "for the third time", "오늘", "지난주에", "또")


def all_texts() -> Iterator[str]:
    """Make up texts, no two alike."""
    parts = (HOW, WHO, DOES, WHY, WHEN)
    numbers = range(math.prod(map(len, parts)))
    for number in random.Random(0).sample(numbers, len(numbers)):
        words = []
        rest = number
        for part in parts:
            rest, place = divmod(rest, len(part))
            words.append(part[place])
        yield " ".join(words)
