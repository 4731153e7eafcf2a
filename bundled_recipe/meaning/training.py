"""Training of `meaning` by the clock: mostly imitation, and between that what people compared.

The learning rate follows the clock, and a run that was stopped goes on from its last save, as in
`bundled_recipe.body.pretraining`.
"""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from transformers import BertModel, PreTrainedTokenizerFast

from bundled_recipe.body.vocabulary import encode
from bundled_recipe.half import HalfTraining
from bundled_recipe.kept import keep, take_up
from bundled_recipe.meaning.encoder import vectors_of
from bundled_recipe.meaning.losses import imitation_loss, order_loss, ranking_loss
from bundled_recipe.meaning.targets import Imitation
from bundled_recipe.meaning.texts import Scored, Triple
from models.finetune.network.loop import LoopSettings, learning_rate_scale, plan_batches

_ROUND = ("imitate", "order", "imitate", "rank", "imitate")
LONGEST = 64
_WARMUP_SHARE = 0.05
_REPORT_EVERY = 50
_SAVE_EVERY_S = 120.0
_LONGEST_STEP_S = 10.0
"""A step that took longer was held up by something else, which is not counted."""


@dataclass(frozen=True)
class Settings:
    """What decides a run besides its seconds."""

    learning_rate: float = 1.5e-3
    batch_size: int = 192
    compared: int = 64
    """Pairs or triples in a batch of what people compared."""
    seed: int = 0


@dataclass(frozen=True)
class Progress:
    """How far it came."""

    steps: int = 0
    texts: int = 0
    loss: float = 0.0
    """Of the imitation, lately."""
    seconds: float = 0.0


class Training:
    """One run over the clock's ``seconds``, kept in ``state`` while it lasts."""

    def __init__(
        self,
        model: BertModel,
        tokenizer: PreTrainedTokenizerFast,
        imitation: Imitation,
        triples: Sequence[Triple],
        scored: Sequence[Scored],
        seconds: float,
        state: Path,
        settings: Settings,
    ) -> None:
        self._model = model
        self._seconds = seconds
        self._state = state
        self._settings = settings
        self._training = HalfTraining(model, settings.learning_rate)
        self._texts = encode(tokenizer, list(imitation.texts), LONGEST)
        self._numbers = torch.tensor(imitation.numbers)
        self._targets = torch.from_numpy(imitation.targets)
        self._triples = [_spelled(tokenizer, (t.anchor, t.near, t.far)) for t in triples]
        self._scored = [_spelled(tokenizer, (s.first, s.second)) for s in scored]
        self._scores = torch.tensor([s.score for s in scored])
        self._done = Progress()

    def run(self, watch: Callable[[BertModel], None], watch_every_s: float) -> Progress:
        """Train until the time is spent; ``watch`` looks at the model now and then."""
        self._resume()
        steps = self._steps()
        saved = watched = time.monotonic()
        while self._done.seconds < self._seconds:
            self._step(*next(steps))
            if time.monotonic() - saved > _SAVE_EVERY_S:
                self._save()
                saved = time.monotonic()
            if time.monotonic() - watched > watch_every_s:
                watch(self._model)
                watched = time.monotonic()
        self._save()
        self._model.train(False)
        return self._done

    def _steps(self) -> Iterator[tuple[str, list[int]]]:
        """Kinds of step and the rows that each is about, for ever."""
        settings, seed = self._settings, self._settings.seed + self._done.steps
        sources = {
            "imitate": _endless([len(ids) for ids in self._texts], settings.batch_size, seed),
            "order": _endless([len(each[0]) for each in self._scored], settings.compared, seed),
            "rank": _endless([len(each[0]) for each in self._triples], settings.compared, seed),
        }
        for kind in itertools.cycle(_ROUND):
            yield kind, next(sources[kind])

    def _step(self, kind: str, rows: list[int]) -> None:
        done, started = self._done, time.monotonic()
        loss = {"imitate": self._imitate, "order": self._order, "rank": self._rank}[kind](rows)
        scale = learning_rate_scale(done.seconds / self._seconds, _WARMUP_SHARE)
        self._training.take_step(loss, self._settings.learning_rate * scale)
        lately, shown = done.loss, done.texts
        if kind == "imitate":
            lately += (loss.item() - lately) / min(done.steps + 1, _REPORT_EVERY)
            shown += len(rows)
        seconds = done.seconds + min(time.monotonic() - started, _LONGEST_STEP_S)
        self._done = Progress(done.steps + 1, shown, lately, seconds)
        if self._done.steps % _REPORT_EVERY == 0:
            print(f"meaning {self._done}", flush=True)

    def _imitate(self, rows: list[int]) -> Tensor:
        targets = self._targets[self._numbers[rows]].to(self._model.device)
        return imitation_loss(self._vectors([self._texts[row] for row in rows]), targets)

    def _order(self, rows: list[int]) -> Tensor:
        first, second = self._sides([self._scored[row] for row in rows])
        return order_loss(first, second, self._scores[rows].to(first.device))

    def _rank(self, rows: list[int]) -> Tensor:
        triples = [self._triples[row] for row in rows]
        anchors, near = self._sides([triple[:2] for triple in triples])
        against = [triple[2] for triple in triples if len(triple) > 2]  # noqa: PLR2004
        far = self._vectors(against) if against else near[:0]
        return ranking_loss(anchors, near, far)

    def _sides(self, pairs: Sequence[Sequence[list[int]]]) -> tuple[Tensor, Tensor]:
        both = self._vectors([pair[side] for side in (0, 1) for pair in pairs])
        return both[: len(pairs)], both[len(pairs) :]

    def _vectors(self, rows: Sequence[list[int]]) -> Tensor:
        return vectors_of(self._training.working, rows)

    def _save(self) -> None:
        keep(self._state, self._model, self._training.optimizer, self._done)

    def _resume(self) -> None:
        self._done = Progress(**take_up(self._state, self._model, self._training.optimizer))
        self._training.refresh()


def _spelled(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str | None]) -> list[list[int]]:
    return encode(tokenizer, [text for text in texts if text is not None], LONGEST)


def _endless(lengths: list[int], size: int, seed: int) -> Iterator[list[int]]:
    """Batches of rows of similar length, epoch after epoch."""
    for epoch in itertools.count(seed):
        yield from plan_batches(lengths, LoopSettings(epochs=1, batch_size=size, seed=epoch))
