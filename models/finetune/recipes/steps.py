"""How many steps a plan takes by its recipe; told before anything heavy is imported."""

import math

from models.finetune.network.schedule import batch_size, steps_an_epoch
from models.finetune.plan import RecipeName, TrainingPlan
from models.finetune.recipes.parts import without_part

BATCH = 64
"""Texts that a frozen body reads at once."""
FULL_FROM = 64
"""Labels of each class, on average, from which `auto` tries `full` too."""
FOLDS = 5
"""Into so many parts `full` cuts the train side to see how sure it may be."""


def steps_of(plan: TrainingPlan) -> int:
    """Return what `TrainingProgress.steps` will be: optimizer steps, or batches that are read."""
    match plan.recipe:
        case RecipeName.HEAD:
            return _of_head(plan)
        case RecipeName.FULL:
            return of_full(plan)
        case RecipeName.AUTO:
            return _of_head(plan) + learning_steps(plan)
        case RecipeName.LOOP | RecipeName.TRAINER:
            return _steps(plan, len(without_part(plan)[0]))


def learning_steps(plan: TrainingPlan) -> int:
    """Return in how many of the steps weights of the body are learned."""
    match plan.recipe:
        case RecipeName.HEAD:
            return 0
        case RecipeName.AUTO:
            return of_full(plan) if is_full_worth_trying(plan) else 0
        case _:
            return steps_of(plan)


def is_full_worth_trying(plan: TrainingPlan) -> bool:
    """Whether there are labels enough for all weights to learn from."""
    return len(plan.train) >= FULL_FROM * len(plan.labels)


def of_full(plan: TrainingPlan) -> int:
    """Return the steps of `full`."""
    return _steps(plan, len(plan.train)) + steps_without_part(plan)


def _of_head(plan: TrainingPlan) -> int:
    return len(plan.bases) * math.ceil(len(plan.train) / BATCH) + 1


def steps_without_part(plan: TrainingPlan) -> int:
    """Return how many steps `full` first takes without a part; none where the rows are too few."""
    learned, measured = without_part(plan, FOLDS)
    return _steps(plan, len(learned)) if measured else 0


def batch_of(plan: TrainingPlan) -> int:
    """Return how many texts an optimizer step learns from."""
    texts = [example.text for example in plan.train]
    return plan.tuning.batch_size or batch_size(texts)


def _steps(plan: TrainingPlan, rows: int) -> int:
    return plan.epochs * steps_an_epoch(rows, batch_of(plan))
