"""Logistic regression on frozen features, and what it says of rows that it has not seen."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import ThreadpoolController

from models.finetune.network.targets import sets
from models.finetune.plan import Example

Floats = NDArray[np.float64]

_ROUNDS = 200
_SOLVER = "newton-cg"
"""Three times as quick as the usual one on features of a body, and on groups of letters alike."""
_UNSEEN = -10.0
"""The bias of a label that none of the rows has."""
_TWO = 2


@dataclass(frozen=True, slots=True)
class Regression:
    """A linear layer: weights of shape (features, labels), a bias of (labels,)."""

    weights: Floats
    bias: Floats

    def logits(self, rows: Any) -> Floats:  # noqa: ANN401 - dense, or sparse as scipy has it
        """Return one row for each row of features."""
        found: Floats = rows @ self.weights + self.bias
        return found


@dataclass(frozen=True, slots=True)
class Targets:
    """What is true of rows, and how much each of them counts."""

    truth: Floats
    """Which labels hold, of shape (rows, labels), as 0.0 and 1.0."""
    weights: Floats
    is_multi_label: bool = False
    """Each label is decided by itself; else every row has one."""

    def of(self, rows: NDArray[np.int64]) -> "Targets":
        """Return those of some rows."""
        return replace(self, truth=self.truth[rows], weights=self.weights[rows])

    @property
    def count(self) -> int:
        """How many labels there are."""
        return int(self.truth.shape[1])

    @property
    def classes(self) -> NDArray[np.int64]:
        """A number for each row, the same for the same labels: of one that holds, its own."""
        found: NDArray[np.int64] = self.truth.argmax(axis=1)
        if self.is_multi_label:
            found = np.unique(self.truth, axis=0, return_inverse=True)[1].reshape(-1)
        return found


def truth_of(examples: Sequence[Example], labels: int, *, is_multi_label: bool) -> Targets:
    """Return what is true of examples of so many labels."""
    weights = np.array([example.weight for example in examples])
    return Targets(
        sets(examples, labels).double().numpy(), weights / weights.mean(), is_multi_label
    )


def fit(rows: Any, targets: Targets, c: float) -> Regression:  # noqa: ANN401
    """Learn from rows of at least two labels; the smaller `c`, the closer the weights to nothing.

    Where one of them holds, each counts the same, however many rows it has; where several may, each
    is told by itself, so that its probability is how often it holds.
    """
    rows = rows.astype(np.float32, copy=False)  # half the time, and as networks give them
    # Threads that wait for each other on products this small take many times as long.
    with warnings.catch_warnings(), _libraries().limit(limits=1, user_api="blas"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _of_each(rows, targets, c) if targets.is_multi_label else _of_one(rows, targets, c)


@cache
def _libraries() -> ThreadpoolController:
    """Those that multiply; to look for them takes as long as a small regression."""
    return ThreadpoolController()


def _of_each(rows: Any, targets: Targets, c: float) -> Regression:  # noqa: ANN401
    weights, bias = np.zeros((rows.shape[1], targets.count)), np.zeros(targets.count)
    for label, truth in enumerate(targets.truth.T):
        held = float(truth.sum())
        if held in (0.0, len(truth)):  # these rows do not tell when it holds, only how often
            bias[label] = math.log((held + 0.5) / (len(truth) - held + 0.5))
            continue
        model = LogisticRegression(C=c, solver=_SOLVER, max_iter=_ROUNDS)
        model.fit(rows, truth, targets.weights)
        weights[:, label], bias[label] = model.coef_[0], model.intercept_[0]
    return Regression(weights, bias)


def _of_one(rows: Any, targets: Targets, c: float) -> Regression:  # noqa: ANN401
    model = LogisticRegression(C=c, solver=_SOLVER, class_weight="balanced", max_iter=_ROUNDS)
    model.fit(rows, targets.classes, targets.weights)
    weights = np.zeros((rows.shape[1], targets.count))
    bias = np.full(targets.count, _UNSEEN)
    if len(model.classes_) == _TWO:  # which scikit-learn tells apart by one number
        half = model.coef_[0] / 2
        weights[:, model.classes_] = np.stack([-half, half], axis=1)
        bias[model.classes_] = [-model.intercept_[0] / 2, model.intercept_[0] / 2]
    else:
        weights[:, model.classes_] = model.coef_.T
        bias[model.classes_] = model.intercept_
    return Regression(weights, bias)


def unseen_logits(
    rows: Any,  # noqa: ANN401
    targets: Targets,
    parts: Sequence[NDArray[np.int64]],
    c: float,
) -> Floats:
    """Return what regressions say that learned from all parts but the one of a row."""
    found = np.zeros(targets.truth.shape)
    for part in parts:
        others = np.setdiff1d(np.arange(len(targets.truth)), part)
        found[part] = fit(rows[others], targets.of(others), c).logits(rows[part])
    return found
