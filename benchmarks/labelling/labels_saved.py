"""How many labels a queue saves that shows first what the model is least sure of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score

from benchmarks.figures.report import Figure, Report
from benchmarks.labelling.data import Rows
from benchmarks.serving.tables import table
from handlers.labelling.guesses import MOST_ASKED, worth_another_look
from handlers.labelling.provisional import FEWEST_LEARNED
from handlers.learning.queue_order import SHARES, Candidate, least_sure
from models.regressions import one_of, views_of
from storage.records import Arm

SKEW = (0.45, 0.22, 0.13, 0.08, 0.06, 0.04, 0.02)
"""How much of the stream each label has."""
STREAM = 4500
MEASURED = 150
"""Of each label."""
STEP, LAST = 50, 1000
"""The curves are told after so many labels each, up to so many."""
RANDOM_SHARE = SHARES[Arm.RANDOM] / (SHARES[Arm.RANDOM] + SHARES[Arm.MARGIN])


@dataclass(frozen=True)
class Stream:
    """What comes in, and what the model is measured on."""

    rows: Rows
    pool: np.ndarray
    measured: np.ndarray
    rng: np.random.Generator

    def told(self, known: Sequence[int], asked: Sequence[int]) -> np.ndarray:
        """What the provisional model makes of what is asked, and of what is measured, in rows."""
        chosen = np.concatenate([known, asked, self.measured]).astype(int)
        bodies = [vectors[chosen] for vectors in self.rows.bodies]
        views = views_of([self.rows.texts[n] for n in chosen], bodies)
        labels = [str(n) for n in self.rows.labels[known]]
        learned, others = np.arange(len(known)), np.arange(len(known), len(chosen))
        classes, told = one_of(views, learned, labels, others)
        found = np.zeros((len(others), int(self.rows.labels.max()) + 1))
        found[:, [int(one) for one in classes]] = told
        return found

    def macro_f1(self, told: np.ndarray) -> float:
        """Of what was made of what is measured."""
        right, said = self.rows.labels[self.measured], told[-len(self.measured) :].argmax(axis=1)
        return float(f1_score(right, said, average="macro"))


def measure(report: Report, rows: Rows) -> None:
    """Average the curves of all seeds, and find where the queue's reaches random's at 1,000."""
    counts = np.arange(2 * STEP, LAST + 1, STEP)
    streams = [_stream(rows, seed) for seed in report.seeds]
    at_random = np.mean([_curve(one, counts, 1.0) for one in streams], axis=0)
    streams = [_stream(rows, seed) for seed in report.seeds]
    by_margin = np.mean([_curve(one, counts, RANDOM_SHARE) for one in streams], axis=0)
    reached = np.flatnonzero(by_margin >= at_random[-1])
    needed = int(counts[reached[0]]) if reached.size else LAST
    saved = 1 - needed / LAST
    report.figures.append(
        Figure(
            "labels saved to reach random@1000's macro-F1, skewed YNAT stream, a quarter at random",
            f"{100 * saved:.0f} %",
            f"0 (in their order: {at_random[-1]:.3f} at 1,000)",
            "50 %",
            saved >= 0.5,
        )
    )
    report.tables.append(_table(counts, at_random, by_margin))


def _curve(stream: Stream, counts: np.ndarray, at_random: float) -> np.ndarray:
    """The macro-F1 at some counts, of which so many are drawn, the others as the queue would.

    As often as the queue makes its model anew: between two of them, a line.
    """
    known, rest = stream.pool[:FEWEST_LEARNED].tolist(), stream.pool[FEWEST_LEARNED:]
    reached: dict[int, float] = {}
    while True:
        asked = stream.rng.choice(len(rest), MOST_ASKED if at_random < 1 else 0, replace=False)
        told = stream.told(known, rest[asked])
        reached[len(known)] = stream.macro_f1(told)
        if len(known) >= LAST:
            return np.interp(counts, [*reached], [*reached.values()])
        step = min(worth_another_look(len(known)), LAST) - len(known)
        labelled = np.bincount(stream.rows.labels[known])
        chosen = asked[_first(told[: len(asked)], labelled)[: round(step * (1 - at_random))]]
        left = np.setdiff1d(np.arange(len(rest)), chosen)
        drawn = stream.rng.choice(left, step - len(chosen), replace=False)
        both = np.concatenate([chosen, drawn]).astype(int)
        known += rest[both].tolist()
        rest = np.delete(rest, both)


def _first(told: np.ndarray, labelled: np.ndarray) -> list[int]:
    """The texts in the order in which the queue would show them, by its own function."""
    counts = {str(n): int(c) for n, c in enumerate(labelled)}
    asked = [
        Candidate(n, {str(k): float(p) for k, p in enumerate(row)}) for n, row in enumerate(told)
    ]
    return list(least_sure(asked, counts))


def _stream(rows: Rows, seed: int) -> Stream:
    rng = np.random.default_rng(seed)
    pool, measured = [], []
    by_size = np.argsort(-np.bincount(rows.labels))
    for label, share in zip(by_size, SKEW, strict=True):
        of_it = rng.permutation(np.flatnonzero(rows.labels == label))
        measured += of_it[:MEASURED].tolist()
        pool += of_it[MEASURED : MEASURED + round(share * STREAM)].tolist()
    return Stream(rows, rng.permutation(pool), np.array(measured), rng)


def _table(counts: np.ndarray, at_random: np.ndarray, by_margin: np.ndarray) -> str:
    rows = [
        (str(count), f"{100 * one:.1f}", f"{100 * other:.1f}")
        for count, one, other in zip(counts, at_random, by_margin, strict=True)
        if count % 100 == 0
    ]
    return table(("labels", "random", "queue"), rows)
