"""A linear teacher of words and characters, which knows other things than the student does.

It labels text that nobody has labelled, together with a first student; the second student learns
from both. How much each counts is chosen on held-out rows.
"""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from bundled_recipe.texts.examples import Example

_RARE_BELOW = 2
_STRENGTH = 6.0
_ROUNDS = 60
_SHARES = np.linspace(0.0, 1.0, 21)

Shares = NDArray[np.float64]


class Teacher:
    """Logistic regression on characters (1 to 4) and words (1 and 2), weighed by rarity."""

    def __init__(self, examples: Sequence[Example], balance: bool) -> None:
        """Learn the likeliest label of each of ``examples``."""
        started = time.monotonic()
        weight = "balanced" if balance else None
        classifier = LogisticRegression(
            C=_STRENGTH, max_iter=_ROUNDS, tol=1e-3, class_weight=weight
        )
        self._pipeline = Pipeline([("features", _features()), ("classifier", classifier)])
        self._pipeline.fit([each.text for each in examples], [each.label for each in examples])
        self._labels = len(examples[0].target)
        self.seconds = time.monotonic() - started

    def shares(self, texts: Sequence[str]) -> Shares:
        """The probability of each label for each text."""
        found = np.zeros((len(texts), self._labels))
        found[:, self._pipeline.classes_] = self._pipeline.predict_proba(list(texts))
        return found


def _features() -> FeatureUnion:
    common: dict[str, Any] = {
        "min_df": _RARE_BELOW,
        "sublinear_tf": True,
        "token_pattern": None,
        "dtype": np.float32,
    }
    return FeatureUnion(
        [
            ("characters", TfidfVectorizer(analyzer="char", ngram_range=(1, 4), **common)),
            ("words", TfidfVectorizer(ngram_range=(1, 2), tokenizer=str.split, **common)),
        ]
    )


def best_mix(student: Shares, teacher: Shares, truth: Sequence[int]) -> float:
    """The student's part in the mean that makes ``truth`` likeliest."""
    rows = np.arange(len(truth))

    def surprise(part: float) -> float:
        mixed = part * student + (1 - part) * teacher
        return float(-np.log(mixed[rows, list(truth)].clip(1e-9)).mean())

    return float(min(_SHARES, key=surprise))
