"""Answers about two texts together, such as whether one follows from the other.

Datasets are of single texts, so nobody's word on a pair would be learned from: none is asked for.
"""

from handlers.asking.classifying.classify_lines import Title
from handlers.asking.classifying.raw_numbers import numbers_button
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
from handlers.texts import say
from handlers.types import Bar, Reply, Request
from models.results import Checkpoint, Classification


async def pair_reply(
    request: Request,
    services: Services,
    checkpoint: Checkpoint,
    answer: Classification,
    watch: Stopwatch,
    title: Title,
) -> Reply:
    """Show what a classifier says of two texts."""
    language, options = request.actor.language, request.options
    text, pair = str(options["text"]), str(options["pair"])
    reader = await reader_of(services, checkpoint)
    answer = reader.doubted(pair, reader.doubted(text, answer))
    scores = [[each.label, round(each.score, 6)] for each in answer.scores]
    result = {"pair": pair, "of_pair": scores}
    query_number = await log_if_possible(services, request, checkpoint, result, watch, text)
    notes = (
        say(language, "classify.pair"),
        cut_note(language, answer.tokens),
        reader.note([text, pair], language),
        not_kept_note(language, query_number),
    )
    top = request.number("top", len(answer.scores))
    numbers = () if query_number is None else (numbers_button(query_number, language),)
    return Reply(
        title=title(answer),
        text="\n".join(filter(None, notes)),
        bars=tuple(Bar(each.label, each.score) for each in answer.scores[:top]),
        controls=(*numbers, *code_button(query_number, language)),
        footer=small_print(checkpoint, watch, answer.tokens, query_number, answer.engine),
    )
