"""How often models pass that should not, and how often those that should do not."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from benchmarks.figures.report import Figure, Report, mean, percent
from benchmarks.learning.pairs import Kind, draw
from handlers.learning.gate.answers import Paired
from handlers.learning.gate.sign_test import level_of, mid_p
from handlers.learning.gate.verdict import Verdict, judge

EQUAL, WORSE, BETTER = Kind(0.0), Kind(-0.02), Kind(0.03)
LOOKS = (50, 100, 150)
"""After so many judgements of texts on which two models differ."""
MISTAKEN = 0.1
_TEXTS = (200, 500, 1000)
_RUNS, _JUDGED_RUNS = 100, 2000
_p = cache(mid_p)


def measure(report: Report) -> None:
    """The gate on test sides of several sizes, and on judgements where models differ."""
    _measure_test_sides(report)
    _measure_judgements(report)


def _measure_test_sides(report: Report) -> None:
    kinds = {"equal": EQUAL, "2 points worse": WORSE, "3 better": BETTER, "6 better": Kind(0.06)}
    passed = {
        (name, texts): _passed(kind, texts, report.seeds)
        for name, kind in kinds.items()
        for texts in _TEXTS
    }
    for name, most in (("equal", 0.05), ("2 points worse", 0.01)):
        ours, ranks = zip(*(passed[name, texts] for texts in _TEXTS), strict=True)
        runs = len(report.seeds) * _RUNS
        allowed = most + 2 * (most * (1 - most) / runs) ** 0.5
        report.figures.append(
            Figure(
                f"false promotion, {name}, test sides of 200 to 1,000 texts",
                _range(ours),
                f"new > old {_range(ranks)}",
                f"{percent(most)} %",
                max(ours) <= allowed,
            )
        )
    head = ["texts", *(f"{name}: {rule}" for name in kinds for rule in ("gate", "new > old"))]
    rows = [
        [texts, *(share for name in kinds for share in passed[name, texts])] for texts in _TEXTS
    ]
    report.tables.append(_table(head, rows))


def _passed(kind: Kind, texts: int, seeds: Sequence[int]) -> tuple[float, float]:
    """How often the gate lets such a model through, and how often "more right" would."""
    found = [
        (judge(pair).verdict is Verdict.BETTER, _is_more_often_right(pair))
        for seed in seeds
        for pair in _pairs(kind, texts, seed)
    ]
    ours, ranked = zip(*found, strict=True)
    return mean(ours), mean(ranked)


def _pairs(kind: Kind, texts: int, seed: int) -> Sequence[Paired]:
    chance = np.random.default_rng([seed, texts, round(1000 * (kind.gain + 1))])
    return [draw(kind, texts, chance) for _ in range(_RUNS)]


def _is_more_often_right(pair: Paired) -> bool:
    return bool(pair.new_right.sum() > pair.live_right.sum())


def _measure_judgements(report: Report) -> None:
    kinds = {"equal": EQUAL, "2 points worse": WORSE, "3 better": BETTER}
    found = {
        name: [_judged(kind, mistaken, report.seeds) for mistaken in (0.0, MISTAKEN)]
        for name, kind in kinds.items()
    }
    power, used = found["3 better"][0]
    report.figures.append(
        Figure(
            "power at +3 points, 12 % disagreement, 150 judgements in three looks",
            f"{percent(power)} %",
            "new > old: asks for none",
            "85 %",
            power >= 0.85,
            f"{used:.0f} judgements on average",
        )
    )
    head = ["where they differ", "passes", "judgements", "one in ten wrong: passes", "judgements"]
    rows = [[name, *sure, *mistaken] for name, (sure, mistaken) in found.items()]
    report.tables.append(_table(head, rows))


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Shares are written as percentages, and what is above one as it is."""
    lines = [head, ["---"] * len(head), *([_cell(each) for each in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return percent(value) if value <= 1 else f"{value:.0f}"
    return str(value)


def _judged(kind: Kind, mistaken: float, seeds: Sequence[int]) -> tuple[float, float]:
    """How often such a model passes, and how many judgements it takes on average."""
    share = kind.share * (1 - mistaken) + (1 - kind.share) * mistaken
    runs = [_looked_at(share, seed) for seed in seeds]
    passed, used = zip(*runs, strict=True)
    return mean(passed), mean(used)


def _looked_at(share: float, seed: int) -> tuple[float, float]:
    tosses = np.random.default_rng([seed, round(1e6 * share)]).random((_JUDGED_RUNS, LOOKS[-1]))
    level = level_of(len(LOOKS))
    used = np.full(_JUDGED_RUNS, LOOKS[-1])
    passed = np.zeros(_JUDGED_RUNS, bool)
    for look in LOOKS:
        wins = (tosses[:, :look] < share).sum(axis=1)
        now = np.array([_p(int(each), look - int(each)) < level for each in wins]) & ~passed
        used[now] = look
        passed |= now
    return float(passed.mean()), float(used.mean())


def _range(shares: Sequence[float]) -> str:
    return f"{percent(min(shares))} to {percent(max(shares))} %"
