"""`/ask`: the passage of a context that answers a question, or that there is none."""

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
from handlers.table import LONGEST_TEXT, Bilingual, Command, Kind, Option, model_option
from handlers.texts import say
from handlers.types import Language, Mark, MarkedText, Reply, Request, Table
from handlers.writing.model_choice import default_model
from models.canonical import shortened
from models.results import FoundAnswer, Task
from models.tasks.question_answering import ContextQuestion

_LONGEST_QUESTION = 1_000
_AROUND = 200
"""Letters that are shown before a passage, and behind it."""
_LONGEST_TITLE = 300


async def answer_question(request: Request, services: Services) -> Reply:
    """Answer `/ask question context [model]`."""
    language = request.actor.language
    default = await default_model(services, request, [Task.ANSWER], "no_answerer")
    checkpoint = await ready(services, request, "model", default)
    await say_if_slow(services, checkpoint, request, Task.ANSWER)
    watch, asker = Stopwatch(), request.place.community
    question, context = str(request.options["question"]), str(request.options["context"])
    answer = await services.models.ask(checkpoint, ContextQuestion(question, context), asker)
    result = _result(context, answer)
    query_number = await log_if_possible(
        services, request, checkpoint, result, watch, text=question
    )
    notes = (
        cut_note(language, answer.tokens),
        (await reader_of(services, checkpoint)).note([question, context], language),
        not_kept_note(language, query_number),
    )
    return Reply(
        title=_title(context, answer, language),
        marked=None if answer.is_none else _surroundings(context, answer, language),
        text="\n".join(filter(None, notes)) or None,
        table=_table(answer, language),
        controls=code_button(query_number, language),
        footer=small_print(checkpoint, watch, answer.tokens, query_number, answer.engine),
    )


ASK = Command(
    name=Bilingual("ask", "질문"),
    description=Bilingual("Find the answer to a question in a text", "글에서 답을 찾아 줘요"),
    handler=answer_question,
    example=Bilingual(
        '/ask question:"Who wrote it?" context:"Mina wrote the letter on Friday"',
        '/질문 물음:"누가 썼나요?" 본문:"미나가 금요일에 편지를 썼어요"',
    ),
    former_words=("text:", "글:"),
    options=(
        Option(
            Bilingual("question", "물음"),
            Bilingual("What to find out", "알고 싶은 것"),
            Kind.TEXT,
            holds_words=True,
            is_required=True,
            maximum=_LONGEST_QUESTION,
        ),
        Option(
            Bilingual("context", "본문"),
            Bilingual("The text to find it in", "답을 찾을 글"),
            Kind.TEXT,
            is_required=True,
            takes_free_text=True,
            maximum=LONGEST_TEXT,
        ),
        model_option("Which model (the first allowed)", "쓸 모델 (기본 첫 모델)", Task.ANSWER),
    ),
)


def _title(context: str, answer: FoundAnswer, language: Language) -> str:
    if answer.is_none:
        return say(language, "ask.none")
    found = " ".join(context[answer.start : answer.end].split())
    return shortened(found, _LONGEST_TITLE)


def _surroundings(context: str, answer: FoundAnswer, language: Language) -> MarkedText:
    """Return the passage where it stands, with some of what is around it."""
    begin, end = max(0, answer.start - _AROUND), min(len(context), answer.end + _AROUND)
    before, behind = "…" * (begin > 0), "…" * (end < len(context))
    moved = len(before) - begin
    mark = Mark(answer.start + moved, answer.end + moved, say(language, "ask.answer"))
    return MarkedText(f"{before}{context[begin:end]}{behind}", (mark,))


def _table(answer: FoundAnswer, language: Language) -> Table:
    rows = [("score", f"{answer.score:.1%}"), ("none_score", f"{answer.none_score:.1%}")]
    if not answer.is_none:
        rows.append(("place", f"{answer.start}–{answer.end}"))
    if answer.windows > 1:
        rows.append(("windows", f"{answer.windows:,}"))
    columns = (say(language, "ask.what"), say(language, "ask.value"))
    return Table(columns, tuple((say(language, f"ask.{key}"), value) for key, value in rows))


def _result(context: str, answer: FoundAnswer) -> dict[str, object]:
    found = "" if answer.is_none else shortened(context[answer.start : answer.end], _LONGEST_TITLE)
    return {
        "answer": found,
        "score": round(answer.score, 6),
        "none_score": round(answer.none_score, 6),
        "start": answer.start,
        "end": answer.end,
        # One more than the code shows: it says that there is more.
        "context": context[: LONGEST + 1],
    }
