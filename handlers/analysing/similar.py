"""`/similar`: how near two texts are in meaning; of many, which are nearest."""

import asyncio

from handlers.analysing.nearest import nearest
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
from handlers.coding.snippet import LONGEST
from handlers.services import Services
from handlers.table import (
    LONGEST_TEXT,
    Bilingual,
    Command,
    Kind,
    Option,
    dataset_option,
    model_option,
    text_option,
)
from handlers.texts import say
from handlers.types import Language, Reply, Request, UserError
from models.canonical import shortened
from models.results import Task, TextVector, TokenCount
from models.tasks.embedding import TextToEmbed, cosine

DEFAULT_MODEL = "meaning"
NEARNESS = ((0.85, "same"), (0.65, "near"), (0.5, "related"))
"""From which cosine on two texts are said to be so near. Measured with `meaning` on dev rows of
STS-B and KorSTS: of the pairs that people score 4 to 5 of 5, half are above .85 and .87; of 3 to 4,
three in four above .63 and .66; of texts put together by chance 95 in 100 below .30 and .48."""


async def similar(request: Request, services: Services) -> Reply:
    """Answer `/similar text [other] [dataset] [model]`.

    Raises:
        UserError: both another text and a dataset are named.
    """
    if "other" not in request.options:
        return await nearest(request, services, DEFAULT_MODEL)
    if "dataset" in request.options:
        raise UserError("other_or_dataset")
    language = request.actor.language
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request, Task.EMBED)
    watch = Stopwatch()
    texts = [str(request.options[name]) for name in ("text", "other")]
    asker = request.place.community
    one, other = await asyncio.gather(
        *(services.models.ask(checkpoint, TextToEmbed(text), asker) for text in texts)
    )
    value = cosine(one, other)
    result = {"cosine": round(value, 6), "other": shortened(texts[1], LONGEST + 1)}
    query_number = await log_if_possible(services, request, checkpoint, result, watch)
    tokens = _sum(one.tokens, other.tokens)
    notes = (
        _said(value, one, language),
        cut_note(language, tokens),
        (await reader_of(services, checkpoint)).note(texts, language),
        not_kept_note(language, query_number),
    )
    return Reply(
        title=say(language, "similar.cosine", value=f"{value:.2f}"),
        text="\n".join(filter(None, notes)),
        controls=code_button(query_number, language),
        footer=small_print(checkpoint, watch, tokens, query_number, one.engine),
    )


SIMILAR = Command(
    name=Bilingual("similar", "비슷한글"),
    description=Bilingual(
        "How near two texts are in meaning, or which of many are nearest",
        "두 글의 뜻이 얼마나 가까운지 재거나, 여럿 가운데 가장 가까운 글을 찾아요",
    ),
    handler=similar,
    public_only_with="other",
    example=Bilingual(
        '/similar The bus is late other:"We are still waiting for the bus"',
        '/비슷한글 버스가 늦게 와요 다른글:"아직 버스를 기다려요"',
    ),
    options=(
        text_option("One text", "첫째 글"),
        Option(
            Bilingual("other", "다른글"),
            Bilingual(
                "The text to compare it with; without it, your own questions are looked through",
                "비교할 글. 없으면 내가 물어본 글에서 찾아요",
            ),
            Kind.TEXT,
            holds_words=True,
            maximum=LONGEST_TEXT,
        ),
        dataset_option(
            description=Bilingual("Whose nearest texts to show", "가장 가까운 글을 찾을 데이터셋")
        ),
        model_option("Which model (meaning)", "쓸 모델 (기본 meaning)", Task.EMBED),
    ),
)


def _said(value: float, vector: TextVector, language: Language) -> str:
    """Say what a cosine comes to, where the model has learned to compare."""
    if not vector.is_for_comparing:
        return say(language, "similar.not_for_comparing")
    nearness = next((name for least, name in NEARNESS if value >= least), "apart")
    return say(language, f"similar.{nearness}")


def _sum(one: TokenCount, other: TokenCount) -> TokenCount:
    return TokenCount(one.used + other.used, one.total + other.total)
