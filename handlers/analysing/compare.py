"""`/compare`: several models on the same texts, side by side, first where they differ."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.asking.checkpoints import fetched, find, say_if_slow
from handlers.asking.classifying.classification_log import held, in_a_line, values_of
from handlers.asking.classifying.classify_lines import lines_of
from handlers.asking.query_log import Stopwatch, log_if_possible, not_kept_note
from handlers.coding.button import code_button
from handlers.services import Services
from handlers.table import Bilingual, Command, Kind, Option, text_option
from handlers.texts import say
from handlers.types import Language, Reply, Request, Table, UserError
from models.canonical import COMMAS, folded, shortened
from models.results import Checkpoint, Classification, Task
from models.tasks.classification import TextToClassify

MOST_MODELS = 5
_BETWEEN = re.compile(rf"[\s{COMMAS}]+")
_LONGEST_CELL = 200
_LONGEST_LIST = 1_000


@dataclass(frozen=True, slots=True)
class _Row:
    """A text, and what each model says of it."""

    text: str
    answers: tuple[Classification, ...]

    @property
    def agreement(self) -> int:
        """How many models say what most of them say."""
        return Counter(folded(_said(answer)) for answer in self.answers).most_common(1)[0][1]


async def compare(request: Request, services: Services) -> Reply:
    """Answer `/compare text models`; each line is a text."""
    language, lines = request.actor.language, lines_of(request)
    checkpoints = await _checkpoints(request, services)
    watch = Stopwatch()
    answers = await asyncio.gather(
        *(_answers(each, lines, request, services) for each in checkpoints)
    )
    rows = [_Row(*each) for each in zip(lines, zip(*answers, strict=True), strict=True)]
    rows.sort(key=lambda row: row.agreement)
    names = [checkpoint.full_name for checkpoint in checkpoints]
    agreed = sum(row.agreement == len(names) for row in rows) if _have_a_label(rows[0]) else None
    result = {"compared": names, "agreed": agreed, "of": len(rows)}
    query_number = await log_if_possible(services, request, checkpoints[0], result, watch)
    number = {"query": f"#{query_number}"} if query_number is not None else {}
    return Reply(
        title=in_common(language, agreed, len(rows)),
        text=not_kept_note(language, query_number),
        table=_table(rows, names, language),
        controls=code_button(query_number, language),
        footer={"model": ", ".join(names), "time": f"{watch.ms:,.0f} ms"} | number,
    )


def in_common(language: Language, agreed: int | None, of: int) -> str:
    """Say how many texts all call the same; None: they have no label that they could agree on."""
    if agreed is None:
        return say(language, "compare.unlike")
    return say(language, "compare.agreed", agreed=agreed, n=of)


COMPARE = Command(
    name=Bilingual("compare", "비교"),
    description=Bilingual(
        "What several models say, side by side",
        "여러 모델의 답을 나란히 보여 줘요",
    ),
    handler=compare,
    example=Bilingual(
        '/compare I love this models:"sentiment, emotions"',
        '/비교 이 영화 정말 재미있어요 모델들:"sentiment, topics"',
    ),
    options=(
        text_option("The text; each line is one", "글 (한 줄이 글 하나)"),
        Option(
            Bilingual("models", "모델들"),
            Bilingual(
                f"Two to {MOST_MODELS} models, with commas between them",
                f"쉼표로 나눈 모델 이름 둘에서 {MOST_MODELS}개까지",
            ),
            Kind.TEXT,
            holds_words=True,
            is_required=True,
            maximum=_LONGEST_LIST,
        ),
    ),
)


async def _checkpoints(request: Request, services: Services) -> list[Checkpoint]:
    """Find the models that are named, each once.

    Raises:
        UserError: they are too few or too many, or one of them is unknown.
    """
    typed = dict.fromkeys(filter(None, _BETWEEN.split(str(request.options["models"]))))
    if not 1 < len(typed) <= MOST_MODELS:
        raise UserError("models_to_compare", count=len(typed), maximum=MOST_MODELS)
    return [await find(services, request.place.community, name) for name in typed]


async def _answers(
    checkpoint: Checkpoint, lines: Sequence[str], request: Request, services: Services
) -> list[Classification]:
    checkpoint = await fetched(services, checkpoint, request.actor, request.progress)
    await say_if_slow(services, checkpoint, request, Task.CLASSIFY)
    asker = request.place.community
    return await asyncio.gather(
        *(services.models.ask(checkpoint, TextToClassify(line), asker) for line in lines)
    )


def _have_a_label(row: _Row) -> bool:
    """Whether all models know a label, or say numbers."""
    labels = [{folded(each.label) for each in answer.scores} for answer in row.answers]
    return any(answer.is_regression for answer in row.answers) or bool(set.intersection(*labels))


def _said(answer: Classification) -> str:
    """Return what an answer comes to; nothing where no label fits."""
    if answer.is_regression:
        return in_a_line(values_of(answer))
    return ", ".join(held(answer)) if answer.is_multi_label else answer.scores[0].label


def _table(rows: Sequence[_Row], names: Sequence[str], language: Language) -> Table:
    columns = (say(language, "classify.text"), *names)
    return Table(columns, tuple(_cells(row, language) for row in rows))


def _cells(row: _Row, language: Language) -> tuple[str, ...]:
    text = shortened(" ".join(row.text.split()), _LONGEST_CELL)
    return (text, *(_cell(answer, language) for answer in row.answers))


def _cell(answer: Classification, language: Language) -> str:
    said = _said(answer) or say(language, "classify.none_fits")
    return said if answer.is_regression else f"{said} {answer.scores[0].score:.1%}"
