"""A plain training loop for classifiers, in batches of similar length.

Chat messages differ so much in length that padding each batch to its longest text wastes half the
work. Sorting within a pool of batches keeps nearly all of the randomness and doubles the speed
that ``transformers.Trainer`` reaches on a processor.
"""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from models.engines.padding import Padding, Row
from models.engines.protocol import TokenRow
from models.engines.torch_engine import class_logits
from models.finetune.network.schedule import WARMUP_SHARE, WEIGHT_DECAY
from models.finetune.network.shared_masks import shared_masks
from models.finetune.network.targets import losses

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_POOL_BATCHES = 50
_LARGEST_GRADIENT = 1.0


@dataclass(frozen=True)
class LoopSettings:
    """What decides a training run; equal settings and data repeat it exactly."""

    epochs: float = 3.0
    """Passes over the data; a fraction stops part of the way through the last one."""
    batch_size: int = 32
    learning_rate: float = 5e-5
    """The peak, reached after the warm-up; it falls to zero in a straight line afterwards."""
    warmup_share: float = WARMUP_SHARE
    weight_decay: float = WEIGHT_DECAY
    seed: int = 0


@dataclass(frozen=True)
class StepReport:
    """One finished optimizer step."""

    step: int
    loss: float
    elapsed_s: float
    taken: int
    """Steps that were taken in `elapsed_s`: fewer than `step` where a training went on."""


class EpochKeeper(Protocol):
    """Keeps where a training stands after each epoch, for it to go on from there."""

    def load(self, model: "PreTrainedModel", optimizer: torch.optim.Optimizer) -> int:
        """Take up what was kept; return how many steps are done."""
        ...

    def save(self, step: int, model: "PreTrainedModel", optimizer: torch.optim.Optimizer) -> None:
        """Keep what an epoch came to."""
        ...


def train_classifier(
    model: "PreTrainedModel",
    rows: Sequence[TokenRow],
    targets: Sequence[int] | Tensor,
    settings: LoopSettings,
    on_step: Callable[[StepReport], None],
    *,
    padding: Padding,
    weights: Sequence[float] | None = None,
    keeper: EpochKeeper | None = None,
) -> None:
    """Train ``model`` in place; an exception raised by ``on_step`` ends the run there.

    ``rows`` have special tokens and are truncated already; ``padding`` is the network's. The
    targets are as `targets` beside this makes them. A row counts as its weight says, beside the
    mean of all. The caller's random state is left as it was, and the model in evaluation mode.
    Dropout is as `models.finetune.network.shared_masks` has it.
    """
    labelled = _Labelled(torch.as_tensor(targets), _beside_their_mean(weights))
    with torch.random.fork_rng(devices=[]), shared_masks(model):
        model.train()
        try:
            _run(model, rows, labelled, settings, on_step, padding=padding, keeper=keeper)
        finally:
            model.train(False)


@dataclass(frozen=True)
class _Labelled:
    """What is true of the rows, and how much each of them counts; None: all the same."""

    targets: Tensor
    weights: Tensor | None

    def loss(self, logits: Tensor, batch: Sequence[int]) -> Tensor:
        """The mean over a batch of rows."""
        found = losses(logits, self.targets[batch])
        return (found if self.weights is None else found * self.weights[batch]).mean()


def _beside_their_mean(weights: Sequence[float] | None) -> Tensor | None:
    if weights is None or len(set(weights)) == 1:
        return None
    found = torch.tensor(weights)
    return found / found.mean()


def _run(
    model: "PreTrainedModel",
    rows: Sequence[TokenRow],
    labelled: _Labelled,
    settings: LoopSettings,
    on_step: Callable[[StepReport], None],
    *,
    padding: Padding,
    keeper: EpochKeeper | None,
) -> None:
    started = time.monotonic()
    batches = plan_batches([len(row.ids) for row in rows], settings)
    per_epoch = _steps_an_epoch(len(rows), settings)
    optimizer = make_optimizer(model, settings.learning_rate, settings.weight_decay)
    done = keeper.load(model, optimizer) if keeper else 0
    for step, batch in enumerate(batches[done:], start=done + 1):
        if (step - 1) % per_epoch == 0:  # whoever goes on from here draws the same
            torch.manual_seed(settings.seed + step)
        scale = learning_rate_scale((step - 0.5) / len(batches), settings.warmup_share)
        logits = class_logits(model, padding, [rows[place] for place in batch])
        loss = labelled.loss(logits, batch)
        take_step(model, optimizer, loss, settings.learning_rate * scale)
        elapsed_s = time.monotonic() - started
        on_step(StepReport(step, loss.item(), elapsed_s, step - done))
        if keeper and step % per_epoch == 0:
            keeper.save(step, model, optimizer)


def plan_batches(lengths: Sequence[int], settings: LoopSettings) -> list[list[int]]:
    """Row numbers of every batch of the run: shuffled, then of similar length within a pool."""
    shuffler = random.Random(settings.seed)  # noqa: S311
    total = math.ceil(_steps_an_epoch(len(lengths), settings) * settings.epochs)
    batches: list[list[int]] = []
    while len(batches) < total:
        batches.extend(_epoch(lengths, settings.batch_size, shuffler))
    return batches[:total]


def _steps_an_epoch(examples: int, settings: LoopSettings) -> int:
    return math.ceil(examples / settings.batch_size)


def _epoch(lengths: Sequence[int], batch_size: int, shuffler: random.Random) -> list[list[int]]:
    rows = list(range(len(lengths)))
    shuffler.shuffle(rows)
    batches: list[list[int]] = []
    pool_size = batch_size * _POOL_BATCHES
    for start in range(0, len(rows), pool_size):
        pool = sorted(rows[start : start + pool_size], key=lambda row: lengths[row])
        batches.extend(pool[at : at + batch_size] for at in range(0, len(pool), batch_size))
    shuffler.shuffle(batches)
    return batches


def pad(encodings: Sequence[Sequence[int]], pad_id: int) -> tuple[Tensor, Tensor]:
    """Token numbers and attention mask, padded on the right to the longest of the batch."""
    batch = Padding(pad_id).batch([Row(ids) for ids in encodings])
    return torch.from_numpy(batch["input_ids"]), torch.from_numpy(batch["attention_mask"])


def make_optimizer(
    model: torch.nn.Module, learning_rate: float, weight_decay: float
) -> torch.optim.AdamW:
    """AdamW that decays matrices only: shrinking biases and norms does nothing but harm."""
    trainable = [weight for weight in model.parameters() if weight.requires_grad]
    groups = [
        {"params": [w for w in trainable if w.ndim > 1], "weight_decay": weight_decay},
        {"params": [w for w in trainable if w.ndim <= 1], "weight_decay": 0.0},
    ]
    # Fused: one pass over the weights instead of several, four times as fast on a processor.
    return torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.98), eps=1e-6, fused=True)


def learning_rate_scale(progress: float, warmup_share: float) -> float:
    """Share of the peak learning rate at ``progress`` (0 to 1): up in a line, then down."""
    if progress < warmup_share:
        return progress / warmup_share
    return max(0.0, (1.0 - progress) / (1.0 - warmup_share))


def take_step(
    model: torch.nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor, learning_rate: float
) -> None:
    """Learn from ``loss`` in one clipped optimizer step at the given learning rate."""
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    apply_gradients(model, optimizer, learning_rate)


def apply_gradients(
    model: torch.nn.Module, optimizer: torch.optim.Optimizer, learning_rate: float
) -> None:
    """One optimizer step on the gradients that are there, clipped."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
    torch.nn.utils.clip_grad_norm_(model.parameters(), _LARGEST_GRADIENT)
    optimizer.step()


def predict(
    model: "PreTrainedModel",
    rows: Sequence[TokenRow],
    *,
    padding: Padding,
    batch_size: int = 64,
) -> Tensor:
    """Logits of every text, in the order given, whatever the batches were."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
    logits = torch.empty(len(rows), len(model.config.id2label or {}))
    model.train(False)
    with torch.inference_mode():
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            logits[batch] = class_logits(model, padding, [rows[place] for place in batch]).float()
    return logits
