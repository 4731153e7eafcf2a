"""How well a checkpoint labels the held-out examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from models.finetune.calibrating import Judged
from models.finetune.checkpoint import load_trained
from models.finetune.loop import predict
from models.finetune.metrics import measure
from models.finetune.plan import Example, Scores

_NONE_OF_THEM = -1


@dataclass(frozen=True)
class Answers:
    """What a classifier said of examples."""

    logits: Tensor
    """A column for each label of the classifier's own."""
    numbers: tuple[int, ...]
    """For each column the number of its label among `labels`."""
    truth: tuple[int, ...]
    labels: tuple[str, ...]

    def scores(self) -> Scores:
        """Count them. An answer that is not among `labels` is a wrong one.

        F1 is given for the labels that occur among the examples, and macro-F1 is their mean, so
        that two classifiers on the same examples are averaged over the same labels.
        """
        answers = [self.numbers[column] for column in self.logits.argmax(dim=1).tolist()]
        metrics = measure(self.truth, answers, self.labels)
        f1 = {self.labels[n]: metrics.label_f1[self.labels[n]] for n in sorted(set(self.truth))}
        return Scores(metrics.accuracy, sum(f1.values()) / len(f1), f1)

    def judged(self) -> Judged:
        """Return the probabilities' side of it, of a classifier of the very labels, in order."""
        truth = one_hot(torch.tensor(self.truth), len(self.labels)).float()
        return Judged(self.logits, truth, is_multi_label=False)


def answers(folder: Path, labels: Sequence[str], examples: Sequence[Example]) -> Answers | None:
    """Ask the classifier in `folder`; None when it knows none of the labels.

    Labels are matched by name, whatever their order there.
    """
    classifier = load_trained(folder)
    if set(labels).isdisjoint(classifier.labels):
        return None
    ours = {label: number for number, label in enumerate(labels)}
    rows = classifier.encode([example.text for example in examples])
    return Answers(
        logits=predict(classifier.model, rows, padding=classifier.padding),
        numbers=tuple(ours.get(name, _NONE_OF_THEM) for name in classifier.labels),
        truth=tuple(example.label for example in examples),
        labels=tuple(labels),
    )


def evaluate(folder: Path, labels: Sequence[str], examples: Sequence[Example]) -> Scores | None:
    """Return the scores of the classifier in `folder`; None when it knows none of the labels."""
    found = answers(folder, labels, examples)
    return found.scores() if found else None
