"""One training from plan to checkpoint, in the process that calls it."""

import math
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from filelock import FileLock, Timeout
from transformers import PreTrainedModel
from transformers.utils import logging as transformers_logging

from models.checkpoints.calibration import Calibration, write_calibration
from models.errors import BrokenCheckpoint
from models.finetune import schedule
from models.finetune.calibrating import calibrate
from models.finetune.card import Training, write_card
from models.finetune.checkpoint import Head, TrainableClassifier, load_base, save
from models.finetune.checks import TrainingError
from models.finetune.epoch_state import EpochStates, Reached
from models.finetune.evaluation import Answers, answers, p95_ms
from models.finetune.loop import LoopSettings, StepReport, train_classifier
from models.finetune.plan import (
    Phase,
    TrainingOutcome,
    TrainingPlan,
    TrainingProgress,
)
from models.finetune.wire import partial_folder, state_folder
from models.finetune.words import take_over_words
from models.reasons import Reason

_REPORT_EVERY_S = 0.25
_SMOOTHING = 0.9
_PATIENCE_S = 60.0
"""How long a process that has lost its lease may take to notice and end."""

Report = Callable[[TrainingProgress], None]


def run(plan: TrainingPlan, report: Report) -> TrainingOutcome:
    """Train, save into the plan's partial folder, and measure beside the current model.

    What is measured is the checkpoint as it was written, read again, so a faulty one is noticed.
    The caller moves the folder to its place.
    """
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    started = time.monotonic()
    texts = [example.text for example in plan.train]
    progress = _Progress(report, schedule.total_steps(texts, plan.epochs), started)
    current = _ask_current(plan)
    _seed(plan.seed)
    classifier, head = _load(plan)
    settings = _settings(plan, classifier)
    with _alone(state_folder(plan.output)) as kept, _fresh(partial_folder(plan.output)) as folder:
        _train(plan, classifier, settings, progress, EpochStates(kept, plan))
        progress.tell("evaluating")
        save(classifier, plan.base, folder)
        take_over_words(classifier, plan.base, folder, _texts(plan))
        new, calibration = _measure_new(plan, folder)
        details = Training(
            head=head,
            steps=progress.steps,
            batch_size=settings.batch_size,
            learning_rate=settings.learning_rate,
            final_loss=progress.loss,
            new=new.scores(),
            current=current.scores() if current else None,
            calibration=calibration,
        )
        times = _times(plan, folder, current)
        write_card(plan, details, folder)
        _reach_the_disk(folder)
    return TrainingOutcome(
        folder=plan.output,
        new=details.new,
        current=details.current,
        new_said=new.said(times[0]),
        current_said=current.said(times[-1]) if current else None,
        final_loss=progress.loss,
        seconds=time.monotonic() - started,
    )


class _Keeper:
    """Keeps epochs with the smoothed loss that belongs to them."""

    def __init__(self, states: EpochStates, progress: "_Progress") -> None:
        self._states = states
        self._progress = progress

    def load(self, model: PreTrainedModel, optimizer: torch.optim.Optimizer) -> int:
        self._progress.reached = self._states.load(model, optimizer)
        return self._progress.reached.step

    def save(self, step: int, model: PreTrainedModel, optimizer: torch.optim.Optimizer) -> None:
        assert step == self._progress.reached.step
        self._states.save(self._progress.reached, model, optimizer)


class _Progress:
    """Tells how far the training is, a few times a second at the most."""

    def __init__(self, report: Report, steps: int, started: float) -> None:
        self._report = report
        self._started = started
        self._told = -math.inf
        self.steps = steps
        self.reached = Reached()

    @property
    def loss(self) -> float:
        """The smoothed loss of the last steps."""
        return self.reached.loss / self.reached.weight

    def take(self, done: StepReport) -> None:
        """Note a finished step. A loss that is no number ends the training."""
        if not math.isfinite(done.loss):
            raise TrainingError(Reason.DIVERGED)
        self.reached = Reached(
            done.step,
            _SMOOTHING * self.reached.loss + (1 - _SMOOTHING) * done.loss,
            _SMOOTHING * self.reached.weight + (1 - _SMOOTHING),
        )
        if done.step == self.steps or time.monotonic() - self._told >= _REPORT_EVERY_S:
            self.tell("training", done.elapsed_s / done.taken * (self.steps - done.step))

    def tell(self, phase: Phase, remaining_s: float | None = None) -> None:
        """Report where the training stands."""
        self._told = time.monotonic()
        step = self.reached.step
        loss = self.loss if step else None
        elapsed_s = self._told - self._started
        self._report(TrainingProgress(phase, step, self.steps, loss, elapsed_s, remaining_s))


def _ask_current(plan: TrainingPlan) -> Answers | None:
    """Ask the model in use first of all, so that a broken one is known before the work."""
    if plan.current is None:
        return None
    with _reading(Reason.CURRENT_UNREADABLE):
        return answers(plan.current, plan.labels, plan.held_out)


def _times(plan: TrainingPlan, folder: Path, current: Answers | None) -> list[float]:
    """Return how long the new model takes, and how long the one in use if it was asked."""
    folders = [folder]
    if current and plan.current and plan.current.is_dir():  # it may have been removed meanwhile
        folders.append(plan.current)
    return p95_ms(folders, [example.text for example in plan.held_out])


def _measure_new(plan: TrainingPlan, folder: Path) -> tuple[Answers, Calibration]:
    """Ask the new checkpoint about the held-out rows; how to read it goes into its folder."""
    found = answers(folder, plan.labels, plan.held_out)
    if found is None:
        raise TrainingError(Reason.LABELS_LOST)
    calibration = calibrate(found.judged())
    write_calibration(folder, calibration)
    return replace(found, temperature=calibration.temperature), calibration


def _load(plan: TrainingPlan) -> tuple[TrainableClassifier, Head]:
    with _reading(Reason.BASE_UNREADABLE):
        try:
            classifier, head = load_base(plan.base, plan.labels)
        except BrokenCheckpoint as error:
            raise TrainingError(str(error.facts["reason"])) from error
    learned = {example.label for example in plan.train}
    unseen = [label for number, label in enumerate(plan.labels) if number not in learned]
    if head is Head.FRESH and unseen:
        raise TrainingError(Reason.LABEL_WITHOUT_EXAMPLE.of(unseen[0]))
    return classifier, head


@contextmanager
def _reading(reason: Reason) -> Iterator[None]:
    """Give `reason` for whatever goes wrong inside and does not say itself."""
    try:
        yield
    except (TrainingError, MemoryError):
        raise
    except Exception as error:  # the files are anybody's: no list of what they can raise is whole
        raise TrainingError(reason) from error


def _settings(plan: TrainingPlan, classifier: TrainableClassifier) -> LoopSettings:
    return LoopSettings(
        epochs=plan.epochs,
        batch_size=schedule.batch_size([example.text for example in plan.train]),
        learning_rate=schedule.learning_rate(classifier.model.config.get_text_config().hidden_size),
        seed=plan.seed,
    )


def _train(
    plan: TrainingPlan,
    classifier: TrainableClassifier,
    settings: LoopSettings,
    progress: _Progress,
    states: EpochStates,
) -> None:
    train_classifier(
        classifier.model,
        classifier.encode([example.text for example in plan.train]),
        [example.label for example in plan.train],
        settings,
        progress.take,
        padding=classifier.padding,
        weights=[example.weight for example in plan.train],
        keeper=_Keeper(states, progress),
    )


def _texts(plan: TrainingPlan) -> list[str]:
    return [example.text for example in (*plan.train, *plan.held_out)]


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """The folder of what is kept between processes, which no second process writes to."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "lock", timeout=_PATIENCE_S):
            yield folder
    except Timeout as error:
        raise TrainingError(Reason.TRAINING_HELD) from error


def _seed(seed: int) -> None:
    """Every source of chance that a library might use."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


@contextmanager
def _fresh(folder: Path) -> Iterator[Path]:
    """An empty folder that is gone afterwards if anything goes wrong."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _reach_the_disk(folder: Path) -> None:
    """Wait until the files are written, so that even a power cut leaves no half checkpoint."""
    for file in folder.iterdir():
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())
