"""How many labels a queue saves that shows first what the model is least sure of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score

from benchmarks.labelling.data import Rows
from benchmarks.labelling.figures import Figure, Report
from benchmarks.labelling.provisional import Provisional, letters_of
from benchmarks.serving.tables import table
from handlers.learning.queue_order import SHARES, Candidate, least_sure
from storage.records import Arm

SKEW = (0.45, 0.22, 0.13, 0.08, 0.06, 0.04, 0.02)
"""How much of the stream each label has."""
STREAM = 4500
MEASURED = 150
"""Of each label."""
FIRST, STEP, LAST = 50, 50, 1000
RANDOM_SHARE = SHARES[Arm.RANDOM] / (SHARES[Arm.RANDOM] + SHARES[Arm.MARGIN])


@dataclass(frozen=True)
class Stream:
    """What comes in, and what the model is measured on."""

    pool: np.ndarray
    measured: np.ndarray
    rng: np.random.Generator


def measure(report: Report, rows: Rows) -> None:
    """Average the curves of all seeds, and find where the queue's reaches random's at 1,000."""
    letters = letters_of(rows.texts)
    at_random = np.mean([_curve(rows, letters, seed, 1.0) for seed in report.seeds], axis=0)
    by_margin = np.mean(
        [_curve(rows, letters, seed, RANDOM_SHARE) for seed in report.seeds], axis=0
    )
    reached = np.flatnonzero(by_margin >= at_random[-1])
    needed = FIRST + STEP * int(reached[0]) if reached.size else LAST
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
    counts = range(FIRST, LAST + 1, STEP)
    report.tables.append(_table(list(counts), at_random, by_margin))


def _curve(rows: Rows, letters: object, seed: int, at_random: float) -> list[float]:
    """The macro-F1 after each step, of which so many are drawn, the others as a queue would."""
    stream = _stream(rows, seed)
    known, rest = list(stream.pool[:FIRST]), list(stream.pool[FIRST:])
    reached = []
    while True:
        model = Provisional(rows, letters).fit(known, rows.labels[known])
        told = model.probabilities(stream.measured).argmax(axis=1)
        reached.append(float(f1_score(rows.labels[stream.measured], told, average="macro")))
        if len(known) >= LAST:
            return reached
        chosen = _by_margin(model, rows, known, rest, round(STEP * (1 - at_random)))
        left = np.setdiff1d(np.arange(len(rest)), chosen)
        chosen += stream.rng.choice(left, STEP - len(chosen), replace=False).tolist()
        known += [rest[n] for n in chosen]
        rest = np.delete(rest, chosen).tolist()


def _by_margin(
    model: Provisional, rows: Rows, known: Sequence[int], rest: Sequence[int], count: int
) -> list[int]:
    """The texts that the queue would show first: by the same function as the queue's own."""
    if not count:
        return []
    labelled = {str(n): int(c) for n, c in enumerate(np.bincount(rows.labels[known], minlength=7))}
    told = model.probabilities(rest)
    asked = [
        Candidate(n, {str(k): float(p) for k, p in enumerate(row)}) for n, row in enumerate(told)
    ]
    return list(least_sure(asked, labelled)[:count])


def _stream(rows: Rows, seed: int) -> Stream:
    rng = np.random.default_rng(seed)
    pool, measured = [], []
    by_size = np.argsort(-np.bincount(rows.labels))
    for label, share in zip(by_size, SKEW, strict=True):
        of_it = rng.permutation(np.flatnonzero(rows.labels == label))
        measured += of_it[:MEASURED].tolist()
        pool += of_it[MEASURED : MEASURED + round(share * STREAM)].tolist()
    return Stream(rng.permutation(pool), np.array(measured), rng)


def _table(counts: Sequence[int], at_random: np.ndarray, by_margin: np.ndarray) -> str:
    rows = [
        (str(count), f"{100 * one:.1f}", f"{100 * other:.1f}")
        for count, one, other in zip(counts, at_random, by_margin, strict=True)
        if count % 100 == 0
    ]
    return table(("labels", "random", "queue"), rows)
