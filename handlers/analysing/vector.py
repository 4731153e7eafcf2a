"""`/vector`: the numbers that a body makes of a text, and a file of all of them."""

import json
from io import BytesIO

import numpy as np

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.foreign_text import reader_of
from handlers.asking.query_log import (
    Stopwatch,
    cut_note,
    log_if_possible,
    not_kept_note,
    small_print,
)
from handlers.coding.button import code_button
from handlers.services import Services
from handlers.table import Bilingual, Command, Kind, Option, model_option, text_option
from handlers.texts import say
from handlers.types import File, Language, Reply, Request
from models.results import Pooling, Task, TextVector
from models.tasks.embedding import TextToEmbed

DEFAULT_MODEL = "meaning"
_SHOWN = 8
"""Numbers, and rows of them."""
_DIGITS = 6
"""Of a number in JSON: float32 has no more."""


async def vector(request: Request, services: Services) -> Reply:
    """Answer `/vector text [pooling] [file] [model]`."""
    language = request.actor.language
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request, Task.EMBED)
    watch = Stopwatch()
    text, asker = str(request.options["text"]), request.place.community
    pooling = Pooling(str(request.options.get("pooling", Pooling.OWN)))
    answer = await services.models.ask(checkpoint, TextToEmbed(text, pooling), asker)
    result = {"shape": list(answer.values.shape), "pooling": pooling}
    query_number = await log_if_possible(services, request, checkpoint, result, watch)
    notes = (
        say(language, f"vector.{_made(pooling, answer)}"),
        cut_note(language, answer.tokens),
        (await reader_of(services, checkpoint)).note([text], language),
        not_kept_note(language, query_number),
    )
    return Reply(
        title=_title(answer, language),
        text="\n".join(filter(None, notes)),
        code=_first(answer),
        controls=code_button(query_number, language),
        files=(_file(answer, str(request.options.get("file", "npy"))),),
        footer=small_print(checkpoint, watch, answer.tokens, query_number, answer.engine),
    )


VECTOR = Command(
    name=Bilingual("vector", "벡터"),
    description=Bilingual(
        "The vector that a model makes of a text",
        "글을 벡터로 바꿔 파일로 줘요",
    ),
    handler=vector,
    example=Bilingual("/vector The bus is late", "/벡터 버스가 늦게 와요"),
    options=(
        text_option("The text", "글"),
        Option(
            Bilingual("pooling", "풀링"),
            Bilingual(
                "How its tokens become one vector (own: as the model does it)",
                "토큰들을 벡터 하나로 모으는 방법 (기본 모델대로)",
            ),
            Kind.CHOICE,
            choices=(
                Bilingual("own", "모델대로"),
                Bilingual("mean", "평균"),
                Bilingual("first", "첫토큰"),
                Bilingual("max", "최댓값"),
                Bilingual("none", "토큰마다"),
            ),
        ),
        Option(
            Bilingual("file", "파일"),
            Bilingual("Of which kind (npy)", "파일 종류 (기본 npy)"),
            Kind.CHOICE,
            choices=(Bilingual("npy", "npy"), Bilingual("json", "json")),
            other_words=(("넘파이", "npy"), ("제이슨", "json")),
        ),
        model_option("Which model (meaning)", "쓸 모델 (기본 meaning)", Task.EMBED),
    ),
)


def _made(pooling: Pooling, answer: TextVector) -> Pooling:
    """Without a word of its files, a body's own pooling is the mean."""
    is_usual = pooling is Pooling.OWN and not answer.is_for_comparing
    return Pooling.MEAN if is_usual else pooling


def _title(answer: TextVector, language: Language) -> str:
    shape = " × ".join(f"{size:,}" for size in answer.values.shape)
    if answer.values.ndim > 1:
        return say(language, "vector.rows", shape=shape)
    return say(language, "vector.one", shape=shape, norm=f"{np.linalg.norm(answer.values):.4g}")


def _first(answer: TextVector) -> str:
    """Return the first numbers of the first rows."""
    rows = np.atleast_2d(answer.values)
    lines = [" ".join(f"{number: .4f}" for number in row[:_SHOWN]) for row in rows[:_SHOWN]]
    more = " …" if rows.shape[1] > _SHOWN else ""
    return "\n".join([line + more for line in lines] + ["…"] * (len(rows) > _SHOWN))


def _file(answer: TextVector, kind: str) -> File:
    if kind == "json":
        numbers = np.round(answer.values.astype(np.float64), _DIGITS).tolist()
        return File("vector.json", json.dumps(numbers).encode())
    content = BytesIO()
    np.save(content, answer.values, allow_pickle=False)
    return File("vector.npy", content.getvalue())
