"""How long a training will take, told from the checkpoint's header and the lengths of the texts."""

import json
import math
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.finetune import schedule
from models.finetune.checks import TrainingError
from models.finetune.plan import Example, TrainingEstimate, TrainingPlan

_START_S = 6.0
_MATRIX_S = 0.0015
_WEIGHTS_A_SECOND = 5e8
_FLOP_A_SECOND_AND_THREAD = 5e10
_LARGEST_HEADER = 100 << 20


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
    """
    weights = _count_weights(plan.base)
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


def _count_weights(folder: Path) -> _Weights:
    """Read the shapes in the headers of the safetensors files, not the weights."""
    try:
        shapes = {name: tensor["shape"] for name, tensor in _tensors(folder)}
        sizes = {name: math.prod(shape) for name, shape in shapes.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise TrainingError("The checkpoint to begin from cannot be read.") from error
    if not sizes:
        raise TrainingError("The checkpoint to begin from has no weights in safetensors.")
    matrices = [name for name in sizes if "embed" not in name and len(shapes[name]) > 1]
    multiplied = sum(sizes[name] for name in matrices)
    return _Weights(sum(sizes.values()), multiplied, len(matrices))


def _tensors(folder: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted(folder.glob("*.safetensors")):
        header = _header(path)
        header.pop("__metadata__", None)
        yield from header.items()


def _header(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > min(_LARGEST_HEADER, os.fstat(file.fileno()).st_size):
            raise ValueError("the header is longer than the file")
        header: dict[str, Any] = json.loads(file.read(length))
    return header
