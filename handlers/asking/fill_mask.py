"""`/fillmask`: the likeliest words behind each mask, in the whole sentence."""

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.query_log import Stopwatch, cut_note, log_query, small_print
from handlers.services import Services
from handlers.texts import say
from handlers.types import Bar, Language, Reply, Request, Table
from models.results import Candidate, MaskFill
from models.tasks.fill_mask import MaskedText

DEFAULT_MODEL = "fillmask"
_DEFAULT_TOP = 5


async def fill_mask(request: Request, services: Services) -> Reply:
    """Answer `/fillmask text [model] [top]`."""
    language = request.actor.language
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request)
    watch = Stopwatch()
    top = request.number("top", _DEFAULT_TOP)
    text, asker = str(request.options["text"]), request.place.community
    answer = await services.models.ask(checkpoint, MaskedText(text, top), asker)
    query_id = await log_query(services, request, checkpoint, _result(answer), watch)
    return Reply(
        title=answer.masks[0][0].sentence,
        text=cut_note(language, answer.tokens),
        bars=_bars(answer.masks[0]) if len(answer.masks) == 1 else (),
        table=_table(answer, language),
        footer=small_print(checkpoint, watch, answer.tokens, query_id),
    )


def _result(answer: MaskFill) -> dict[str, object]:
    return {
        "masks": [
            [{"token": each.token, "score": round(each.score, 6)} for each in candidates]
            for candidates in answer.masks
        ]
    }


def _bars(candidates: tuple[Candidate, ...]) -> tuple[Bar, ...]:
    return tuple(Bar(candidate.token, candidate.score) for candidate in candidates)


def _table(answer: MaskFill, language: Language) -> Table:
    columns = ("mask", "candidate", "probability", "sentence")
    rows = tuple(
        (str(number), candidate.token, f"{candidate.score:.1%}", candidate.sentence)
        for number, candidates in enumerate(answer.masks, start=1)
        for candidate in candidates
    )
    return Table(tuple(say(language, f"fillmask.{column}") for column in columns), rows)
