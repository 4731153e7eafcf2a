"""`/similar`: how near two texts are to each other in meaning."""

import asyncio

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.foreign_text import reader_of
from handlers.asking.query_log import (
    Stopwatch,
    cut_note,
    log_if_possible,
    not_kept_note,
    small_print,
)
from handlers.services import Services
from handlers.table import LONGEST_TEXT, Bilingual, Command, Kind, Option, model_option, text_option
from handlers.texts import say
from handlers.types import Language, Reply, Request
from models.canonical import shortened
from models.results import Task, TextVector, TokenCount
from models.tasks.embedding import TextToEmbed, cosine

DEFAULT_MODEL = "meaning"
_NEARNESS = ((0.85, "same"), (0.6, "near"), (0.35, "related"))
"""From which cosine on two texts are said to be so near. Measured with all-MiniLM-L6-v2 on STS-B's
dev rows: three in four of the pairs that people score 4 to 5 of 5 are above .82, of 2 to 4 above
.5, of 0 to 1 below .3; of texts put together by chance 95 in 100 are below .19."""
_LONGEST_KEPT = 1_000


async def similar(request: Request, services: Services) -> Reply:
    """Answer `/similar text other [model]`."""
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
    result = {"cosine": round(value, 6), "other": shortened(texts[1], _LONGEST_KEPT)}
    query_id = await log_if_possible(services, request, checkpoint, result, watch)
    tokens = _sum(one.tokens, other.tokens)
    notes = (
        _said(value, one, language),
        cut_note(language, tokens),
        (await reader_of(services, checkpoint)).note(texts, language),
        not_kept_note(language, query_id),
    )
    return Reply(
        title=say(language, "similar.cosine", value=f"{value:.2f}"),
        text="\n".join(filter(None, notes)),
        footer=small_print(checkpoint, watch, tokens, query_id),
    )


SIMILAR = Command(
    name=Bilingual("similar", "비슷한글"),
    description=Bilingual("How near two texts are in meaning", "두 글의 뜻이 얼마나 가까운지 재요"),
    handler=similar,
    example=Bilingual(
        '/similar The bus is late other:"We are still waiting for the bus"',
        '/비슷한글 버스가 늦게 와요 다른글:"아직 버스를 기다려요"',
    ),
    options=(
        text_option("One text", "첫째 글"),
        Option(
            Bilingual("other", "다른글"),
            Bilingual("The text to compare it with", "비교할 글"),
            Kind.TEXT,
            is_required=True,
            maximum=LONGEST_TEXT,
        ),
        model_option("Which model (meaning)", "쓸 모델 (기본 meaning)", Task.EMBED),
    ),
)


def _said(value: float, vector: TextVector, language: Language) -> str:
    """Say what a cosine comes to, where the model has learned to compare."""
    if not vector.is_for_comparing:
        return say(language, "similar.not_for_comparing")
    nearness = next((name for least, name in _NEARNESS if value >= least), "apart")
    return say(language, f"similar.{nearness}")


def _sum(one: TokenCount, other: TokenCount) -> TokenCount:
    return TokenCount(one.used + other.used, one.total + other.total)
