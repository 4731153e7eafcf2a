"""How often the watch cries wolf, and how soon it notices that people accept less."""

from collections.abc import Sequence

import numpy as np

from benchmarks.figures.report import Figure, Report, mean, percent
from handlers.learning.watch.acceptance import (
    ROLLBACK_BOUND,
    ROLLBACK_WITHIN,
    TOLD_BOUND,
    Judged,
    fall_of,
    steps,
    usual_share,
)

SHARES = (0.6, 0.75, 0.85, 0.93)
"""What share of answers people accept."""
PEOPLE, FORMER = 12, 100
_RUNS, _ARL_RUNS, _LONGEST = 20, 200, 20_000
_LOOKED_AT = 5
"""Judgements between two looks: each press is one, but that would take five times as long."""


def measure(report: Report) -> None:
    """Run lengths, false rollbacks, and what a fall of fifteen and of thirty points takes."""
    lengths = [_run_length(share) for share in SHARES]
    report.figures.append(
        Figure(
            "judgements between two false alarms, 60 to 93 % accepted",
            f"{min(lengths):,.0f} to {max(lengths):,.0f}",
            "–",
            "2,000",
            min(lengths) >= 2_000,
            f"CUSUM, bound {TOLD_BOUND:g}",
        )
    )
    found = {fall: [_rolled_back(share, fall, report.seeds) for share in SHARES] for fall in _FALLS}
    rates = [mean([one is not None for one in each]) for each in found[0.0]]
    rate = mean(rates)
    report.figures.append(
        Figure(
            f"a version as good as the one before goes back within {ROLLBACK_WITHIN} judgements",
            f"{percent(rate)} %",
            "–",
            "2 %",
            rate <= 0.02,
            f"{len(report.seeds) * _RUNS * len(SHARES)} runs, {PEOPLE} people",
        )
    )
    small, deep = (_seen(found[fall]) for fall in _FALLS[1:])
    report.figures.append(
        Figure(
            f"one of which people accept {100 * _FALLS[-1]:.0f} points less goes back",
            f"{percent(deep[0])} %",
            "–",
            "95 %",
            deep[0] >= 0.95,
            f"after {deep[1]:.0f} judgements (median); of {100 * _FALLS[1]:.0f} points less "
            f"{percent(small[0])} %, after {small[1]:.0f}",
        )
    )


_FALLS = (0.0, 0.15, 0.3)


def _seen(found: Sequence[Sequence[int | None]]) -> tuple[float, float]:
    """How many go back, and after how many judgements half of those have."""
    every = [one for each in found for one in each]
    seen = [one for one in every if one is not None]
    return len(seen) / len(every), float(np.median(seen)) if seen else float("inf")


def _run_length(share: float) -> float:
    """The mean number of judgements until the bound is exceeded, where nothing has fallen."""
    chance = np.random.default_rng(round(1000 * share))
    step = steps(share)
    total, length = np.zeros(_ARL_RUNS), np.zeros(_ARL_RUNS)
    goes_on = np.ones(_ARL_RUNS, bool)
    while goes_on.any() and length.max() < _LONGEST:
        is_right = chance.random(_ARL_RUNS) < share
        total = np.maximum(0.0, total + np.where(is_right, step[True], step[False]))
        length += goes_on
        goes_on &= total <= TOLD_BOUND
    return float(length.mean())


def _rolled_back(share: float, fall: float, seeds: Sequence[int]) -> list[int | None]:
    """After how many judgements each version would go back, if it would."""
    found = []
    for seed in seeds:
        chance = np.random.default_rng([seed, round(100 * share), round(100 * fall)])
        for _ in range(_RUNS):
            usual = usual_share(_judged(chance, share, FORMER))
            judged = _judged(chance, share - fall, ROLLBACK_WITHIN)
            looks = range(_LOOKED_AT, ROLLBACK_WITHIN + 1, _LOOKED_AT)
            seen = (n for n in looks if fall_of(judged[:n], usual, ROLLBACK_BOUND))
            found.append(next(seen, None))
    return found


def _judged(chance: np.random.Generator, share: float, count: int) -> list[Judged]:
    users, right = chance.integers(PEOPLE, size=count), chance.random(count) < share
    return [Judged(str(user), bool(is_right)) for user, is_right in zip(users, right, strict=True)]
