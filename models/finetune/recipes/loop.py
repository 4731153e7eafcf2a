"""`loop`: a training loop as courses write it, with each epoch's train and evaluation loss.

A DataLoader shuffles, and every batch goes through the same five lines. A tenth of the train side
is not learned from: it measures after each epoch, and tells in the end how sure the model may be.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader, TensorDataset

from models.engines.torch_engine import class_logits
from models.finetune.epoch_state import EpochStates
from models.finetune.network.checkpoint import TrainableClassifier, save
from models.finetune.network.head import MULTI_LABEL
from models.finetune.network.loop import LoopSettings, StepReport, learning_rate_scale, predict
from models.finetune.network.targets import losses, sets, targets_of
from models.finetune.network.words import take_over_words
from models.finetune.plan import Epoch, Example
from models.finetune.quality.calibrating import Judged, surprise
from models.finetune.quality.reading import settle
from models.finetune.recipes.epochs import Epochs
from models.finetune.recipes.parts import without_part
from models.finetune.recipes.recipe import Made, Work
from models.finetune.recipes.settings import begin_tuned, facts_of, settings_of

_LARGEST_GRADIENT = 1.0


def loop(work: Work) -> Made:
    """Train all of the base.

    Raises:
        TrainingError: the base cannot be read, or the loss is no number any more.
    """
    plan = work.plan
    classifier, head = begin_tuned(plan)
    settings = settings_of(plan, classifier)
    learned, measured = without_part(plan)
    running = _Running(work, classifier, settings, learned, measured)
    with torch.random.fork_rng(devices=[]):
        running.train()
    work.progress.tell("evaluating")
    calibration = settle(classifier, judged(classifier, measured)) if measured else None
    save(classifier, plan.base, work.folder)
    texts = [example.text for example in (*plan.train, *plan.held_out)]
    take_over_words(classifier, plan.base, work.folder, texts)
    return Made(
        origin=head,
        final_loss=work.progress.loss,
        facts=facts_of(plan, settings),
        base=plan.bases[0],
        calibration=calibration,
        epochs=running.epochs.all,
    )


def judged(classifier: TrainableClassifier, rows: Sequence[Example]) -> Judged:
    """Return what a classifier says of rows, beside what is true."""
    encoded = classifier.encode([row.text for row in rows])
    logits = predict(classifier.model, encoded, padding=classifier.padding)
    is_multi_label = classifier.model.config.problem_type == MULTI_LABEL
    return Judged(logits, sets(rows, len(classifier.labels)), is_multi_label)


class _Running:
    """The loop itself, from the first epoch or behind the last one that was kept."""

    def __init__(
        self,
        work: Work,
        classifier: TrainableClassifier,
        settings: LoopSettings,
        learned: Sequence[Example],
        measured: Sequence[Example],
    ) -> None:
        self._work, self._classifier, self._settings = work, classifier, settings
        self._measured = measured
        self._rows = classifier.encode([row.text for row in learned])
        self._targets = targets_of(replace(work.plan, train=tuple(learned)))
        weights = torch.tensor([row.weight for row in learned])
        self._weights = weights / weights.mean()
        self._model = classifier.model
        self._optimizer = torch.optim.AdamW(
            self._model.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
        )
        self._states = EpochStates(work.kept, work.plan)
        self.epochs = Epochs(work.kept)

    def train(self) -> None:
        """Go through all epochs."""
        work, started = self._work, time.monotonic()
        work.progress.reached = self._states.load(self._model, self._optimizer)
        steps_each = work.progress.steps // work.plan.epochs
        begun = work.progress.reached.step
        self.epochs.up_to(begun // steps_each)
        scheduler = self._scheduler(begun)

        def took(loss: float) -> None:
            step = work.progress.reached.step + 1
            elapsed_s = time.monotonic() - started
            work.progress.take(StepReport(step, loss, elapsed_s, step - begun))

        for number in range(begun // steps_each, work.plan.epochs):
            loss = self._epoch(number, scheduler, took)
            self.epochs.add(self._measure(loss))
            self._states.save(work.progress.reached, self._model, self._optimizer)

    def _scheduler(self, begun: int) -> LambdaLR:
        """Up in a line, then down; from where it stood."""
        for group in self._optimizer.param_groups:
            group["initial_lr"] = self._settings.learning_rate
        steps, warmup = self._work.progress.steps, self._settings.warmup_share
        return LambdaLR(
            self._optimizer,
            lambda step: learning_rate_scale((step + 0.5) / steps, warmup),
            last_epoch=begun - 1,
        )

    def _epoch(
        self,
        number: int,
        scheduler: LambdaLR,
        took: Callable[[float], None],
    ) -> float:
        """Learn from each text once; return the mean loss."""
        torch.manual_seed(self._work.plan.seed + number)  # whoever goes on from here draws the same
        self._model.train()
        losses = []
        places = TensorDataset(torch.arange(len(self._rows)))
        for (batch,) in DataLoader(places, self._settings.batch_size, shuffle=True):
            self._optimizer.zero_grad()
            loss = self._loss(batch.tolist())
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(self._model.parameters(), _LARGEST_GRADIENT)
            self._optimizer.step()
            scheduler.step()
            losses.append(loss.item())
            took(losses[-1])
        return sum(losses) / len(losses)

    def _loss(self, batch: Sequence[int]) -> Tensor:
        rows = [self._rows[place] for place in batch]
        logits = class_logits(self._model, self._classifier.padding, rows)
        return (losses(logits, self._targets[batch]) * self._weights[batch]).mean()

    def _measure(self, train_loss: float) -> Epoch:
        if not self._measured:
            return Epoch(train_loss)
        found = judged(self._classifier, self._measured)
        right = ((found.logits > 0) == (found.truth > 0)).all(dim=1)
        if not found.is_multi_label:
            right = found.logits.argmax(dim=1) == found.truth.argmax(dim=1)
        return Epoch(train_loss, surprise(found, 1.0), float(right.float().mean()))
