"""Training whose matrix products and states are in bfloat16, while the weights are kept in float32.

With a context of autocast a processor spends most of a step of a small model on copies between the
two; here each weight is copied once a step (Micikevicius et al., 2018, arXiv 1710.03740).
"""

import copy
from typing import Generic, TypeVar

import torch
from torch import Tensor
from transformers import PreTrainedModel

from bundled_recipe.body.pretraining import set_dropout
from bundled_recipe.precision import has_fast_bfloat16
from models.finetune.network.loop import apply_gradients, make_optimizer

Model = TypeVar("Model", bound=PreTrainedModel)


class HalfTraining(Generic[Model]):
    """Steps of ``model``, computed with a copy of it where bfloat16 is fast."""

    def __init__(self, model: Model, learning_rate: float, weight_decay: float = 0.01) -> None:
        self.model = model
        self.optimizer = make_optimizer(model, learning_rate, weight_decay)
        self.working = copy.deepcopy(model)
        if has_fast_bfloat16(model.device):
            self.working.bfloat16()
        # The fused kernel's way back takes a processor ten times as long as plain products.
        self.working.set_attn_implementation("eager")
        set_dropout(self.working, 0.0)
        self.working.train()

    def take_step(self, loss: Tensor, learning_rate: float) -> None:
        """Learn from ``loss``, which was computed with `working`."""
        for weight in self.working.parameters():
            weight.grad = None
        torch.autograd.backward(loss)
        for weight, kept in zip(self.working.parameters(), self.model.parameters(), strict=True):
            kept.grad = None if weight.grad is None else weight.grad.float()
        apply_gradients(self.model, self.optimizer, learning_rate)
        self.refresh()

    def refresh(self) -> None:
        """Compute with the weights as they are now."""
        with torch.no_grad():
            for weight, kept in zip(
                self.working.parameters(), self.model.parameters(), strict=True
            ):
                weight.copy_(kept)
