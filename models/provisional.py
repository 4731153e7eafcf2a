"""What may be said of texts after a few labels, where no model knows those labels yet.

A class-balanced logistic regression on the characters of the texts. It is good enough to tell which
text is worth a label next, and answers nobody.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

C = 10.0
_ROUNDS = 60
_MOST_FEATURES = 20_000
_LONGEST = 1_000
"""Characters of a text that are looked at."""

Probabilities = NDArray[np.float64]


def guess(
    texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]
) -> Sequence[Mapping[str, float]]:
    """Return how probable each label is for each of the asked texts.

    Args:
        texts: that were labelled.
        labels: one for each; at least two are different.
        asked: of which something is to be said.
    """
    if not asked:
        return []
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - an import of a second

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        letters = _letters([*texts, *asked])
        model = _regression().fit(letters[: len(texts)], list(labels))
    told: Probabilities = model.predict_proba(letters[len(texts) :])
    classes = [str(label) for label in model.classes_]
    return [dict(zip(classes, row, strict=True)) for row in told.tolist()]


def _regression() -> Any:  # noqa: ANN401 - scikit-learn has no types
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    return LogisticRegression(C=C, class_weight="balanced", max_iter=_ROUNDS)


def _letters(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a sparse matrix
    """TF-IDF of one to three characters; the asked texts tell which are rare as well."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    table = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, max_features=_MOST_FEATURES
    )
    return table.fit_transform([text[:_LONGEST] or " " for text in texts]).tocsr()
