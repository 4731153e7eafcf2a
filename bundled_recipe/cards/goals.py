"""What the bundled checkpoints are measured on, and how that is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Goal:
    """What is measured, beside what others reach. All figures are percents."""

    key: str
    task: str
    checkpoint: str
    target: float | None = None
    floor: float | None = None
    """TF-IDF (characters 1-4, words 1-2) with a linear classifier on the same rows."""
    beside: str = ""


GOALS = (
    Goal("nsmc_test", "NSMC test, accuracy", "sentiment", 88.5, 87.3),
    Goal(
        "sst2_dev",
        "SST-2 dev, never trained on, accuracy",
        "sentiment",
        78.0,
        82.9,
        "the floor was trained on SST-2",
    ),
    Goal(
        "sst2_test",
        "SST-2 test, never trained on, accuracy",
        "sentiment",
        None,
        85.0,
        "the floor was trained on SST-2",
    ),
    Goal("polarity_test", "GoEmotions test, clear remarks, accuracy", "sentiment"),
    Goal(
        "ynat_dev",
        "YNAT dev, macro-F1",
        "topics",
        82.0,
        78.4,
        "klue/roberta-base, 110 million parameters: 85.07 (KLUE paper)",
    ),
    Goal("ynat_10k", "YNAT dev, 10,000 rows on the body, macro-F1", "fillmask", 78.0, 72.1),
    Goal(
        "go_emotions_test",
        "GoEmotions test, 28 labels, micro-F1 at one threshold",
        "emotions",
        48.0,
    ),
    Goal("intent3i4k", "3i4K test, fine-tuned on the body, accuracy", "fillmask", 89.0, 89.0),
    Goal(
        "masked_ko",
        "masked Korean token among the top five",
        "fillmask",
        beside="the floor guesses the five most frequent",
    ),
    Goal(
        "masked_en",
        "masked English token among the top five",
        "fillmask",
        beside="the floor guesses the five most frequent",
    ),
)


def table(found: Figures) -> str:
    """All figures and costs as two Markdown tables."""
    return "\n".join([*result_lines(found, GOALS), "", *cost_lines(found)])


def result_lines(found: Figures, goals: Iterable[Goal]) -> list[str]:
    """What was measured for ``goals``, a line each."""
    lines = [
        "| task | floor | ours | target | calibration error | checkpoint | beside it |",
        "|---|---|---|---|---|---|---|",
    ]
    for goal in goals:
        result = found["results"][goal.key]
        floor = goal.floor if goal.floor is not None else result["floor"]
        cells = [
            goal.task,
            _figure(floor),
            _figure(result["ours"]),
            _figure(goal.target),
            _figure(result["calibration_error"], digits=3),
            goal.checkpoint,
            goal.beside,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def cost_lines(found: Figures) -> list[str]:
    """What the checkpoints take, a line each."""
    lines = [
        "| checkpoint | parameters | megabytes | milliseconds a message on one core |",
        "|---|---|---|---|",
    ]
    for name, cost in found["costs"].items():
        cells = [name, f"{cost['parameters']:,}", _figure(cost["megabytes"])]
        lines.append("| " + " | ".join([*cells, _figure(cost["milliseconds"])]) + " |")
    return lines


def _figure(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def misses(found: Figures, checkpoint: str) -> list[tuple[Goal, float]]:
    """The goals of ``checkpoint`` that were not reached, and by how many points."""
    short = [
        (goal, goal.target - found["results"][goal.key]["ours"])
        for goal in GOALS
        if goal.checkpoint == checkpoint and goal.target is not None
    ]
    return [(goal, points) for goal, points in short if points > 0]
