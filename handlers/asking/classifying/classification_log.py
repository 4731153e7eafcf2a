"""Writes a classification down, as those who judge it will find it."""

from collections.abc import Mapping

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
        values = {"values": values_of(answer)}
        return await log_query(services, request, checkpoint, values, watch, text=text)
    labels = [score.label for score in answer.scores]
    result: dict[str, object] = {
        "labels": labels,
        "scores": [round(score.score, 6) for score in answer.scores],
    }
    if answer.is_multi_label:
        result["held"] = held(answer)
    chosen_from = () if answer.is_multi_label else labels
    number = await log_query(services, request, checkpoint, result, watch, chosen_from, text)
    whose = (request.place.community, request.actor.id, checkpoint.full_name)
    services.watch.answered(services, whose[0], whose[2])
    if chosen_from:
        await services.shadow.asked(services, *whose, text, labels[0])
    return number


def values_of(answer: Classification) -> dict[str, float]:
    """Return the values of a regression by their scales."""
    return {score.label: score.score for score in answer.scores}


def in_a_line(values: Mapping[str, float]) -> str:
    """Return values of a regression in a line, each behind its scale's name."""
    return ", ".join(f"{name} {value:.4g}" for name, value in values.items())


def held(answer: Classification) -> list[str]:
    """Return the labels that hold, where there may be several."""
    likely_from = _LIKELY if answer.likely_from is None else answer.likely_from
    return [score.label for score in answer.scores if score.score >= likely_from]
