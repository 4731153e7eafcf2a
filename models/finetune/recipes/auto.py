"""`auto`: the recipe that is best on rows of the train side which it had not seen.

`head` takes seconds and is always tried; `full` where there are labels enough, and time. Both are
compared on the same rows. Letters alone are told beside them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from models.finetune.estimate import estimate
from models.finetune.plan import RecipeName, TrainingPlan, Tried
from models.finetune.quality.calibrating import Judged, holds_from
from models.finetune.quality.metrics import measure
from models.finetune.quality.set_answers import SetAnswers
from models.finetune.recipes.full import full, unseen_by_full
from models.finetune.recipes.head import Prepared, Unseen, finish, prepare
from models.finetune.recipes.parts import places_without_part
from models.finetune.recipes.recipe import Made, Work
from models.finetune.recipes.steps import FOLDS, is_full_worth_trying

_LONGEST_S = 900.0
"""What `full` would take beyond this is not waited for."""
CONTROL = "tfidf"


def auto(work: Work) -> Made:
    """Train by the recipe that is best.

    Raises:
        TrainingError: a base cannot be read, or a label has no example.
    """
    found = prepare(work)
    tried = _tried_of(found.unseen, work.plan) if found.unseen else ()
    work.progress.skip(work.progress.reached.step)
    if found.unseen and is_full_worth_trying(work.plan):
        whole = _from_the_best(work, found)
        if estimate(whole.plan, torch.get_num_threads()).seconds <= _LONGEST_S:
            *both, is_full_better = _compared(whole, found.unseen)
            tried = (*both, *(one for one in tried if one.what == CONTROL))
            if is_full_better:
                return replace(
                    full(whole), tried=tried, recipe=RecipeName.FULL, frozen=found.frozen
                )
    return replace(finish(work, found), tried=tried, recipe=RecipeName.HEAD)


def _from_the_best(work: Work, found: Prepared) -> Work:
    base = found.body.base
    plan = replace(
        work.plan, base=base.folder, base_name=base.name, others=(), recipe=RecipeName.FULL
    )
    return replace(work, plan=plan)


def _compared(whole: Work, unseen: Unseen) -> tuple[Tried, Tried, bool]:
    """Compare on the part that `full` left out, as far as the head was compared there."""
    by_full = unseen_by_full(whole)
    assert by_full is not None, "there are rows enough"
    part = places_without_part(whole.plan, FOLDS)
    _, of_full, of_head = np.intersect1d(part, unseen.rows, return_indices=True)
    head = _tried(RecipeName.HEAD, unseen.by_head, of_head.tolist(), whole.plan.labels)
    ours = _tried(RecipeName.FULL, by_full, of_full.tolist(), whole.plan.labels)
    return head, ours, ours.macro_f1 > head.macro_f1


def _tried_of(unseen: Unseen, plan: TrainingPlan) -> tuple[Tried, ...]:
    every = range(len(unseen.rows))
    return (
        _tried(RecipeName.HEAD, unseen.by_head, every, plan.labels),
        _tried(CONTROL, unseen.by_letters, every, plan.labels),
    )


def _tried(what: str, said: Judged, rows: Sequence[int], labels: Sequence[str]) -> Tried:
    part = replace(said, logits=said.logits[list(rows)], truth=said.truth[list(rows)])
    if part.is_multi_label:
        return _tried_on_sets(what, part, labels)
    truth, answers = (each.argmax(dim=1).tolist() for each in (part.truth, part.logits))
    found = measure(truth, answers, labels)
    return Tried(str(what), found.accuracy, found.macro_f1, found.rows)


def _tried_on_sets(what: str, said: Judged, labels: Sequence[str]) -> Tried:
    """Each from the probability on that is best for it, as it is once it is settled."""
    found = SetAnswers.of(said, labels, holds_from(said, 1.0)).scores()
    return Tried(str(what), found.accuracy, found.macro_f1, len(said.logits))
