"""One training from plan to checkpoint, in the process that calls it."""

import logging
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from filelock import FileLock, Timeout
from transformers.utils import logging as transformers_logging

from models.checkpoints.certainty.calibration import Calibration, write_calibration
from models.disk import sync_folder
from models.finetune.card import Training, write_card
from models.finetune.checks import TrainingError
from models.finetune.control import control
from models.finetune.learning_curve import learning_curve
from models.finetune.plan import CurvePoint, TrainingOutcome, TrainingPlan
from models.finetune.progress import Progress, Report
from models.finetune.quality.agreement import state_agreement
from models.finetune.quality.calibrating import calibrate
from models.finetune.quality.evaluation import Answers, answers, p95_ms
from models.finetune.quality.set_answers import SetAnswers
from models.finetune.recipes.beginning import reading
from models.finetune.recipes.recipe import Made, Work
from models.finetune.recipes.registry import recipe_of
from models.finetune.recipes.steps import steps_of
from models.finetune.wire import partial_folder, state_folder
from models.reasons import Reason

_logger = logging.getLogger(__name__)
Asked = Answers | SetAnswers
"""What was said of the held-out examples."""
_PATIENCE_S = 60.0
"""How long a process that has lost its lease may take to notice and end."""


def run(plan: TrainingPlan, report: Report) -> TrainingOutcome:
    """Train by the plan's recipe into its partial folder, and measure beside the current model.

    What is measured is the checkpoint as it was written, read again, so a faulty one is noticed.
    The caller moves the folder to its place.
    """
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    started = time.monotonic()
    progress = Progress(report, steps_of(plan), started)
    current = _ask_current(plan)
    _seed(plan.seed)
    with _alone(state_folder(plan.output)) as kept, _fresh(partial_folder(plan.output)) as folder:
        made = recipe_of(plan.recipe)(Work(plan, folder, kept, progress))
        new, calibration = _measure_new(plan, folder, made)
        details = Training(
            made=made,
            steps=progress.steps,
            new=new.scores(),
            current=current.scores() if current else None,
            calibration=calibration,
        )
        must_pass_said = _said_of_what_must_be_right(plan, folder)
        curve = _curve(plan, made)
        times = _times(plan, folder, current)
        _state_agreement(plan, folder)
        write_card(plan, details, folder)
        sync_folder(folder)
    return TrainingOutcome(
        folder=plan.output,
        new=details.new,
        current=details.current,
        new_said=new.said(times[0]),
        current_said=current.said(times[-1]) if current else None,
        final_loss=made.final_loss,
        seconds=time.monotonic() - started,
        must_pass_said=must_pass_said,
        base=made.base.name,
        curve=curve,
        epochs=made.epochs,
        tried=made.tried,
        control=control(plan, made.letters),
        recipe=made.recipe or plan.recipe,
    )


def _ask_current(plan: TrainingPlan) -> Asked | None:
    """Ask the model in use first of all, so that a broken one is known before the work."""
    if plan.current is None:
        return None
    with reading(Reason.CURRENT_UNREADABLE):
        return _asked(plan, plan.current)


def _times(plan: TrainingPlan, folder: Path, current: Asked | None) -> list[float]:
    """Return how long the new model takes, and how long the one in use if it was asked."""
    folders = [folder]
    if current and plan.current and plan.current.is_dir():  # it may have been removed meanwhile
        folders.append(plan.current)
    return p95_ms(folders, [example.text for example in plan.held_out])


def _measure_new(plan: TrainingPlan, folder: Path, made: Made) -> tuple[Asked, Calibration]:
    """Ask the new checkpoint about the held-out rows; how to read it goes into its folder."""
    found = _asked(plan, folder)
    if found is None:
        raise TrainingError(Reason.LABELS_LOST)
    calibration = made.calibration or calibrate(found.judged())
    if made.calibration is None:  # from where on a label holds is no question for what measures
        calibration = replace(calibration, likely_from=None)
    write_calibration(folder, calibration)
    if isinstance(found, SetAnswers):
        likely_from = calibration.likely_from or found.likely_from
        found = replace(found, likely_from=likely_from)
    return replace(found, temperature=calibration.temperature), calibration


def _asked(plan: TrainingPlan, folder: Path) -> Asked | None:
    return answers(folder, plan.labels, plan.held_out, is_multi_label=plan.is_multi_label)


def _said_of_what_must_be_right(plan: TrainingPlan, folder: Path) -> tuple[tuple[int, ...], ...]:
    """Ask the new checkpoint as it stands in its folder, thresholds and all."""
    if not plan.must_pass:
        return ()
    found = answers(folder, plan.labels, plan.must_pass, is_multi_label=plan.is_multi_label)
    assert found is not None, "it knows the labels of its plan"
    said = found.said(0.0)
    return said.held or tuple((label,) for label in said.labels)


def _curve(plan: TrainingPlan, made: Made) -> tuple[CurvePoint, ...]:
    """What it tells is worth no training that is done."""
    try:
        return learning_curve(plan, made.frozen)
    except Exception:
        _logger.exception("No learning curve of %r could be found.", plan.name)
        return ()


def _state_agreement(plan: TrainingPlan, folder: Path) -> None:
    """Without it the first answer waits for torch, and is none the worse."""
    try:
        state_agreement(folder)
    except Exception as error:  # ONNX Runtime and onnx raise what they like
        _logger.info("torch gives the first answers of %r: %s", plan.name, error)


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """The folder of what is kept between processes, which no second process writes to."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "lock", timeout=_PATIENCE_S):
            yield folder
    except TrainingError:  # the same plan would fail again
        shutil.rmtree(folder, ignore_errors=True)
        raise
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
