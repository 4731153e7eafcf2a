"""How much labels have been worth so far: a quick model that learns from fewer of them.

It is a regression on what the last layer of the base reads, which no step of this has changed; each
row is answered by regressions that have not learned from it. So it tells of the texts and labels,
not of the version, and nothing of the test side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from models.finetune.network.frozen import features, give_means
from models.finetune.plan import CurvePoint, Example, TrainingPlan
from models.finetune.quality.calibrating import Judged, holds_from
from models.finetune.recipes.beginning import begin
from models.finetune.recipes.parts import parts_of
from models.finetune.recipes.regression import Floats, Regression, Targets, fit, truth_of

FEWEST_TEXTS = 60
_MOST_TEXTS = 600
"""Looked at: more take long, and bend the curve little."""
_SHARES = (0.125, 0.25, 0.5, 1.0)
_PARTS, _REPEATS = 4, 3
_C = 3.0
"""As free as the regression of `recipes/head.py` is at first."""
_TWO = 2


def learning_curve(plan: TrainingPlan, frozen: Floats | None = None) -> tuple[CurvePoint, ...]:
    """Return macro-F1 by the number of texts; nothing where it would tell nothing true.

    That is so of few texts, and where the base knows the labels: it may have learned them from
    these very texts. `frozen` is what the base makes of the train side, where that is known.
    """
    if len(plan.train) < FEWEST_TEXTS:
        return ()
    chosen = _some(len(plan.train), plan.seed)
    examples = [replace(plan.train[place], weight=1.0) for place in chosen]
    rows = _read(plan, examples) if frozen is None else frozen[chosen]
    if rows is None:
        return ()
    targets = truth_of(examples, len(plan.labels), is_multi_label=plan.is_multi_label)
    repeats = [dict(_scores(rows, targets, plan.seed + number)) for number in range(_REPEATS)]
    return tuple(_points([each for each in repeats if each]))


def _read(plan: TrainingPlan, examples: Sequence[Example]) -> Floats | None:
    """Return what the base makes of the texts; None where it knows labels already."""
    classifier, _ = begin(plan, plan.bases[0])
    if set(classifier.fresh) != set(plan.labels):
        return None
    give_means(classifier)
    return features(classifier, [example.text for example in examples], lambda: None)


def _some(count: int, seed: int) -> list[int]:
    drawn = np.random.default_rng(seed).permutation(count)[:_MOST_TEXTS]
    return sorted(drawn.tolist())


def _scores(rows: Floats, targets: Targets, seed: int) -> Iterator[tuple[int, float]]:
    """Yield macro-F1 after so many texts, each row answered by who has not seen it."""
    classes = targets.classes
    parts = parts_of(classes.tolist(), _PARTS, seed)
    if len(parts) < _TWO:
        return
    chance = np.random.default_rng(seed)
    others = [chance.permutation(np.setdiff1d(np.arange(len(classes)), part)) for part in parts]
    for share in _SHARES:
        taken = [each[: round(share * len(each))] for each in others]
        if any(len(np.unique(classes[each])) < _TWO for each in taken):
            continue
        yield _learned_from(rows, targets, parts, taken)


def _learned_from(
    rows: Floats,
    targets: Targets,
    parts: Sequence[NDArray[np.int64]],
    taken: Sequence[NDArray[np.int64]],
) -> tuple[int, float]:
    is_multi_label = targets.is_multi_label
    truth = targets.truth if is_multi_label else targets.classes
    answers = np.zeros_like(truth)
    for part, learned in zip(parts, taken, strict=True):
        known = targets.of(learned)
        found = fit(rows[learned], known, _C)
        logits = found.logits(rows[part])
        holds = _held(found, rows[learned], known, logits) if is_multi_label else None
        answers[part] = logits.argmax(axis=1) if holds is None else holds
    texts = round(float(np.mean([len(each) for each in taken])))
    return texts, float(f1_score(truth, answers, average="macro", zero_division=0.0))


def _held(found: Regression, rows: Floats, known: Targets, logits: Floats) -> Floats:
    """Which labels hold: from the probability on that is best for the rows that were learned."""
    said, truth = (torch.from_numpy(each) for each in (found.logits(rows), known.truth))
    share = holds_from(Judged(said, truth, is_multi_label=True), 1.0)
    held: Floats = (logits >= np.log(share / (1 - share))).astype(np.float64)
    return held


def _points(repeats: Sequence[dict[int, float]]) -> Iterator[CurvePoint]:
    """The mean of the repeats, and how far that may be off by the order of the texts."""
    sizes = sorted(set.intersection(*map(set, repeats))) if repeats else []
    for texts in sizes:
        scores = [each[texts] for each in repeats]
        error = float(np.std(scores, ddof=1)) / len(scores) ** 0.5 if len(scores) > 1 else 0.0
        yield CurvePoint(texts, float(np.mean(scores)), error)
