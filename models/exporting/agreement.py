"""Whether an engine may answer: it must agree with torch, and with itself alone and in a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.results import EngineReport
from models.tasks.spec import ExportSpec, Pipeline
from models.tasks.tokens.batching import BATCH_TOKENS, cut

_LEAST_SAME_LABELS = 0.97
_LEAST_SAME_DECIDED = 0.99
_MOST_DIFFERENCE = 0.05
"""Of a probability. Where torch's own two best are as near to each other, either may come first."""
_MOST_BATCH_DIFFERENCE = 0.01
_LEAST_LEEWAY = 0.2
"""In logits: what .05 is to a probability of a half."""
_LEEWAY_OF_RANGE = 0.1
_SURE = 1e-12


@dataclass(frozen=True, slots=True)
class Agreement:
    """Shares and differences of probabilities over a set of texts."""

    same_labels: float
    same_decided: float
    """Of those labels that lead by more than probabilities may differ."""
    largest_difference: float
    same_labels_in_batch: float
    largest_batch_difference: float
    has_labels: bool
    """Vectors have none."""
    drift: float
    """Of logits: the largest difference as a share of what is let pass."""

    @property
    def is_enough(self) -> bool:
        """Whether the engine may answer."""
        return (
            self.same_labels >= _LEAST_SAME_LABELS
            and self.same_decided >= _LEAST_SAME_DECIDED
            and self.largest_difference <= _MOST_DIFFERENCE
            and self.same_labels_in_batch == 1.0
            and self.largest_batch_difference <= _MOST_BATCH_DIFFERENCE
            and self.drift <= 1.0
        )

    def report(self, name: str, refused: Mapping[str, float]) -> EngineReport:
        """Return what `/modelinfo` shows; `refused` are faster engines and their same labels."""
        faster, same_labels = next(iter(refused.items()), (None, None))
        return EngineReport(
            name,
            self.same_labels if self.has_labels else None,
            self.largest_difference,
            self.largest_batch_difference,
            faster,
            same_labels if self.has_labels else None,
        )

    def __str__(self) -> str:
        return (
            f"{self.same_labels:.1%} of the labels are torch's, {self.same_decided:.1%} where it "
            f"is decided; probabilities within {self.largest_difference:.3f}; in a batch "
            f"{self.same_labels_in_batch:.1%} and {self.largest_batch_difference:.4f}; logits "
            f"drift by {self.drift:.2f} of what may be"
        )


def agree(
    spec: ExportSpec[Any, Any],
    expected: Sequence[Any],
    pipeline: Pipeline[Any, Any],
    items: Sequence[Any],
) -> Agreement:
    """Ask for each item alone and in batches, and compare with what the reference answered."""
    together = answers(pipeline, items, BATCH_TOKENS)
    # Who is too far from the reference in batches need not be asked one by one, which is slow.
    largest = spec.difference(expected, together)
    is_far = largest > _MOST_DIFFERENCE + _MOST_BATCH_DIFFERENCE
    alone = together if is_far else answers(pipeline, items, 1)
    return Agreement(
        same_labels=_same_decisions(spec, expected, alone),
        same_decided=_same_decisions(spec, expected, alone, _MOST_DIFFERENCE),
        largest_difference=spec.difference(expected, alone),
        same_labels_in_batch=_same_decisions(spec, alone, together),
        largest_batch_difference=spec.difference(alone, together),
        has_labels=any(spec.decisions(each) for each in expected),
        drift=_drift(_evidence(spec, expected), _evidence(spec, alone)),
    )


def answers(pipeline: Pipeline[Any, Any], items: Sequence[Any], budget: int = 1) -> list[Any]:
    """Answer in batches of so many tokens, as a lane would; an error of any item is raised."""
    order = sorted(range(len(items)), key=lambda place: pipeline.size(items[place]))
    found: dict[int, Any] = {}
    for batch in cut([pipeline.size(items[place]) for place in order], budget):
        places = [order[each] for each in batch]
        given = pipeline.prepare([items[place] for place in places])()
        for place, answer in zip(places, given, strict=True):
            if isinstance(answer, Exception):
                raise answer
            found[place] = answer
    return [found[place] for place in range(len(items))]


def _same_decisions(
    spec: ExportSpec[Any, Any],
    these: Sequence[Any],
    those: Sequence[Any],
    least_lead: float = 0.0,
) -> float:
    """The share of decisions that are alike, of those in `these` that lead by so much."""
    same = [
        one.what == other.what
        for this, that in zip(these, those, strict=True)
        for one, other in zip(spec.decisions(this), spec.decisions(that), strict=True)
        if one.lead >= least_lead
    ]
    return sum(same) / len(same) if same else 1.0


def _drift(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Compare classifiers where probabilities hardly move, since all texts are of one label.

    What looks for insults is sure of each of our texts; so is a network that sees nothing at all.
    """
    if not first.size:
        return 0.0
    leeway = np.maximum(np.ptp(first, axis=0) * _LEEWAY_OF_RANGE, _LEAST_LEEWAY)
    return float((np.abs(first - second) / leeway).max())


def _evidence(spec: ExportSpec[Any, Any], answers: Sequence[Any]) -> NDArray[np.float64]:
    """The logarithm of each label's odds, of shape (texts, labels), as far as they can be told."""
    scores = np.array([spec.evidence(answer) for answer in answers], np.float64)
    odds = np.clip(scores, _SURE, 1 - _SURE)
    result: NDArray[np.float64] = np.log(odds) - np.log1p(-odds)
    return result
