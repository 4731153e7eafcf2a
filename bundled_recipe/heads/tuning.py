"""Fine-tuning a classifier on the body by the clock, on targets that may be shares.

Unlike `models.finetune.network.loop` it spells every text anew in each epoch, with some merges
left out, and ends when its seconds are over, however fast the machine is.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from bundled_recipe.body.pretraining import set_dropout
from bundled_recipe.body.vocabulary import SPECIAL_TOKENS, encode
from bundled_recipe.precision import best_device, fastest_arithmetic
from bundled_recipe.texts.examples import Example
from models.finetune.network.loop import (
    LoopSettings,
    apply_gradients,
    learning_rate_scale,
    make_optimizer,
    pad,
    plan_batches,
)

_LONGEST = 128
_REPORT_EVERY = 100
_LONGEST_STEP_S = 60.0
"""A step that took longer was held up by something else, which is not counted."""


@dataclass(frozen=True)
class TuningSettings:
    """What decides a run besides its seconds."""

    epochs: float = 3.0
    """The most that is useful; time may allow fewer."""
    batch_size: int = 128
    learning_rate: float = 5e-4
    warmup_share: float = 0.06
    merge_dropout: float = 0.1
    """Share of the vocabulary's merges that are left out when a text is spelled."""
    masked_share: float = 0.05
    """Share of the tokens that are masked. Both keep the model from learning rows by heart, as
    dropout would, which makes training on a processor half as fast."""
    smoothing: float = 0.05
    """Share of each single-label target that is spread over all labels."""
    is_multi_label: bool = False
    adversarial: float = 0.0
    """How far the words' embeddings are moved, all together, to where the loss grows fastest; the
    model learns the rows there, too, in twice the time (Miyato et al., 2017)."""
    balance: bool = False
    """Whether a rare label's rows weigh more, so that all labels count alike."""
    seed: int = 0


@dataclass(frozen=True)
class Tuned:
    """What a run came to."""

    rows: int
    steps: int
    epochs: float
    seconds: float


def new_classifier(
    body: Path, labels: Sequence[str], settings: TuningSettings
) -> BertForSequenceClassification:
    """The body with an untrained head that knows its label names."""
    torch.manual_seed(settings.seed)
    kind = "multi_label" if settings.is_multi_label else "single_label"
    model: BertForSequenceClassification = BertForSequenceClassification.from_pretrained(
        body,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
        problem_type=f"{kind}_classification",
        attn_implementation="eager",
        dtype=torch.float32,
        use_safetensors=True,
    )
    model.to(best_device())  # type: ignore[arg-type]
    return model


def tune(
    model: BertForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    examples: Sequence[Example],
    settings: TuningSettings,
    seconds: float,
) -> Tuned:
    """Train ``model`` in place until its epochs are done or ``seconds`` have passed."""
    before = time.monotonic()
    device = model.device
    targets = torch.tensor([example.target for example in examples])
    weights = _row_weights(targets) if settings.balance else torch.ones(len(targets))
    optimizer = make_optimizer(model, settings.learning_rate, weight_decay=0.01)
    total = round(settings.epochs * len(examples) / settings.batch_size)
    torch.manual_seed(settings.seed)
    set_dropout(model, 0.0)
    model.train()
    step, recent, elapsed = 0, 0.0, 0.0
    for step, (rows, inputs, mask) in enumerate(_batches(tokenizer, examples, settings), start=1):
        shown = [each.to(device) for each in (inputs, mask, targets[rows], weights[rows])]
        optimizer.zero_grad(set_to_none=True)
        loss = _batch_gradients(model, shown, settings)
        progress = max(step / total, elapsed / seconds)
        scale = learning_rate_scale(progress, settings.warmup_share)
        apply_gradients(model, optimizer, settings.learning_rate * scale)
        recent += (loss - recent) / min(step, _REPORT_EVERY)
        now = time.monotonic()
        elapsed, before = elapsed + min(now - before, _LONGEST_STEP_S), now
        if step % _REPORT_EVERY == 0:
            print(f"step {step}/{total} loss {recent:.3f} after {elapsed:.0f} s", flush=True)
        if step >= total or elapsed >= seconds:
            break
    model.train(False)
    return Tuned(len(examples), step, step * settings.batch_size / len(examples), elapsed)


def _batch_gradients(
    model: BertForSequenceClassification, batch: list[Tensor], settings: TuningSettings
) -> float:
    """Leave the gradients of a batch in ``model``; return its loss.

    ``batch`` has token numbers, attention mask, targets and the weight of each row.
    """

    def learn() -> float:
        inputs, mask, targets, weights = batch
        with fastest_arithmetic(model.device):
            logits = model(input_ids=inputs, attention_mask=mask).logits
        loss = (_losses(logits.float(), targets, settings) * weights).mean()
        torch.autograd.backward(loss)
        return loss.item()

    found = learn()
    if settings.adversarial:
        with _worse_words(model, settings.adversarial):
            learn()
    return found


@contextmanager
def _worse_words(model: BertForSequenceClassification, distance: float) -> Iterator[None]:
    """Move the words' embeddings up the gradients that are there, by ``distance`` all together."""
    words = model.bert.embeddings.word_embeddings.weight
    assert words.grad is not None
    way = words.grad * (distance / words.grad.norm().clamp(min=1e-9))
    words.data += way
    yield
    words.data -= way


def _batches(
    tokenizer: PreTrainedTokenizerFast, examples: Sequence[Example], settings: TuningSettings
) -> Iterator[tuple[list[int], Tensor, Tensor]]:
    """Row numbers, token numbers and attention masks, epoch after epoch, for ever."""
    texts = [example.text for example in examples]
    epoch = 0
    while True:
        encodings = encode(tokenizer, texts, _LONGEST, settings.merge_dropout)
        once = LoopSettings(epochs=1, batch_size=settings.batch_size, seed=settings.seed + epoch)
        for rows in plan_batches([len(ids) for ids in encodings], once):
            inputs, mask = pad([encodings[row] for row in rows], tokenizer.pad_token_id)
            yield rows, _partly_masked(inputs, settings.masked_share), mask
        epoch += 1


def _partly_masked(inputs: Tensor, share: float) -> Tensor:
    hidden = (torch.rand(inputs.shape) < share) & (inputs >= len(SPECIAL_TOKENS))
    return inputs.masked_fill(hidden, SPECIAL_TOKENS.index("[MASK]"))


def _row_weights(targets: Tensor) -> Tensor:
    """Rare labels weigh more; the mean is one."""
    shares = targets.mean(dim=0)
    weights = targets @ (1.0 / (len(shares) * shares).clamp(min=1e-6))
    return weights / weights.mean()


def _losses(logits: Tensor, targets: Tensor, settings: TuningSettings) -> Tensor:
    """The loss of each row."""
    if settings.is_multi_label:
        losses = binary_cross_entropy_with_logits(logits, targets, reduction="none")
        return losses.sum(dim=1)
    wanted = (1 - settings.smoothing) * targets + settings.smoothing / targets.shape[1]
    return -(wanted * log_softmax(logits, dim=1)).sum(dim=1)
