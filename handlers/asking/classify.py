"""`/classify`: all labels of a text with their probabilities, and the buttons to correct them."""

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.query_log import Stopwatch, cut_note, log_query, small_print
from handlers.learning.feedback import feedback_buttons
from handlers.services import Services
from handlers.texts import say
from handlers.types import Bar, Language, Reply, Request
from models.results import Classification
from models.tasks.classification import TextToClassify

DEFAULT_MODEL = "sentiment"
_LIKELY = 0.5
"""A label of a multi-label checkpoint holds from this probability on, unless it says otherwise."""


async def classify(request: Request, services: Services) -> Reply:
    """Answer `/classify text [model] [top]`."""
    language = request.actor.language
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request)
    watch = Stopwatch()
    text, asker = str(request.options["text"]), request.place.community
    answer = await services.models.ask(checkpoint, TextToClassify(text), asker)
    labels = [score.label for score in answer.scores]
    result = {"labels": labels, "scores": [round(score.score, 6) for score in answer.scores]}
    query_id = await log_query(
        services, request, checkpoint, result, watch, () if answer.is_multi_label else labels
    )
    shown = answer.scores[: request.number("top", len(answer.scores))]
    return Reply(
        title=_title(answer, services.rules.unsure_below, language),
        text=cut_note(language, answer.tokens),
        bars=tuple(Bar(score.label, score.score) for score in shown),
        controls=feedback_buttons(query_id, language),
        footer=small_print(checkpoint, watch, answer.tokens, query_id),
    )


def _title(answer: Classification, unsure_below: float, language: Language) -> str:
    best = answer.scores[0]
    if answer.unsure_below is not None:
        unsure_below = answer.unsure_below
    if answer.is_multi_label:
        likely_from = _LIKELY if answer.likely_from is None else answer.likely_from
        likely = [score.label for score in answer.scores if score.score >= likely_from]
        return ", ".join(likely) or say(language, "classify.none_fits")
    if best.score < unsure_below:
        return say(language, "classify.unsure", label=best.label, percent=f"{best.score:.0%}")
    return best.label
