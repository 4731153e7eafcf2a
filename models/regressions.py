"""Regressions that learn from a few labelled texts what may be said of others. Pure.

The product of class-balanced logistic regressions: one on the characters of the texts, and one on
what each of some bodies makes of them. A body knows words that no label has named yet, and the
characters know what the bodies mix up.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_C_OF_LETTERS, _C_OF_VECTORS = 10.0, 1.0
_LEAST = 1e-9
_ROUNDS = 60
_MOST_FEATURES = 20_000

Vectors = NDArray[np.float32]
"""What a body makes of texts, a row each."""
Places = NDArray[np.intp]
Probabilities = NDArray[np.float64]
"""A row for each text, a column for each label."""


@dataclass(frozen=True, slots=True)
class View:
    """One way to see all texts."""

    rows: Any
    """A row for each text; sparse or not."""
    c: float
    """How far a regression on it trusts what it has learned (scikit-learn's C)."""


def views_of(texts: Sequence[str], bodies: Sequence[Vectors] = ()) -> Sequence[View]:
    """Return how texts are seen: the labelled ones and those that are asked about alike."""
    return (
        View(_letters(texts), _C_OF_LETTERS),
        *(View(_scaled(vectors), _C_OF_VECTORS) for vectors in bodies),
    )


def one_of(
    views: Sequence[View], learned: Places, labels: Sequence[str], asked: Places
) -> tuple[Sequence[str], Probabilities]:
    """Return how probable each label is where one of them holds.

    Args:
        views: of all texts.
        learned: the places of those that are learned from.
        labels: one for each of them; at least two are different.
        asked: the places of those of which something is to be said.
    """
    classes = sorted(set(labels))
    logs = np.zeros((len(asked), len(classes)))
    for view in views:
        logs += np.log(_told(view, learned, labels, asked) + _LEAST)
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    return classes, odds / odds.sum(axis=1, keepdims=True)


def several_of(
    views: Sequence[View], learned: Places, labels: Sequence[Sequence[str]], asked: Places
) -> tuple[Sequence[str], Probabilities]:
    """Return the same where several labels may hold at once, each by itself.

    Nothing is told of a label that each of the learned texts has, or none.
    """
    named = {label for each in labels for label in each}
    classes = [one for one in sorted(named) if not all(one in each for each in labels)]
    columns = [
        one_of(views, learned, [str(int(label in each)) for each in labels], asked)[1][:, 1]
        for label in classes
    ]
    return classes, np.stack(columns, axis=1) if columns else np.zeros((len(asked), 0))


def _told(view: View, learned: Places, labels: Sequence[str], asked: Places) -> Probabilities:
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - an import of a second
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    known, others = view.rows[learned], view.rows[asked]
    if not isinstance(known, np.ndarray):
        some = np.unique(known.indices)  # what no learned text has would have no weight either
        known, others = known[:, some], others[:, some]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=view.c, class_weight="balanced", max_iter=_ROUNDS)
        told: Probabilities = model.fit(known, list(labels)).predict_proba(others)
    return told


def _scaled(vectors: Vectors) -> Vectors:
    """Each direction brought to one scale, and rows to a length of about one."""
    centred = vectors - vectors.mean(axis=0)
    spread = np.maximum(vectors.std(axis=0), _LEAST) * np.sqrt(vectors.shape[1])
    scaled: Vectors = (centred / spread).astype(np.float32)
    return scaled


def _letters(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a sparse matrix
    """TF-IDF of one to three characters; the asked texts tell which are rare as well."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    table = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, max_features=_MOST_FEATURES
    )
    return table.fit_transform([text or " " for text in texts]).tocsr()
