"""How long a training will take, told from the checkpoint's header and the lengths of the texts."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from models.checkpoints.weights_header import read_weights
from models.finetune.checks import checkpoint_in, require_trainable
from models.finetune.network import schedule
from models.finetune.plan import Example, RecipeName, TrainingEstimate, TrainingPlan
from models.finetune.recipes.steps import batch_of, learning_steps, steps_of
from models.machine import processor
from models.results import Checkpoint

_START_S = 5.5
"""The import of PyTorch and Transformers, and what they import at their first model."""
_READ_S = 0.3
"""Each checkpoint that is read."""
_TIMED_S = 0.6
"""Each model whose milliseconds are measured."""
_AGREES_S = 1.5
"""What the new one is asked with torch and without."""
_MATRIX_S = 0.0015
_WEIGHTS_A_SECOND = 5e8
_FLOP_A_SECOND_AND_THREAD = 5e10
_OF_512_BITS = 2
"""Times as many, where the processor has AVX-512."""
_TRAINER_S = 8.0
"""What the import of Trainer takes."""
_REGRESSION_S = 1e-4
"""Of all regressions that are compared, a row and label and base."""
_MOST_REGRESSED = 2_000


@dataclass(frozen=True, slots=True)
class _Weights:
    """How many numbers a checkpoint holds, and how many of them each token is multiplied with."""

    all: int
    multiplied: int
    matrices: int
    """Those that the latter are in."""


def estimate(plan: TrainingPlan, threads: int) -> TrainingEstimate:
    """Steps and seconds of a training on `threads` processor threads.

    ::

        seconds = start + checkpoints * reading + models * timing
                + steps * (matrices * call + weights / optimizer speed)
                + 2 * multiplied weights * (3 * steps * a batch's tokens + models * held-out tokens)
                  / (threads * arithmetic speed)

    A token costs two operations a weight forwards and twice that backwards; embeddings are only
    looked up. Tokens are guessed from the script: four ASCII characters each, or one and a half
    others, up to the longest text that is looked at. The constants were measured on four cores
    with two of them busy: there the estimate was 1.1 to 1.5 times the truth for bodies of 6 to
    110 million weights; those of start, reading and timing are seconds of one busy core.
    `benchmarks/finetune_estimate.py` tells how it is elsewhere.

    Raises:
        TrainingError: the base is made for something else.
        ModelError: its files cannot be used.
    """
    for each in plan.bases:
        require_trainable(checkpoint_in(each.folder, each.name))
    weights = _count_weights(checkpoint_in(plan.base, plan.base_name))
    steps = steps_of(plan)
    models = 1 if plan.current is None else 2
    measured = models * _tokens(plan.held_out)
    speed = threads * _flop_a_second()
    seconds = _START_S + (len(plan.bases) + models) * _READ_S + models * _TIMED_S + _AGREES_S
    seconds += 2 * weights.multiplied * measured / speed
    if plan.recipe in (RecipeName.HEAD, RecipeName.AUTO):
        reading = 2 * weights.multiplied * len(plan.bases) * _tokens(plan.train) / speed
        seconds += reading + _regressions_s(plan)
    if learning := learning_steps(plan):
        passes = 3 * learning * batch_of(plan) * _tokens(plan.train) / len(plan.train)
        seconds += learning * (weights.matrices * _MATRIX_S + weights.all / _WEIGHTS_A_SECOND)
        seconds += 2 * weights.multiplied * passes / speed
    if plan.recipe is RecipeName.TRAINER:
        seconds += _TRAINER_S
    return TrainingEstimate(len(plan.train), steps, seconds)


def _flop_a_second() -> float:
    """Return how many operations one thread does in floating point."""
    is_wide = "avx512f" in processor().split()
    return _FLOP_A_SECOND_AND_THREAD * (_OF_512_BITS if is_wide else 1)


def _regressions_s(plan: TrainingPlan) -> float:
    rows = min(len(plan.train), _MOST_REGRESSED)
    return len(plan.bases) * len(plan.labels) * rows * _REGRESSION_S


def _tokens(examples: Iterable[Example]) -> int:
    return sum(_tokens_of(example.text) for example in examples)


def _tokens_of(text: str) -> int:
    ascii_count = len(text.encode("ascii", "ignore"))
    guess = 2 + math.ceil(ascii_count / 4 + (len(text) - ascii_count) / 1.5)
    return min(schedule.LONGEST_TEXT, guess)


def _count_weights(checkpoint: Checkpoint) -> _Weights:
    """Read the shapes in the headers of the safetensors files, not the weights."""
    shapes = read_weights(checkpoint).shapes
    sizes = {name: math.prod(shape) for name, shape in shapes.items()}
    matrices = [name for name in sizes if "embed" not in name and len(shapes[name]) > 1]
    multiplied = sum(sizes[name] for name in matrices)
    return _Weights(sum(sizes.values()), multiplied, len(matrices))
