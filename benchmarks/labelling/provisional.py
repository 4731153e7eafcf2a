"""A model that learns from labels, to tell what they are worth: on the body's frozen features."""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from benchmarks.labelling.data import Rows

_C = 1.0
_ROUNDS = 60


def macro_f1(
    rows: Rows,
    learned: Sequence[int] | np.ndarray,
    labels: Sequence[int],
    measured: Sequence[int] | np.ndarray,
) -> float:
    """Of a regression on the body's features that learned from these labels."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    model = LogisticRegression(C=_C, class_weight="balanced", max_iter=_ROUNDS)
    told = model.fit(rows.features[learned], labels).predict(rows.features[measured])
    return float(f1_score(rows.labels[measured], told, average="macro"))
