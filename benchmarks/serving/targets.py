"""The goals of the engine, beside what was measured."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.serving.figures import Figures, Quantity, p95, throughput, unit_of
from benchmarks.serving.machine import has_vnni
from benchmarks.serving.plan import BASE, FASTEST, FP32, MINILM, OURS, TORCH
from benchmarks.serving.real_models import verdicts
from benchmarks.serving.results import Results, Way
from benchmarks.serving.runs.first_answers import IMPORTS, first

_MOST_LAG_MS = 50.0
_MOST_UNLIKE = 0.01


@dataclass(frozen=True, slots=True)
class Target:
    """One goal. `measured` is None where it was not."""

    name: str
    best_known: str
    goal: float
    measured: float | None
    is_less_better: bool = False
    remark: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached."""
        if self.measured is None:
            return None
        is_less = self.measured <= self.goal
        return is_less if self.is_less_better else self.measured >= self.goal


def targets(results: Results) -> Iterator[Target]:
    """Compare; where a goal names two cases, the worse one counts."""
    small, large = Figures(results, MINILM), Figures(results, BASE)
    yield from _fast(small, large) if has_vnni(results.machine) else _fast_without_vnni(small)
    yield _never_slower(large)
    yield from _real(results)
    yield _first_answer(results)
    yield from _always(results)


def _fast(small: Figures, large: Figures) -> Iterator[Target]:
    name = "throughput against naive, 64 and 256 callers, fastest"
    yield _crowds(name, "6.7", 8, small, FASTEST)
    yield _exact(small)
    ratio = _ratio(small, p95, 64, FASTEST)
    yield Target("p95 at 64 callers against naive", "0.19", 0.15, ratio, is_less_better=True)
    one = _ratio(small, throughput, 1, FASTEST)
    yield Target("one caller, throughput against naive", "4.1, batch-safe 3.1", 4, one)
    share = small.share("distinct", 64, FASTEST)
    used = share.median if share else None
    yield Target("share of the estimated limit at 64 callers", "0.35 to 0.5", 0.6, used)
    base = _ratio(large, throughput, 1, FASTEST)
    yield Target("one caller, BERT-base size", "2.9 to 3.3", 3, base)


def _fast_without_vnni(small: Figures) -> Iterator[Target]:
    """Goals for a processor on which whole numbers gain less."""
    crowd, one = (_ratio(small, throughput, callers, FASTEST) for callers in (64, 1))
    said = next((run.engine for run in small.of("distinct", 64, FASTEST)), "")
    yield Target("throughput against naive, 64 callers, whole numbers", "", 4.5, crowd, remark=said)
    exact = _ratio(small, throughput, 64, FP32)
    yield Target("the same, float32", "", 3.5, exact)
    yield Target("one caller, throughput against naive", "", 3, one)


def _real(results: Results) -> Iterator[Target]:
    """Goals for trained weights that are let answer in whole numbers; the worst counts."""
    ways = [each.answers for each in verdicts(results) if each.is_in_whole_numbers]
    found = [way for way in ways if way]
    kept = min(found, key=lambda way: way.own.same_labels, default=None)
    name = "trained weights in whole numbers: labels kept on their test texts"
    yield Target(name, "", 0.99, kept.own.same_labels if kept else None, remark=_named(kept))
    far = max(found, key=lambda way: way.own.largest_difference, default=None)
    name, most = "the same, largest difference of a probability there", 0.05
    measured = far.own.largest_difference if far else None
    yield Target(name, "", most, measured, is_less_better=True, remark=_named(far))
    if has_vnni(results.machine):
        slow = min(found, key=_to_float32, default=None)
        measured = _to_float32(slow) if slow else None
        yield Target("the same, speed to float32", "", 2, measured, remark=_named(slow))


def _to_float32(way: Way) -> float:
    return float(np.median(way.to_float32))


def _named(way: Way | None) -> str:
    return way.checkpoint if way else ""


def _ratio(figures: Figures, quantity: Quantity, callers: int, contender: str) -> float | None:
    found = figures.ratio(quantity, "distinct", callers, contender)
    return found.median if found else None


def _crowds(name: str, best: str, goal: float, figures: Figures, contender: str) -> Target:
    found = [_ratio(figures, throughput, callers, contender) for callers in (64, 256)]
    known = [each for each in found if each is not None]
    remark = " and ".join(f"{each:.2f}" for each in known)
    return Target(name, best, goal, min(known, default=None), remark=remark)


def _exact(figures: Figures) -> Target:
    name = "the same, exact fp32"
    tried = [
        (_crowds(name, "4.3", 4.5, figures, contender), contender) for contender in (TORCH, FP32)
    ]
    best, contender = max(tried, key=lambda pair: pair[0].measured or 0)
    remark = f"{best.remark}, {contender}" if best.measured else ""
    return Target(name, best.best_known, best.goal, best.measured, remark=remark)


def _never_slower(figures: Figures) -> Target:
    known = {each: _ratio(figures, throughput, 1, each) for each in OURS}
    found = {name: each for name, each in known.items() if each is not None}
    worst = min(found, key=found.__getitem__, default="")
    name = "one caller, BERT-base size, the slowest of our engines"
    return Target(name, "0.7", 1, found.get(worst), remark=worst)


def _first_answer(results: Results) -> Target:
    starts = {start.name: float(np.median(start.seconds)) for start in results.starts}
    name = "first answer of a fresh process, exported, against import torch, transformers"
    ours, imports = starts.get(first(MINILM, "auto")), starts.get(IMPORTS)
    ratio = ours / imports if ours and imports else None
    said = next((each.said for each in results.starts if each.name == first(MINILM, "auto")), "")
    return Target(name, "0.3", 0.2, ratio, is_less_better=True, remark=said)


def _unlike(results: Results, name: str, goal: float, unit: str) -> Target:
    ours = [
        each
        for each in results.agreements
        if each.contender in OURS and unit_of(each.engine) == unit
    ]
    checked = sum(each.checked for each in ours)
    different = sum(each.different_labels for each in ours)
    share = different / checked if checked else None
    remark = f"{different} of {checked}" if checked else ""
    return Target(name, "", goal, share, is_less_better=True, remark=remark)


def _always(results: Results) -> Iterator[Target]:
    unlike = "share of labels unlike sequential torch"
    yield _unlike(results, f"{unlike}, exact engines", 0, "fp32")
    yield _unlike(results, f"{unlike}, whole numbers", _MOST_UNLIKE, "int8")
    lags = [run.lag_worst_ms for run in results.runs if run.contender in OURS]
    worst = max(lags, default=None)
    yield Target("worst event-loop lag, ms", "", _MOST_LAG_MS, worst, is_less_better=True)
