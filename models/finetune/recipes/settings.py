"""What a plan leaves open, decided: by the base, the number of texts and their length."""

from dataclasses import replace

import torch

from models.finetune.network import schedule
from models.finetune.network.checkpoint import TrainableClassifier
from models.finetune.network.head import Head
from models.finetune.network.loop import LoopSettings
from models.finetune.plan import TrainingPlan
from models.finetune.recipes.beginning import begin
from models.finetune.recipes.steps import batch_of


def begin_tuned(plan: TrainingPlan) -> tuple[TrainableClassifier, Head]:
    """Return the base, fed with no more tokens than the plan says, and what became of its head.

    What is new in it depends on the plan's seed alone: a training that goes on does not do again
    what was done before this, and begins from the same.

    Raises:
        TrainingError: it cannot be read, or a fresh head would never see one of the labels.
    """
    torch.manual_seed(plan.seed)
    classifier, head = begin(plan, plan.bases[0])
    most = plan.tuning.max_length
    if most is not None:
        classifier.encoder.limit = min(classifier.encoder.limit, most)
    return classifier, head


def settings_of(plan: TrainingPlan, classifier: TrainableClassifier) -> LoopSettings:
    """Return how a training loop goes through the texts."""
    tuning = plan.tuning
    width = classifier.model.config.get_text_config().hidden_size
    settings = LoopSettings(
        epochs=plan.epochs,
        batch_size=batch_of(plan),
        learning_rate=tuning.learning_rate or schedule.learning_rate(width),
        seed=plan.seed,
    )
    if tuning.warmup is not None:
        settings = replace(settings, warmup_share=tuning.warmup)
    if tuning.weight_decay is not None:
        settings = replace(settings, weight_decay=tuning.weight_decay)
    return settings


def facts_of(plan: TrainingPlan, settings: LoopSettings) -> dict[str, object]:
    """Return what the card tells of them."""
    longest = plan.tuning.max_length
    return {
        "Batch size": settings.batch_size,
        "Peak learning rate": f"{settings.learning_rate:.2g}",
        "Warm-up": f"{settings.warmup_share:.0%} of the steps",
        "Weight decay": settings.weight_decay,
        **({"Longest text": f"{longest} tokens"} if longest else {}),
    }
