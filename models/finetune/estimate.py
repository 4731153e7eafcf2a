"""How long a training will take, told from the checkpoint's header and the lengths of the texts."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from models.checkpoints.weights_header import read_weights
from models.finetune import schedule
from models.finetune.checks import checkpoint_in, require_trainable
from models.finetune.plan import Example, TrainingEstimate, TrainingPlan
from models.results import Checkpoint

_START_S = 6.0
_MATRIX_S = 0.0015
_WEIGHTS_A_SECOND = 5e8
_FLOP_A_SECOND_AND_THREAD = 5e10


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

        seconds = start + steps * (matrices * call + weights / optimizer speed)
                + 2 * multiplied weights * (3 * epochs * tokens + models * held-out tokens)
                  / (threads * arithmetic speed)

    A token costs two operations a weight forwards and twice that backwards; embeddings are only
    looked up. Tokens are guessed from the script: four ASCII characters each, or one and a half
    others, up to the longest text that is looked at. The constants were measured on four cores
    with two of them busy: there the estimate was 1.1 to 1.5 times the truth for bodies of 6 to
    110 million weights; `benchmarks/finetune_estimate.py` tells how it is elsewhere.

    Raises:
        TrainingError: the base is made for something else.
        ModelError: its files cannot be used.
    """
    base = checkpoint_in(plan.base, plan.base_name)
    require_trainable(base)
    weights = _count_weights(base)
    steps = schedule.total_steps([example.text for example in plan.train], plan.epochs)
    models = 1 if plan.current is None else 2
    passes = 3 * plan.epochs * _tokens(plan.train) + models * _tokens(plan.held_out)
    seconds = (
        _START_S
        + steps * (weights.matrices * _MATRIX_S + weights.all / _WEIGHTS_A_SECOND)
        + 2 * weights.multiplied * passes / (threads * _FLOP_A_SECOND_AND_THREAD)
    )
    return TrainingEstimate(len(plan.train), steps, seconds)


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
