"""`/fillmask`: the likeliest words behind each mask, in the whole sentence."""

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
from handlers.table import Bilingual, Command, model_option, number_option, text_option
from handlers.texts import say
from handlers.types import Bar, Language, Reply, Request, Table
from models.results import Candidate, MaskFill, Task
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
    query_number = await log_if_possible(services, request, checkpoint, _result(answer), watch)
    foreign = (await reader_of(services, checkpoint)).note([text], language)
    notes = (cut_note(language, answer.tokens), foreign, not_kept_note(language, query_number))
    return Reply(
        title=answer.masks[0][0].sentence,
        text="\n".join(filter(None, notes)) or None,
        bars=_bars(answer.masks[0]) if len(answer.masks) == 1 else (),
        table=_table(answer, language),
        controls=code_button(query_number, language),
        footer=small_print(checkpoint, watch, answer.tokens, query_number, answer.engine),
    )


FILL_MASK = Command(
    name=Bilingual("fillmask", "빈칸"),
    description=Bilingual(
        "Guess the words behind [MASK], <mask> or ___",
        "[MASK], <mask>, ___ 자리에 들어갈 말을 맞혀요",
    ),
    handler=fill_mask,
    example=Bilingual("/fillmask The food was ___.", "/빈칸 이 영화 정말 ___"),
    options=(
        text_option("A text with one mask or more", "빈칸이 하나 이상 있는 글"),
        model_option(
            "Which masked-language model (fillmask)", "쓸 모델 (기본 fillmask)", Task.FILL_MASK
        ),
        number_option(
            "How many candidates a mask (5)", "빈칸마다 보여 줄 후보 수 (기본 5)", most=50
        ),
    ),
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
