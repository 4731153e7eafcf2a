"""Training of `entities` by the clock, on labels of which some are not known.

The loss of a piece is how unlikely the network finds everything that would be right for it. The
clock leads the learning rate; a run that was stopped goes on from its last save.
"""

import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import log_softmax
from transformers import BertForTokenClassification, PreTrainedTokenizerFast

from bundled_recipe.body.vocabulary import SPECIAL_TOKENS
from bundled_recipe.entities.pieces import LABELS, Row, spelled
from bundled_recipe.entities.renaming import Names
from bundled_recipe.entities.sentences import Sentence
from bundled_recipe.half import HalfTraining
from bundled_recipe.kept import keep, take_up
from bundled_recipe.precision import best_device
from models.finetune.network.loop import LoopSettings, learning_rate_scale, pad, plan_batches

_REPORT_EVERY = 50
_SAVE_EVERY_S = 120.0
_LONGEST_STEP_S = 10.0
_MASK, _PAD = SPECIAL_TOKENS.index("[MASK]"), SPECIAL_TOKENS.index("[PAD]")


@dataclass(frozen=True)
class Settings:
    """What decides a run besides its seconds."""

    learning_rate: float = 7e-4
    batch_size: int = 64
    warmup_share: float = 0.05
    merge_dropout: float = 0.1
    """Share of the vocabulary's merges that are left out when a text is spelled."""
    masked_share: float = 0.08
    last_share: float = 0.35
    """Of the time, for the end without the rows whose guidelines differ."""
    seed: int = 0


@dataclass(frozen=True)
class Progress:
    """How far it came."""

    steps: int = 0
    sentences: int = 0
    loss: float = 0.0
    seconds: float = 0.0


def new_tagger(body: Path) -> BertForTokenClassification:
    """The body with an untrained head that knows its label names."""
    torch.manual_seed(0)
    model: BertForTokenClassification = BertForTokenClassification.from_pretrained(
        body,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
        attn_implementation="sdpa",
        dtype=torch.float32,
        use_safetensors=True,
    )
    model.to(best_device())  # type: ignore[arg-type]
    return model


class Tuning:
    """One run over the clock's ``seconds``, kept in ``state`` while it lasts."""

    def __init__(
        self,
        model: BertForTokenClassification,
        tokenizer: PreTrainedTokenizerFast,
        first: Sequence[Sentence],
        last: Sequence[Sentence],
        seconds: float,
        state: Path,
        settings: Settings,
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._first = first
        self._last = last
        self._seconds = seconds
        self._state = state
        self._settings = settings
        self._names = Names(last)
        self._training = HalfTraining(model, settings.learning_rate)
        self._done = Progress()

    def run(self, watch: Callable[[BertForTokenClassification], None]) -> Progress:
        """Train until the time is spent; ``watch`` looks at the model after each epoch."""
        self._resume()
        saved = time.monotonic()
        turn = self._seconds * (1 - self._settings.last_share)
        for rows, until in ((self._first, turn), (self._last, self._seconds)):
            for batch in self._batches(rows, until, watch):
                self._step(batch)
                if time.monotonic() - saved > _SAVE_EVERY_S:
                    self._save()
                    saved = time.monotonic()
        self._save()
        self._model.train(False)
        return self._done

    def _batches(
        self,
        sentences: Sequence[Sentence],
        until: float,
        watch: Callable[[BertForTokenClassification], None],
    ) -> Iterator[list[Row]]:
        """Epoch after epoch until the clock says ``until``; each spells the sentences anew."""
        for epoch in itertools.count(self._settings.seed + self._done.steps):
            if self._done.seconds >= until:
                return
            draw = random.Random(epoch)  # noqa: S311
            told = [self._names.told_of_others(each, draw) for each in sentences]
            rows = spelled(self._tokenizer, told, self._settings.merge_dropout)
            lengths = [len(row.ids) for row in rows]
            once = LoopSettings(epochs=1, batch_size=self._settings.batch_size, seed=epoch)
            for batch in plan_batches(lengths, once):
                if self._done.seconds >= until:
                    return
                yield [rows[place] for place in batch]
            watch(self._model)

    def _step(self, rows: Sequence[Row]) -> None:
        done, started, settings = self._done, time.monotonic(), self._settings
        inputs, mask = pad([row.ids for row in rows], _PAD)
        hidden = (torch.rand(inputs.shape) < settings.masked_share) & (inputs > _MASK)
        inputs = inputs.masked_fill(hidden, _MASK)
        device = self._model.device
        working = self._training.working
        logits = working(input_ids=inputs.to(device), attention_mask=mask.to(device)).logits
        loss = partial_loss(logits.float(), rows)
        scale = learning_rate_scale(done.seconds / self._seconds, settings.warmup_share)
        self._training.take_step(loss, settings.learning_rate * scale)
        self._done = Progress(
            done.steps + 1,
            done.sentences + len(rows),
            done.loss + (loss.item() - done.loss) / min(done.steps + 1, _REPORT_EVERY),
            done.seconds + min(time.monotonic() - started, _LONGEST_STEP_S),
        )
        if self._done.steps % _REPORT_EVERY == 0:
            print(f"entities {self._done}", flush=True)

    def _save(self) -> None:
        keep(self._state, self._model, self._training.optimizer, self._done)

    def _resume(self) -> None:
        self._done = Progress(**take_up(self._state, self._model, self._training.optimizer))
        self._training.refresh()


def partial_loss(logits: Tensor, rows: Sequence[Row]) -> Tensor:
    """Minus the log of the share of all labels that would be right, a mean over the tokens.

    ``logits`` is [rows, tokens, labels]. Tokens that may be called anything cost nothing.
    """
    allowed, weights = _allowed(rows, logits.shape[1])
    right = ((allowed.unsqueeze(2) >> torch.arange(len(LABELS))) & 1).bool().to(logits.device)
    shares = log_softmax(logits, dim=2).masked_fill(~right, float("-inf"))
    losses = -torch.logsumexp(shares, dim=2)
    weights = weights.to(logits.device)
    return (losses * weights).sum() / weights.sum().clamp(min=1.0)


def _allowed(rows: Sequence[Row], length: int) -> tuple[Tensor, Tensor]:
    """Bits and weights, [rows, tokens]; beyond a row's end anything goes and nothing counts."""
    allowed = torch.full((len(rows), length), (1 << len(LABELS)) - 1)
    weights = torch.zeros(len(rows), length)
    for place, row in enumerate(rows):
        allowed[place, : len(row.ids)] = torch.tensor(row.allowed)
        weights[place, : len(row.ids)] = row.weight
    return allowed, weights
