"""Wrong labels among right ones: how many of those that are sent to review are wrong."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from benchmarks.figures.report import Figure, Report, mean
from benchmarks.labelling.data import Rows
from models.provisional import Lesson, learned

ROWS = 1000
NOISE = 0.1
REVIEWED = 0.05
FOLDS = 5


def measure(report: Report, rows: Rows) -> None:
    """Rank a thousand rows, a tenth of them labelled wrongly, by how unlikely their label is."""
    letters = _letters(rows.texts)
    ours, rivals = [], []
    for seed in report.seeds:
        rng = np.random.default_rng(seed)
        chosen = rng.choice(len(rows.labels), ROWS, replace=False)
        right = rows.labels[chosen]
        wrong = rng.random(ROWS) < NOISE
        given = np.where(wrong, (right + rng.integers(1, 7, ROWS)) % 7, right)
        ours.append(_precision(_unlikely(rows, chosen, given), wrong))
        try:
            rivals.append(_precision(_cleanlab(letters[chosen], given), wrong))
        except ImportError:
            report.absent.append("cleanlab is not installed, so nothing stands beside label errors")
    report.figures.append(
        Figure(
            "label errors: precision of the top 5 % sent to review, 10 % noise, n = 1,000",
            f"{mean(ours):.2f}",
            f"cleanlab + TF-IDF {mean(rivals):.2f}" if rivals else "not installed",
            ".80",
            mean(ours) >= 0.8,
        )
    )


def _precision(doubts: np.ndarray, wrong: np.ndarray) -> float:
    most = np.argsort(-doubts)[: round(REVIEWED * ROWS)]
    return float(wrong[most].mean())


def _unlikely(rows: Rows, chosen: np.ndarray, given: np.ndarray) -> np.ndarray:
    """How unlikely the given label is to who has not seen the row, as the queue finds it."""
    texts = [rows.texts[n] for n in chosen]
    lesson = Lesson(texts, [(str(label),) for label in given])
    bodies = [vectors[chosen] for vectors in rows.bodies]
    return -np.array(learned(lesson, (), bodies).given)


def _letters(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a sparse matrix
    """TF-IDF of one to three characters."""
    table = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, min_df=2, max_features=20_000
    )
    return table.fit_transform(texts).tocsr()


def _cleanlab(letters: object, given: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from cleanlab.rank import get_label_quality_scores  # noqa: PLC0415 - may be absent
    model = LogisticRegression(C=10, max_iter=200)
    told = cross_val_predict(model, letters, given, cv=FOLDS, method="predict_proba")
    return -np.asarray(get_label_quality_scores(given, told))
