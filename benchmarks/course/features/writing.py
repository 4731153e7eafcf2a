"""Rows on what a model writes."""

from benchmarks.course.comparing import letter
from benchmarks.course.rows import TINY, Answer, Row
from handlers.table import Bilingual


def _written(answer: Answer) -> str:
    return str(answer.kept["written"]).strip()


def _whole(answer: Answer) -> str:
    """Return a text of which only the beginning is kept."""
    return str(answer.reply.text).partition("\n\n")[0]


def _printed(said: str) -> str:
    return said.strip().strip("\ufffd")


def _row(feature: Bilingual, command: Bilingual) -> Row:
    ours = _whole if command.en.startswith("/translate") else _written
    return Row(feature, command, letter(ours, _printed), model=TINY)


def _prompt(feature: Bilingual, english: str, korean: str) -> Row:
    begin, end = "good movie", "12"
    command = Bilingual(
        f"/generate {begin} length:{end}{english} model:tiny-gpt2",
        f"/생성 {begin} 길이:{end}{korean} 모델:tiny-gpt2",
    )
    return _row(feature, command)


WRITING: tuple[Row, ...] = (
    _row(
        Bilingual("summarization (generate, T5)", "summarization (generate, T5)"),
        Bilingual("/summarize the good movie model:tiny-t5", "/요약 the good movie 모델:tiny-t5"),
    ),
    _row(
        Bilingual("translation (generate, M2M100)", "translation (generate, M2M100)"),
        Bilingual(
            "/translate 밥은 정말 맛있었다 to:English from:Korean model:tiny-m2m100",
            "/번역 밥은 정말 맛있었다 언어:영어 원문:한국어 모델:tiny-m2m100",
        ),
    ),
    _prompt(
        Bilingual(
            "text-generation, the likeliest token each time",
            "text-generation, 늘 가장 그럴듯한 토큰",
        ),
        "",
        "",
    ),
    _prompt(
        Bilingual("Temperature and seed", "온도와 시드"),
        " temperature:0.8 seed:7",
        " 온도:0.8 시드:7",
    ),
    _prompt(Bilingual("Beams", "빔"), " beams:4", " 빔:4"),
    _row(
        Bilingual("Chat templates", "대화 템플릿"),
        Bilingual(
            "/generate good movie length:12 model:tiny-chat",
            "/생성 good movie 길이:12 모델:tiny-chat",
        ),
    ),
)
