"""What a classifier says of examples for which several labels may hold, and how good that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.finetune.plan import Said, Scores
from models.finetune.quality.calibrating import Judged


@dataclass(frozen=True)
class SetAnswers:
    """What a classifier said of examples, each of whose labels is decided by itself."""

    logits: Tensor
    """A column for each label of the classifier's own."""
    numbers: tuple[int, ...]
    """For each column the number of its label among `labels`; -1 for none of them."""
    truth: Tensor
    """Which labels hold, of shape (examples, labels), as 0.0 and 1.0."""
    labels: tuple[str, ...]
    temperature: float = 1.0
    """By what the classifier divides its logits when it answers."""
    is_multi_label: bool = True
    """It decides about each label; else its likeliest is all that holds."""
    likely_from: float = 0.5
    """From which probability on a label holds."""

    @classmethod
    def of(cls, judged: Judged, labels: Sequence[str], likely_from: float = 0.5) -> "SetAnswers":
        """Return what a classifier of the very labels said, in order."""
        sides = (judged.logits.float(), tuple(range(len(labels))), judged.truth.float())
        return cls(*sides, tuple(labels), likely_from=likely_from)

    def shares(self) -> Tensor:
        """Return how probable each label was said to be; 0 where the classifier knows none such."""
        scaled = self.logits / self.temperature
        return self._in_order(scaled.sigmoid() if self.is_multi_label else scaled.softmax(dim=1))

    def held(self) -> Tensor:
        """Return whether each label holds, as 0.0 and 1.0."""
        if self.is_multi_label:
            return (self.shares() >= self.likely_from).float()
        best = self.logits.argmax(dim=1, keepdim=True)
        return self._in_order(torch.zeros_like(self.logits).scatter(1, best, 1.0))

    def said(self, p95_ms: float) -> Said:
        """Return each row's labels with their probabilities; the likeliest is the first word."""
        shares = self.shares()
        confidence, likeliest = shares.max(dim=1)
        held = tuple(tuple(row.nonzero().flatten().tolist()) for row in self.held())
        rows = tuple(tuple(round(share, _DIGITS) for share in row) for row in shares.tolist())
        labels, sure = tuple(likeliest.tolist()), tuple(confidence.tolist())
        return Said(labels, sure, p95_ms, held, rows)

    def scores(self) -> Scores:
        """Count them: whole sets, all decisions together, and the F1 of each label that occurs.

        Macro-F1 is the mean over the labels that occur among the examples; a text without any is
        one like all others.
        """
        held, truth = self.held(), self.truth
        both, either = (held * truth).sum(dim=0), (held + truth).sum(dim=0)
        f1 = 2 * both / either.clamp(min=1)
        occurring = truth.sum(dim=0).nonzero().flatten().tolist()
        named = {self.labels[number]: float(f1[number]) for number in occurring}
        return Scores(
            accuracy=float((held == truth).all(dim=1).float().mean()),
            macro_f1=sum(named.values()) / max(1, len(named)),
            f1=named,
            micro_f1=float(2 * both.sum() / either.sum().clamp(min=1)),
        )

    def judged(self) -> Judged:
        """Return the probabilities' side of it, of a classifier of the very labels, in order."""
        return Judged(self.logits, self.truth, is_multi_label=True)

    def _in_order(self, columns: Tensor) -> Tensor:
        """Put columns of the classifier's own labels into the order of `labels`."""
        found = torch.zeros(len(columns), len(self.labels))
        known = [place for place, number in enumerate(self.numbers) if number >= 0]
        found[:, [self.numbers[place] for place in known]] = columns[:, known]
        return found


_DIGITS = 4
"""Of a probability on its way: a line has one for each label of each text."""
