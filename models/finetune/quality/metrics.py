"""How good a classifier is on rows it was not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.metrics import accuracy_score, confusion_matrix, f1_score


@dataclass(frozen=True)
class Metrics:
    """Figures of one evaluation; ``confusion[truth][answer]`` counts rows."""

    rows: int
    accuracy: float
    macro_f1: float
    label_f1: dict[str, float]
    confusion: list[list[int]]


def measure(truth: Sequence[int], answers: Sequence[int], labels: Sequence[str]) -> Metrics:
    """Compare ``answers`` with ``truth``; a label that never occurs counts as F1 zero."""
    numbers = list(range(len(labels)))
    per_label = f1_score(truth, answers, labels=numbers, average=None, zero_division=0.0)
    return Metrics(
        rows=len(truth),
        accuracy=float(accuracy_score(truth, answers)),
        macro_f1=float(per_label.mean()),
        label_f1={label: float(f1) for label, f1 in zip(labels, per_label, strict=True)},
        confusion=confusion_matrix(truth, answers, labels=numbers).tolist(),
    )
