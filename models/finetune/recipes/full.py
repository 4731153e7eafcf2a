"""`full`: all weights are learned, in batches of similar length."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from models.disk import write_whole
from models.finetune.epoch_state import EpochStates
from models.finetune.kept_files import UNSEEN
from models.finetune.network.checkpoint import TrainableClassifier, save
from models.finetune.network.loop import LoopSettings, train_classifier
from models.finetune.network.targets import targets_of
from models.finetune.network.words import take_over_words
from models.finetune.plan import TrainingPlan
from models.finetune.progress import Progress
from models.finetune.quality.calibrating import Judged
from models.finetune.quality.reading import settle
from models.finetune.recipes.loop import judged
from models.finetune.recipes.parts import without_part
from models.finetune.recipes.recipe import Made, Work
from models.finetune.recipes.settings import begin_tuned, facts_of, settings_of
from models.finetune.recipes.steps import FOLDS, steps_without_part

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def full(work: Work) -> Made:
    """Train all of the base in steps, each epoch kept.

    Raises:
        TrainingError: the base cannot be read, or the loss is no number any more.
    """
    plan = work.plan
    unseen = unseen_by_full(work)
    work.progress.skip(steps_without_part(plan))
    classifier, head = begin_tuned(plan)
    settings = settings_of(plan, classifier)
    _train(work, plan, classifier, settings)
    work.progress.tell("evaluating")
    calibration = settle(classifier, unseen) if unseen else None
    save(classifier, plan.base, work.folder)
    texts = [example.text for example in (*plan.train, *plan.held_out)]
    take_over_words(classifier, plan.base, work.folder, texts)
    return Made(head, work.progress.loss, facts_of(plan, settings), plan.bases[0], calibration)


def unseen_by_full(work: Work) -> Judged | None:
    """Return what a model of this kind says of a part of the train side that it has not seen.

    It learns from the other parts, so that all of a training takes nearly twice the time; what came
    of it is kept. None: there are too few rows for this.
    """
    plan, kept = work.plan, work.kept / UNSEEN
    learned, measured = without_part(plan, FOLDS)
    if not measured:
        return None
    if (found := _read(kept, len(measured), plan.is_multi_label)) is None:
        part = replace(plan, train=learned)
        classifier, _ = begin_tuned(part)
        # Settings are those of the whole: what fits fewer rows is another kind of model.
        _train(work, part, classifier, settings_of(plan, classifier))
        found = judged(classifier, measured)
        said = [found.logits.tolist(), found.truth.tolist()]
        write_whole(kept, json.dumps(said).encode())
    return found


def _read(kept: Path, rows: int, is_multi_label: bool) -> Judged | None:
    try:
        logits, truth = map(torch.tensor, json.loads(kept.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return Judged(logits, truth, is_multi_label) if len(logits) == rows else None


class _Keeper:
    """Keeps epochs with the smoothed loss that belongs to them."""

    def __init__(self, states: EpochStates, progress: Progress) -> None:
        self._states = states
        self._progress = progress

    def load(self, model: "PreTrainedModel", optimizer: torch.optim.Optimizer) -> int:
        self._progress.reached = self._states.load(model, optimizer)
        return self._progress.reached.step

    def save(self, step: int, model: "PreTrainedModel", optimizer: torch.optim.Optimizer) -> None:
        assert step == self._progress.reached.step
        self._states.save(self._progress.reached, model, optimizer)


def _train(
    work: Work, plan: TrainingPlan, classifier: TrainableClassifier, settings: LoopSettings
) -> None:
    train_classifier(
        classifier.model,
        classifier.encode([example.text for example in plan.train]),
        targets_of(plan),
        settings,
        work.progress.take,
        padding=classifier.padding,
        weights=[example.weight for example in plan.train],
        keeper=_Keeper(EpochStates(work.kept, plan), work.progress),
    )
