"""Answers of a regression: values on scales of the model's own, which nobody can call wrong."""

from handlers.asking.classifying.classification_log import in_a_line, values_of
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
from handlers.types import Language, Reply, Request, Table
from models.results import Checkpoint, Classification


async def values_reply(
    request: Request,
    services: Services,
    checkpoint: Checkpoint,
    text: str,
    answer: Classification,
    watch: Stopwatch,
) -> Reply:
    """Show the values, without anything to judge them by."""
    language, pair = request.actor.language, request.options.get("pair")
    second = {} if pair is None else {"pair": str(pair)}
    values = {"values": values_of(answer), **second}
    query_number = await log_if_possible(services, request, checkpoint, values, watch, text)
    foreign = (await reader_of(services, checkpoint)).note([text, *second.values()], language)
    said = [foreign, say(language, "classify.on_a_scale"), cut_note(language, answer.tokens)]
    said.append(not_kept_note(language, query_number))
    return Reply(
        title=in_a_line(values_of(answer)),
        text="\n".join(filter(None, said)),
        table=_table(answer, language),
        controls=code_button(query_number, language),
        footer=small_print(checkpoint, watch, answer.tokens, query_number, answer.engine),
    )


def _table(answer: Classification, language: Language) -> Table:
    columns = (say(language, "classify.scale"), say(language, "classify.value"))
    return Table(columns, tuple((each.label, f"{each.score:.6g}") for each in answer.scores))
