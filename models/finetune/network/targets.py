"""What is true of the texts of a plan, as a network is taught it."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from models.finetune.plan import Example, TrainingPlan


def targets_of(plan: TrainingPlan) -> Tensor:
    """Return the number of each text's label; where several may hold, a row of 0 and 1 a text."""
    if not plan.is_multi_label:
        return torch.tensor([example.label for example in plan.train])
    return sets(plan.train, len(plan.labels))


def sets(examples: Sequence[Example], labels: int) -> Tensor:
    """Return which labels hold, of shape (texts, labels), as 0.0 and 1.0."""
    found = torch.zeros(len(examples), labels)
    for row, example in enumerate(examples):
        found[row, list(example.labels)] = 1.0
    return found


def losses(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the loss of each text: of the label that holds, or the mean over all decisions.

    Which of the two is told by the shape of the targets, and is what transformers computes for
    `single_label_classification` and `multi_label_classification`.
    """
    if targets.ndim == 1:
        return cross_entropy(logits, targets, reduction="none")
    each = binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return each.mean(dim=1)
