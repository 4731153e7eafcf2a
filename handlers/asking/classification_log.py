"""Writes a classification down, as those who judge it will find it."""

from handlers.asking.query_log import Stopwatch, log_query
from handlers.services import Services
from handlers.types import Request
from models.results import Checkpoint, Classification

_LIKELY = 0.5
"""A label of a multi-label checkpoint holds from this probability on, unless it says otherwise."""


async def log_classification(
    services: Services,
    request: Request,
    checkpoint: Checkpoint,
    text: str,
    answer: Classification,
    watch: Stopwatch,
) -> int:
    """Store what was asked and answered; return the number of the question once it is on disk."""
    if answer.is_regression:
        values = {score.label: score.score for score in answer.scores}
        return await log_query(services, request, checkpoint, {"values": values}, watch, (), text)
    labels = [score.label for score in answer.scores]
    result: dict[str, object] = {
        "labels": labels,
        "scores": [round(score.score, 6) for score in answer.scores],
    }
    if answer.is_multi_label:
        result["held"] = held(answer)
    chosen_from = () if answer.is_multi_label else labels
    return await log_query(services, request, checkpoint, result, watch, chosen_from, text)


def held(answer: Classification) -> list[str]:
    """Return the labels that hold, where there may be several."""
    likely_from = _LIKELY if answer.likely_from is None else answer.likely_from
    return [score.label for score in answer.scores if score.score >= likely_from]
