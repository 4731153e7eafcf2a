"""`/classify`: all labels of a text with their probabilities, and the buttons to correct them."""

from functools import partial

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.classification_log import held, log_classification
from handlers.asking.classify_lines import AS_ONE, LINES, classify_lines, lines_of
from handlers.asking.foreign_text import reader_of
from handlers.asking.query_log import Stopwatch, cut_note, small_print
from handlers.learning.feedback import feedback_buttons
from handlers.services import Services
from handlers.table import Bilingual, Command, model_option, number_option, text_option
from handlers.texts import say
from handlers.types import Bar, Language, Reply, Request
from models.results import Classification, Task
from models.tasks.classification import TextToClassify

DEFAULT_MODEL = "sentiment"


async def classify(request: Request, services: Services) -> Reply:
    """Answer `/classify text [model] [top] [lines]`."""
    language = request.actor.language
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request)
    watch = Stopwatch()
    text, *others = lines_of(request)
    if others:
        title = partial(_title, unsure_below=services.rules.unsure_below, language=language)
        return await classify_lines(request, services, checkpoint, [text, *others], title)
    asker = request.place.community
    answer = await services.models.ask(checkpoint, TextToClassify(text), asker)
    reader = await reader_of(services, checkpoint)
    answer, said = reader.doubted(text, answer), reader.note([text], language)
    query_id = await log_classification(services, request, checkpoint, text, answer, watch)
    shown = answer.scores[: request.number("top", len(answer.scores))]
    return Reply(
        title=_title(answer, services.rules.unsure_below, language),
        text="\n".join(filter(None, (cut_note(language, answer.tokens), said))) or None,
        bars=tuple(Bar(score.label, score.score) for score in shown),
        controls=feedback_buttons(query_id, language),
        footer=small_print(checkpoint, watch, answer.tokens, query_id),
    )


CLASSIFY = Command(
    name=Bilingual("classify", "분류"),
    description=Bilingual(
        "Which label fits a text, with the probability of each",
        "글에 맞는 라벨과 라벨마다의 확률을 보여 줘요",
    ),
    handler=classify,
    example=Bilingual("/classify I love this", "/분류 이 영화 정말 재미있어요"),
    verbatim_with=("lines", AS_ONE),
    options=(
        text_option("The text to classify; each line is one", "분류할 글; 한 줄이 글 하나"),
        model_option(
            "Which classifier to ask (sentiment)",
            "물어볼 분류 모델 (기본 sentiment)",
            Task.CLASSIFY,
        ),
        number_option("How many labels to show (all)", "보여 줄 라벨 수 (기본 전부)", most=100),
        LINES,
    ),
)


def _title(answer: Classification, unsure_below: float, language: Language) -> str:
    label = ", ".join(held(answer)) if answer.is_multi_label else answer.scores[0].label
    if not label:
        return say(language, "classify.none_fits")
    if _is_unsure(answer, unsure_below):
        percent = f"{answer.scores[0].score:.0%}"
        return say(language, "classify.unsure", label=label, percent=percent)
    return label


def _is_unsure(answer: Classification, unsure_below: float) -> bool:
    if answer.is_doubtful or answer.is_multi_label:
        return answer.is_doubtful
    least = unsure_below if answer.unsure_below is None else answer.unsure_below
    return answer.scores[0].score < least
