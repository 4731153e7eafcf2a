"""What `meaning` is told to do, as losses over vectors of length one."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, log_softmax, softmax

_SHARPNESS = 20.0
"""Cosines differ little; times this they are logits."""
_NEARNESS = 1.0


def imitation_loss(vectors: Tensor, targets: Tensor) -> Tensor:
    """How far each row is from its target, and how else it lies to the other targets of the batch.

    Both are [rows, width]. A sentence that means nearly the same as its neighbour in the batch is
    not pushed away from it: the shares to reach are the targets' own.
    """
    wanted = softmax(targets @ targets.T * _SHARPNESS, dim=1)
    found = log_softmax(vectors @ targets.T * _SHARPNESS, dim=1)
    apart = 1 - (vectors * targets).sum(dim=1)
    return -(wanted * found).sum(dim=1).mean() + _NEARNESS * apart.mean()


def ranking_loss(anchors: Tensor, near: Tensor, far: Tensor) -> Tensor:
    """Cross-entropy of finding each anchor's ``near`` row among all near and far ones."""
    logits = anchors @ torch.cat([near, far]).T * _SHARPNESS
    backwards = near @ anchors.T * _SHARPNESS
    right = torch.arange(len(anchors), device=anchors.device)
    return cross_entropy(logits, right) + cross_entropy(backwards, right)


def order_loss(first: Tensor, second: Tensor, scores: Tensor) -> Tensor:
    """How often a pair that people found less alike has the higher cosine (CoSENT, Su 2022)."""
    cosines = (first * second).sum(dim=1) * _SHARPNESS
    wrong = cosines.unsqueeze(0) - cosines.unsqueeze(1)
    comparable = scores.unsqueeze(1) > scores.unsqueeze(0)
    excess = wrong.masked_fill(~comparable, float("-inf")).flatten()
    return torch.logsumexp(torch.cat([excess.new_zeros(1), excess]), dim=0)
