"""How long and how fast to learn, so that ten examples are learned as surely as five hundred.

A fresh head needs about a hundred optimizer steps whatever the number of examples. Few examples
are therefore cut into small batches and gone through more often.
"""

import math
from collections.abc import Sequence

LONGEST_TEXT = 512
"""Tokens of a text that a training looks at, at the most: more would take memory, not teach."""
WARMUP_SHARE = 0.1
"""Of all steps, in which the learning rate rises."""
WEIGHT_DECAY = 0.01

_STEPS_WANTED = 100
_FEWEST_EPOCHS, _MOST_EPOCHS = 3, 30
_SMALLEST_BATCH, _LARGEST_BATCH = 4, 16
_BATCHES_AN_EPOCH = 8
_FASTEST = 1e-3
_BATCH_TOKENS = 4096
"""Of a padded batch; BERT-base takes about 3 GB for these."""


def default_epochs(examples: int) -> int:
    """Passes over `examples` training examples when nobody says how many."""
    epochs = math.ceil(_STEPS_WANTED / steps_an_epoch(examples, usual_batch_size(examples)))
    return min(_MOST_EPOCHS, max(_FEWEST_EPOCHS, epochs))


def batch_size(texts: Sequence[str]) -> int:
    """Texts of one optimizer step: fewer when they are few, or so long that memory runs out."""
    longest = min(LONGEST_TEXT, max(map(len, texts), default=0) + 2)
    return min(usual_batch_size(len(texts)), _BATCH_TOKENS // longest)


def steps_an_epoch(examples: int, batch: int) -> int:
    """Optimizer steps in which a batch at a time is gone through."""
    return max(1, math.ceil(examples / batch))


def learning_rate(hidden_size: int) -> float:
    """The peak for a body of this width: narrow bodies bear, and need, larger steps.

    4.5e-4 for the bundled body, where 3e-4 to 6e-4 did best on 24 to 400 examples of five tasks
    and 1.2e-4 clearly worse; 5e-5, the custom, for BERT-base.
    """
    return min(_FASTEST, 5e-5 * (768 / hidden_size) ** 2)


def usual_batch_size(examples: int) -> int:
    """Texts of one optimizer step, where none of them is long."""
    return min(_LARGEST_BATCH, max(_SMALLEST_BATCH, examples // _BATCHES_AN_EPOCH))
