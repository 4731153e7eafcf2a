"""The control of every training: what groups of letters alone tell of the same texts."""

from collections.abc import Sequence

import torch

from models.finetune.network.targets import sets
from models.finetune.plan import Scores, TrainingPlan
from models.finetune.quality.calibrating import Judged, holds_from
from models.finetune.quality.evaluation import Answers
from models.finetune.quality.set_answers import SetAnswers
from models.finetune.recipes.letters import C, LearnedLetters, LetterGroups
from models.finetune.recipes.parts import parts_of
from models.finetune.recipes.regression import Targets, truth_of, unseen_logits

_PARTS = 5


def control(plan: TrainingPlan, known: LearnedLetters | None = None) -> Scores | None:
    """Return how good TF-IDF with a logistic regression is; None: it has one label to learn from.

    What cannot beat this has learned nothing that a table of letters does not tell. `known`: what
    the recipe has learned from the letters of the train side already.
    """
    targets = truth_of(plan.train, len(plan.labels), is_multi_label=plan.is_multi_label)
    if len(set(targets.classes.tolist())) < 2:  # noqa: PLR2004 - one label is no choice
        return None
    learned = known or _learned([example.text for example in plan.train], targets)
    logits = learned.logits([example.text for example in plan.held_out])
    if plan.is_multi_label:
        truth = sets(plan.held_out, targets.count)
        said = Judged(torch.from_numpy(logits), truth, is_multi_label=True)
        likely_from = _holds_from(learned.rows, targets, plan.seed)
        return SetAnswers.of(said, plan.labels, likely_from).scores()
    numbers, right = range(targets.count), (example.label for example in plan.held_out)
    return Answers(torch.from_numpy(logits), tuple(numbers), tuple(right), plan.labels).scores()


def _learned(texts: Sequence[str], targets: Targets) -> LearnedLetters:
    groups = LetterGroups(texts, targets.count)
    return LearnedLetters.of(groups, groups.features(texts), targets)


def _holds_from(rows: object, targets: Targets, seed: int) -> float:
    """From which probability a label holds, by rows that were not learned from."""
    parts = parts_of(targets.classes.tolist(), _PARTS, seed)
    if not parts:
        return 0.5
    logits = torch.from_numpy(unseen_logits(rows, targets, parts, C))
    return holds_from(Judged(logits, torch.from_numpy(targets.truth), is_multi_label=True), 1.0)
