"""`/classify`: all labels of a text with their probabilities, and the buttons to correct them."""

from dataclasses import replace
from functools import partial

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.classifying.classification_log import (
    held,
    in_a_line,
    log_classification,
    values_of,
)
from handlers.asking.classifying.classify_lines import classify_lines, lines_of, text_of_lines
from handlers.asking.classifying.pairs import pair_reply
from handlers.asking.classifying.raw_numbers import numbers_button
from handlers.asking.classifying.scale_values import values_reply
from handlers.asking.foreign_text import reader_of
from handlers.asking.query_log import Stopwatch, cut_note, small_print
from handlers.batch.command import classify_file
from handlers.batch.rows import MOST_ROWS
from handlers.coding.button import code_button
from handlers.learning.feedback import feedback_buttons
from handlers.learning.row_files.opening import TYPES
from handlers.services import Services
from handlers.table import (
    LONGEST_TEXT,
    Bilingual,
    Command,
    ControlFamily,
    Kind,
    Option,
    model_option,
    number_option,
    text_option,
)
from handlers.texts import say
from handlers.types import Bar, Language, Press, Reply, Request
from models.results import Classification, Task
from models.tasks.classification import TextToClassify

DEFAULT_MODEL = "sentiment"
_LARGEST_FILE = 5_000_000


async def classify(request: Request, services: Services) -> Reply:
    """Answer `/classify text [model] [top]`; each line is a text. Or each row of a file is."""
    if "file" in request.options:
        checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
        return await classify_file(request, services, checkpoint)
    lines = lines_of(request)
    if len(lines) == 1 or "pair" in request.options:
        return await classify_as_one(request, services)
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request)
    least, language = services.rules.unsure_below, request.actor.language
    title = partial(_title, unsure_below=least, language=language)
    return await classify_lines(request, services, checkpoint, lines, title)


async def classify_as_one(request: Request, services: Services) -> Reply:
    """Answer the same of a text that is one, however many lines it has."""
    language = request.actor.language
    title = partial(_title, unsure_below=services.rules.unsure_below, language=language)
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request)
    watch = Stopwatch()
    text, asker = str(request.options["text"]), request.place.community
    pair = request.options.get("pair")
    question = TextToClassify(text, None if pair is None else str(pair))
    answer = await services.models.ask(checkpoint, question, asker)
    if answer.is_regression:
        return await values_reply(request, services, checkpoint, text, answer, watch)
    if question.pair is not None:
        return await pair_reply(request, services, checkpoint, answer, watch, title)
    reader = await reader_of(services, checkpoint)
    answer, said = reader.doubted(text, answer), reader.note([text], language)
    query_number = await log_classification(services, request, checkpoint, text, answer, watch)
    shown = answer.scores[: request.number("top", len(answer.scores))]
    return Reply(
        title=title(answer),
        text="\n".join(filter(None, (cut_note(language, answer.tokens), said))) or None,
        bars=tuple(Bar(score.label, score.score) for score in shown),
        controls=(
            *feedback_buttons(query_number, language),
            numbers_button(query_number, language),
            *code_button(query_number, language),
        ),
        footer=small_print(checkpoint, watch, answer.tokens, query_number, answer.engine),
    )


async def press_as_one(press: Press, services: Services) -> Reply:
    """Take the lines of a batch as one text.

    Raises:
        UserError: the id is not ours, or somebody else asked.
    """
    text, model = await text_of_lines(press, services)
    options = {"text": text, "model": model}
    request = Request(CLASSIFY, options, press.actor, press.place, press.progress)
    return await classify_as_one(request, services)


CLASSIFY = Command(
    name=Bilingual("classify", "분류"),
    description=Bilingual(
        "Which label fits a text, with the probability of each",
        "글에 맞는 라벨과 확률을 보여 줘요",
    ),
    handler=classify,
    long_with="file",
    example=Bilingual("/classify I love this", "/분류 이 영화 정말 재미있어요"),
    options=(
        replace(
            text_option("The text to classify; each line is one", "분류할 글 (한 줄이 글 하나)"),
            unless="file",
        ),
        Option(
            Bilingual("file", "파일"),
            Bilingual(
                f"Instead of a text: up to {MOST_ROWS:,} rows, which come back with answers",
                f"글 대신 파일: {MOST_ROWS:,}줄까지 답을 붙여 돌려줘요",
            ),
            Kind.FILE,
            maximum=_LARGEST_FILE,
            file_types=TYPES,
            is_raw=True,
        ),
        Option(
            Bilingual("pair", "짝"),
            Bilingual(
                "A second text, for a model that judges two together (NLI)",
                "두 글을 함께 보는 모델(NLI)에 줄 둘째 글",
            ),
            Kind.TEXT,
            holds_words=True,
            maximum=LONGEST_TEXT,
        ),
        model_option(
            "Which classifier to ask (sentiment)",
            "쓸 분류 모델 (기본 sentiment)",
            Task.CLASSIFY,
        ),
        number_option("How many labels to show (all)", "보여 줄 라벨 수 (기본 전부)", most=100),
    ),
)
CLASSIFY_MESSAGE = replace(CLASSIFY, handler=classify_as_one)
"""Of somebody's message, which is one text."""
LINES_AS_ONE = ControlFamily("lines", press_as_one)


def _title(answer: Classification, unsure_below: float, language: Language) -> str:
    if answer.is_regression:
        return in_a_line(values_of(answer))
    if not (said := _said(answer, language)):
        return say(language, "classify.none_fits")
    if _is_unsure(answer, unsure_below):
        percent = f"{answer.scores[0].score:.0%}"
        return say(language, "classify.unsure", label=said, percent=percent)
    return said


def _said(answer: Classification, language: Language) -> str:
    """What the answer comes to; "" where no label fits."""
    best = answer.scores[0]
    if answer.is_multi_label and len(answer.scores) == 1:
        is_so = bool(held(answer))
        return say(language, "classify.yes" if is_so else "classify.no", label=best.label)
    return ", ".join(held(answer)) if answer.is_multi_label else best.label


def _is_unsure(answer: Classification, unsure_below: float) -> bool:
    if answer.is_doubtful or answer.is_multi_label:
        return answer.is_doubtful
    least = unsure_below if answer.unsure_below is None else answer.unsure_below
    return answer.scores[0].score < least
