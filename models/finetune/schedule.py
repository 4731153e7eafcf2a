"""How long and how fast to learn, so that ten examples are learned as surely as five hundred.

A fresh head needs about a hundred optimizer steps whatever the number of examples. Few examples
are therefore cut into small batches and gone through more often.
"""

import math
from collections.abc import Sequence

LONGEST_TEXT = 512
"""Tokens of a text that a training looks at, at the most: more would take memory, not teach."""

_STEPS_WANTED = 100
_FEWEST_EPOCHS, _MOST_EPOCHS = 3, 30
_SMALLEST_BATCH, _LARGEST_BATCH = 4, 16
_BATCHES_AN_EPOCH = 8
_FASTEST = 1e-3
_BATCH_TOKENS = 4096
"""Of a padded batch; BERT-base takes about 3 GB for these."""


def default_epochs(examples: int) -> int:
    """Passes over `examples` training examples when nobody says how many."""
    epochs = math.ceil(_STEPS_WANTED / _steps_an_epoch(examples, _batch_size(examples)))
    return min(_MOST_EPOCHS, max(_FEWEST_EPOCHS, epochs))


def batch_size(texts: Sequence[str]) -> int:
    """Texts of one optimizer step: fewer when they are few, or so long that memory runs out."""
    longest = min(LONGEST_TEXT, max(map(len, texts), default=0) + 2)
    return min(_batch_size(len(texts)), _BATCH_TOKENS // longest)


def total_steps(texts: Sequence[str], epochs: int) -> int:
    """Optimizer steps of a whole training."""
    return epochs * _steps_an_epoch(len(texts), batch_size(texts))


def learning_rate(hidden_size: int) -> float:
    """The peak for a body of this width: narrow bodies bear, and need, larger steps.

    4.5e-4 for the bundled body, where 3e-4 to 6e-4 did best on 24 to 400 examples of five tasks
    and 1.2e-4 clearly worse; 5e-5, the custom, for BERT-base.
    """
    return min(_FASTEST, 5e-5 * (768 / hidden_size) ** 2)


def _batch_size(examples: int) -> int:
    return min(_LARGEST_BATCH, max(_SMALLEST_BATCH, examples // _BATCHES_AN_EPOCH))


def _steps_an_epoch(examples: int, batch: int) -> int:
    return max(1, math.ceil(examples / batch))
