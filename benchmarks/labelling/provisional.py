"""The provisional model: regressions on the bundled body's frozen features and on letters.

What the two say is multiplied: the body knows words that no label has named yet, and the letters
know what the body mixes up.
"""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from benchmarks.labelling.data import Rows

_BODY_C = 1.0
_LETTERS_C = 10.0
_UNSEEN = 1e-3
_ROUNDS = 60


class Provisional:
    """Learns from some rows, and tells how probable each label of others is."""

    def __init__(self, rows: Rows, letters: object | None = None) -> None:
        self._rows = rows
        self._letters = letters if letters is not None else letters_of(rows.texts)
        self._count = int(rows.labels.max()) + 1

    def fit(self, learned: Sequence[int] | np.ndarray, labels: Sequence[int]) -> "Provisional":
        """Learn from rows by their numbers, with the labels that people gave them."""
        self._models = [
            (_regression(_BODY_C).fit(self._rows.features[learned], labels), self._rows.features),
            (_regression(_LETTERS_C).fit(self._letters[learned], labels), self._letters),  # type: ignore[index]
        ]
        return self

    def probabilities(self, asked: Sequence[int] | np.ndarray) -> np.ndarray:
        """One row for each text, one column for each label."""
        logs = np.zeros((len(asked), self._count))
        for model, seen in self._models:
            told = np.full(logs.shape, _UNSEEN)
            told[:, model.classes_] = model.predict_proba(seen[asked])
            logs += np.log(told + 1e-9)
        odds = np.exp(logs - logs.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)


def letters_of(texts: Sequence[str]) -> object:
    """TF-IDF of one to three characters."""
    table = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, min_df=2, max_features=20_000
    )
    return table.fit_transform(texts).tocsr()


def macro_f1(
    rows: Rows,
    learned: Sequence[int] | np.ndarray,
    labels: Sequence[int],
    measured: Sequence[int] | np.ndarray,
) -> float:
    """Of a regression on the body's features that learned from these labels."""
    model = _regression(_BODY_C).fit(rows.features[learned], labels)
    told = model.predict(rows.features[measured])
    return float(f1_score(rows.labels[measured], told, average="macro"))


def _regression(c: float) -> LogisticRegression:
    warnings.simplefilter("ignore", ConvergenceWarning)
    return LogisticRegression(C=c, class_weight="balanced", max_iter=_ROUNDS)
