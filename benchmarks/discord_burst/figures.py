"""The figures of bursts, and how those of both bots are shown."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.servers.discord_server import Message, UserAction

TOKKI, BASELINE = "tokki", "tutorial"
LATE_S = 3.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a burst. Less is better for all of them."""

    name: str
    unit: str
    goal: float | None = None
    """Tokki's: the number stays under it."""


ACKNOWLEDGED_P50 = Figure("acknowledged p50", "s")
ACKNOWLEDGED_P99 = Figure("acknowledged p99", "s", goal=1.0)
ANSWERED_P50 = Figure("answered p50", "s")
ANSWERED_P95 = Figure("answered p95", "s")
LAST = Figure("last answer after", "s")
LATE = Figure(f"acknowledged after {LATE_S:.0f} s or never", "%")
UNANSWERED = Figure("without an answer", "%")
TYPING_P99 = Figure("autocomplete p99 meanwhile", "s", goal=0.1)
CPU = Figure("processor time of the bot", "s")
SERVER_CPU = Figure("processor time of the server", "s")

Figures = dict[Figure, float]


def is_answer(message: Message) -> bool:
    """What both say has percentages in it; a refusal has none."""
    return "%" in message.text


def figures(
    asked: Sequence[UserAction], callbacks: dict[int, float], typing: Sequence[float]
) -> Figures:
    """Return what a burst came to."""
    acknowledged = [callbacks.get(each.id, math.inf) - each.sent_at for each in asked]
    answered = [_answer_s(each) for each in asked]
    began = asked[0].sent_at
    ends = [each.sent_at + s for each, s in zip(asked, answered, strict=True) if s < math.inf]
    return {
        ACKNOWLEDGED_P50: _quantile(acknowledged, 0.5),
        ACKNOWLEDGED_P99: _quantile(acknowledged, 0.99),
        ANSWERED_P50: _quantile(answered, 0.5),
        ANSWERED_P95: _quantile(answered, 0.95),
        LAST: max(ends, default=math.inf) - began,
        LATE: _percent(acknowledged, lambda seconds: seconds > LATE_S),
        UNANSWERED: _percent(answered, math.isinf),
        TYPING_P99: _quantile(typing, 0.99),
    }


def _answer_s(asked: UserAction) -> float:
    is_answered = asked.answer is not None and is_answer(asked.answer)
    return asked.answer_s if is_answered and asked.answer_s is not None else math.inf


def _quantile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of them does not exceed."""
    if not values:
        return math.nan
    return sorted(values)[math.ceil(share * len(values)) - 1]


def _percent(values: Sequence[float], counts: Callable[[float], bool]) -> float:
    return 100 * sum(map(counts, values)) / len(values)


def report(tokki: list[Figures], baseline: list[Figures], interactions: int) -> None:
    """Print the medians, the ratios and which goals are met."""
    print(f"\n{interactions} interactions at once, medians of {len(tokki)} bursts each (worst)\n")
    print(f"{'':33}{TOKKI:>16}{BASELINE:>16}  ratio")
    for figure in tokki[0]:
        ours, theirs = ([each[figure] for each in rounds] for rounds in (tokki, baseline))
        ratio = _ratio(statistics.median(ours), statistics.median(theirs))
        print(f"{figure.name:33}{_shown(ours, figure)}{_shown(theirs, figure)}  {ratio}")
    print()
    for figure in tokki[0]:
        if figure.goal is not None:
            print(_verdict(figure, figure.goal, [each[figure] for each in tokki]))


def _shown(values: Sequence[float], figure: Figure) -> str:
    numbers = (statistics.median(values), max(values))
    median, worst = ("never" if math.isinf(each) else f"{each:.2f}" for each in numbers)
    return f"{median} {figure.unit} ({worst})".rjust(16)


def _ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if 0 < theirs < math.inf else "–"


def _verdict(figure: Figure, goal: float, values: Sequence[float]) -> str:
    met = sum(value < goal for value in values)
    word = "met" if met == len(values) else "MISSED"
    return f"Goal {figure.name} under {goal} s: {word}, kept by {met} of {len(values)} bursts"
