"""Plain sentences with an obvious mood, put together from our own words.

The public data teaches Korean mood from film reviews and English mood from arguments, so what
people simply say of food, weather or a program is rare in it. These frames fill that gap.
"""

import random
from dataclasses import dataclass
from typing import NamedTuple

_TURNED_SHARE = 0.2
_WHOLE_SHARE = 0.25


class Sentence(NamedTuple):
    """A text and its mood: 0 negative, 1 positive."""

    text: str
    mood: int


@dataclass(frozen=True)
class Words:
    """The building blocks of one language; ``{thing}``, ``{word}`` and ``{very}`` are filled in."""

    things: tuple[str, ...]
    very: tuple[str, ...]
    words: tuple[tuple[str, ...], tuple[str, ...]]
    """Describing words: negative ones, then positive ones."""
    frames: tuple[str, ...]
    """Sentences whose mood is that of their word."""
    turned: tuple[str, ...]
    """Sentences whose mood is the opposite of their word's."""
    whole: tuple[tuple[str, ...], tuple[str, ...]]
    """Frames with a mood of their own: negative ones, then positive ones."""


def _several(text: str) -> tuple[str, ...]:
    """The parts between the bars of a text that may run over several lines."""
    return tuple(part.strip() for part in text.split("|"))


ENGLISH = Words(
    things=_several(
        """
        this | it | that | the movie | this film | the food | the service | this place |
        the weather | my day | the update | this app | the game | the ending | the story |
        the acting | the music | this song | the book | the hotel | the room | the coffee |
        the show | the product | the battery | the phone | this bot | the team | the match |
        the lesson | the teacher | everything | the trip | the plot | the design | the staff
        """
    ),
    very=("", "", "", "really ", "so ", "very ", "absolutely ", "just ", "pretty ", "simply "),
    words=(
        _several(
            """
            bad | terrible | awful | horrible | boring | dull | disappointing | annoying |
            useless | broken | ugly | slow | disgusting | a mess | a waste of time | sad |
            frustrating | poor | the worst | stupid | rude | cold and tasteless | a disaster |
            dreadful | unbearable | painful | pathetic | garbage | lousy | overpriced | dirty |
            confusing | tiresome | lifeless | predictable | a failure | pointless
            """
        ),
        _several(
            """
            good | great | wonderful | amazing | excellent | fantastic | lovely | beautiful |
            fun | brilliant | perfect | delicious | awesome | charming | a joy |
            worth every minute | superb | the best | funny | delightful | impressive | helpful |
            friendly | a masterpiece | moving | touching | clever | cool | enjoyable | nice |
            outstanding | refreshing | heartwarming | fresh | warm and kind | incredible
            """
        ),
    ),
    frames=(
        "{thing} is {very}{word}",
        "{thing} was {very}{word}",
        "{thing} is {very}{word}.",
        "{thing} was {very}{word}!",
        "I think {thing} is {very}{word}.",
        "honestly, {thing} was {very}{word}",
        "{thing} looks {very}{word} to me",
        "what can I say, {thing} is {very}{word}",
        "{thing} turned out to be {very}{word}.",
        "we found that {thing} was {very}{word}",
    ),
    turned=(
        "{thing} is not {word}",
        "{thing} was not {word} at all.",
        "{thing} isn't {word}",
        "{thing} wasn't {word}!",
        "I don't think {thing} is {word}.",
        "nobody could call {thing} {word}",
    ),
    whole=(
        _several(
            """
            I hate {thing} | I {very}dislike {thing} | I can't stand {thing}. |
            {thing} made me angry | {thing} made me sad. | I regret {thing} |
            I do not like {thing} | I don't like {thing} at all |
            don't waste your money, {thing} fails | {thing} ruined the evening |
            I am {very}upset | I am {very}tired of {thing} |
            I'm {very}disappointed with {thing}. | never again! | I want my money back |
            I never liked {thing} | {thing} let me down | I feel {very}bad today |
            I'm {very}sad today | {thing} does not work | {thing} keeps crashing, fix it
            """
        ),
        _several(
            """
            I love {thing} | I {very}love {thing}! | I {very}like {thing} |
            I {very}enjoyed {thing}. | thank you, {thing} helped a lot | thanks so much |
            {thing} made me happy | {thing} made me smile. | I recommend {thing} to everyone |
            I can't get enough of {thing} | I'm {very}happy with {thing}. |
            I am {very}happy today | {thing} made my day | well done, everyone |
            I am {very}grateful for {thing} | I would do it again | {thing} works like a charm |
            {thing} was worth the wait | I feel {very}good today | I had a {very}great time |
            I adore {thing}
            """
        ),
    ),
)

KOREAN = Words(
    things=_several(
        """
        이거 | 이 영화 | 음식이 | 서비스가 | 여기 | 날씨가 | 오늘 하루 | 업데이트 | 이 앱 |
        게임이 | 결말이 | 이야기가 | 연기가 | 음악이 | 이 노래 | 이 책 | 호텔이 | 방이 | 커피가 |
        제품이 | 배터리 | 직원분들 | 이 봇 | 경기가 | 수업이 | 선생님이 | 여행이 | 디자인이 |
        배송이 | 가격이 | 화면이 | 분위기가 | 맛이 | 이번 회차 | 목소리가
        """
    ),
    very=("", "", "", "정말 ", "너무 ", "진짜 ", "완전 ", "아주 ", "참 "),
    words=(
        _several(
            """
            별로예요 | 별로다 | 최악이에요 | 최악이다 | 실망이에요 | 실망했다 | 지루해요 |
            지루했다 | 엉망이에요 | 짜증나요 | 짜증난다 | 형편없어요 | 형편없다 | 후회돼요 |
            불편해요 | 맛없어요 | 느려요 | 느리다 | 답답해요 | 재미없어요 | 재미없다 | 화가 나요 |
            더러워요 | 아쉬워요 | 쓸모없어요 | 불친절해요 | 비싸기만 해요 | 시끄러워요 |
            끔찍해요 | 못생겼어요 | 무성의해요 | 허접해요 | 돈 아까워요 | 시간 아깝다 | 슬퍼요 |
            우울해요 | 싫어요 | 싫다
            """
        ),
        _several(
            """
            좋아요 | 좋다 | 좋네요 | 최고예요 | 최고다 | 훌륭해요 | 훌륭했다 | 재미있어요 |
            재밌다 | 멋져요 | 감동적이에요 | 감동이다 | 완벽해요 | 맛있어요 | 친절해요 |
            빠르고 편해요 | 만족해요 | 만족스럽다 | 행복해요 | 즐거웠어요 | 즐거웠다 | 예뻐요 |
            아름다워요 | 사랑스러워요 | 마음에 들어요 | 추천해요 | 대단해요 | 놀라워요 | 신나요 |
            편안해요 | 따뜻해요 | 고마워요 | 감사합니다 | 기뻐요 | 반가워요 | 웃겨서 좋아요 |
            깔끔해요 | 든든해요
            """
        ),
    ),
    frames=(
        "{thing} {very}{word}",
        "{thing} {very}{word}.",
        "{thing} {very}{word}!",
        "{very}{word}",
        "솔직히 {thing} {very}{word}",
        "써 보니까 {thing} {very}{word}",
        "오늘 {thing} {very}{word}",
        "제 생각에는 {thing} {very}{word}",
        "{thing} {very}{word} 다들 그렇게 느꼈대요",
    ),
    turned=(),
    whole=(
        _several(
            """
            {thing} {very}안 좋아요 | {thing} 하나도 재미없어요 | {thing} 마음에 안 들어요 |
            {thing} 좋지 않아요 | {thing} 재미있지 않다 | 다시는 안 와요 | 환불해 주세요 |
            {thing} 기대 이하였어요 | {thing} 자꾸 멈춰요 | {thing} 추천하지 않아요 |
            {thing} 그만하고 싶다 | 오늘 기분이 {very}안 좋아 | 속상해서 눈물이 나요 |
            {thing} 때문에 힘들어요 | {thing} 고장 났어요
            """
        ),
        _several(
            """
            {thing} 나쁘지 않아요 | {thing} 하나도 안 지루해요 | 또 오고 싶어요 |
            다음에 또 할게요 | {thing} 기대 이상이에요 | {thing} 잘 돼요 | 덕분에 살았어요 |
            오늘 기분이 {very}좋아 | {thing} 덕분에 하루 종일 웃었어요 | 도와줘서 {very}고마워 |
            모두 수고 많으셨어요 | {thing} 강력히 추천합니다 | {thing} 사랑해요 |
            기다린 보람이 있네요 | {thing} 문제없이 돌아가요
            """
        ),
    ),
)


def plain_sentences(words: Words, count: int, seed: int = 0) -> list[Sentence]:
    """``count`` different sentences, as many of either mood."""
    chooser = random.Random(seed)  # noqa: S311
    made: dict[str, int] = {}
    while len(made) < count:
        mood = len(made) % 2
        made.setdefault(_sentence(words, mood, chooser), mood)
    return [Sentence(text, mood) for text, mood in made.items()]


def _sentence(words: Words, mood: int, chooser: random.Random) -> str:
    kind = chooser.random()
    if words.turned and kind < _TURNED_SHARE:
        frame, word = chooser.choice(words.turned), chooser.choice(words.words[1 - mood])
    elif kind < _TURNED_SHARE + _WHOLE_SHARE:
        frame, word = chooser.choice(words.whole[mood]), ""
    else:
        frame, word = chooser.choice(words.frames), chooser.choice(words.words[mood])
    thing, very = chooser.choice(words.things), chooser.choice(words.very)
    return frame.format(thing=thing, word=word, very=very)
