"""Pre-training of the body by the clock, in short stretches that a later run can go on from.

The time is the budget, not the number of steps: the learning rate follows the clock, so the run
ends well on any machine, and time that a run lost to its being stopped is not counted.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from transformers import BertForMaskedLM

from bundled_recipe.body.blocks import Stream
from bundled_recipe.body.network import hide, masked_loss
from bundled_recipe.kept import keep, take_up
from bundled_recipe.precision import compiled, fastest_arithmetic
from models.finetune.network.loop import learning_rate_scale, make_optimizer, take_step

BATCH_TOKENS = 8192
_SHORT, _LONG = 64, 512
_LONG_EVERY = 12
"""Mostly short blocks, for speed; some long ones, or far positions would stay random."""
PEAK_LEARNING_RATE = 2e-3
_WARMUP_SHARE = 0.04
_REPORT_EVERY = 50
_SAVE_EVERY_S = 180.0
_LONGEST_STEP_S = 5.0
"""A step that took longer was held up by something else, which is not counted."""


@dataclass(frozen=True)
class Part:
    """A language's stream and its share of each batch, in eighths."""

    stream: Stream
    eighths: int


@dataclass(frozen=True)
class Progress:
    """How far pre-training came."""

    steps: int = 0
    tokens: int = 0
    loss: float = 0.0
    seconds: float = 0.0


class Pretraining:
    """One run over the clock's ``seconds``, kept in ``state`` while it lasts."""

    def __init__(
        self,
        model: BertForMaskedLM,
        parts: list[Part],
        seconds: float,
        state: Path,
        peak: float = PEAK_LEARNING_RATE,
        seed: int = 0,
    ) -> None:
        self._model = model
        self._parts = parts
        self._seconds = seconds
        self._state = state
        self._peak = peak
        self._seed = seed
        self._device = next(model.parameters()).device
        self._optimizer = make_optimizer(model, peak, weight_decay=0.01)
        self._loss = compiled(masked_loss)
        self._done = Progress()

    def run(self) -> Progress:
        """Train until the time is spent."""
        self._resume()
        set_dropout(self._model, 0.0)
        self._model.train()
        saved = time.monotonic()
        while self._done.seconds < self._seconds:
            self._step()
            if self._done.steps % _REPORT_EVERY == 0:
                _print(self._done)
            if time.monotonic() - saved > _SAVE_EVERY_S:
                self._save()
                saved = time.monotonic()
        self._save()
        set_dropout(self._model, self._model.config.hidden_dropout_prob)
        self._model.train(False)
        return self._done

    def _step(self) -> None:
        done, started = self._done, time.monotonic()
        torch.manual_seed(self._seed + done.steps)
        blocks = self._batch(_LONG if done.steps % _LONG_EVERY == _LONG_EVERY - 1 else _SHORT)
        inputs, places = hide(blocks, self._model.config.vocab_size)
        with fastest_arithmetic(self._device):
            loss = self._loss(self._model, inputs, places, blocks.flatten()[places])
        scale = learning_rate_scale(done.seconds / self._seconds, _WARMUP_SHARE)
        take_step(self._model, self._optimizer, loss, self._peak * scale)
        steps = done.steps + 1
        self._done = Progress(
            steps=steps,
            tokens=done.tokens + blocks.numel(),
            loss=done.loss + (loss.item() - done.loss) / min(steps, 4 * _REPORT_EVERY),
            seconds=done.seconds + min(time.monotonic() - started, _LONGEST_STEP_S),
        )

    def _batch(self, length: int) -> Tensor:
        rows = BATCH_TOKENS // length
        blocks = [part.stream.blocks(rows * part.eighths // 8, length) for part in self._parts]
        return torch.cat(blocks).to(self._device)

    def _save(self) -> None:
        keep(self._state, self._model, self._optimizer, self._done)

    def _resume(self) -> None:
        """Go on where an earlier run was stopped, with text that it had not come to."""
        self._done = Progress(**take_up(self._state, self._model, self._optimizer))
        for part in self._parts:
            part.stream.skip(self._done.tokens * part.eighths // 8)


def set_dropout(model: torch.nn.Module, share: float) -> None:
    """Drawing so many random numbers takes a processor longer than the rest of a small model."""
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = share


def _print(done: Progress) -> None:
    speed = done.tokens / done.seconds
    print(
        f"body step {done.steps} after {done.seconds:.0f} s: loss {done.loss:.3f}, "
        f"{speed:.0f} tokens/s",
        flush=True,
    )
