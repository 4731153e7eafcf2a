"""Dropout that costs little on a processor: one mask for all tokens of a text, none in attention.

Drawing a number for each activation takes a good part of fine-tuning a small model, and attention
that drops shares cannot be computed in one pass. A mask for each text and feature is a hundredth
of the numbers. Source: Gal and Ghahramani, 2016 (A Theoretically Grounded Application of Dropout in
Recurrent Neural Networks), who share masks along a sequence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn.functional import dropout

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_SEQUENCES = 3
"""Axes of what has a row of features for each token of each text."""
_OF_SHARES = "attention.self.dropout"
"""Where BERT and its like have it; transformers hands its `p` to the fused attention."""

_WIDE = 128
"""So many features that a text can lose some in all of its tokens; 16 taught nothing then."""


class SharedMask(nn.Dropout):
    """Drops the same features of all tokens of a text."""

    def forward(self, states: Tensor) -> Tensor:
        """Return states of shape (texts, tokens, features) with some features scaled, others 0.

        States of other shapes are dropped one by one.
        """
        if states.ndim != _SEQUENCES:
            return super().forward(states)
        mask = states.new_ones(states.shape[0], 1, states.shape[2])
        return states * dropout(mask, self.p, self.training)


@contextmanager
def shared_masks(model: "PreTrainedModel") -> Iterator[None]:
    """Let all dropout in a network be of this kind, until the end; not in a narrow one."""
    if model.config.get_text_config().hidden_size < _WIDE:
        yield
        return
    own = {name: each for name, each in model.named_modules() if isinstance(each, nn.Dropout)}
    for name, each in own.items():
        share = 0.0 if name.endswith(_OF_SHARES) else each.p
        model.set_submodule(name, SharedMask(share).train(each.training))
    try:
        yield
    finally:
        for name, each in own.items():
            model.set_submodule(name, each.train(model.training))
