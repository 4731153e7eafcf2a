"""Where a recipe begins: the base as a classifier of the plan's labels."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from models.errors import BrokenCheckpoint
from models.finetune.checks import TrainingError
from models.finetune.network.checkpoint import TrainableClassifier, load_base
from models.finetune.network.head import Head, begin_with_shares
from models.finetune.plan import Base, TrainingPlan
from models.reasons import Reason


def begin(plan: TrainingPlan, base: Base) -> tuple[TrainableClassifier, Head]:
    """Return one of the plan's bases, and what became of its head.

    Raises:
        TrainingError: it cannot be read, or a fresh head would never see one of the labels.
    """
    with reading(Reason.BASE_UNREADABLE):
        try:
            classifier, head = load_base(
                base.folder,
                plan.labels,
                is_multi_label=plan.is_multi_label,
                renamed=plan.renamed,
            )
        except BrokenCheckpoint as error:
            raise TrainingError(str(error.facts["reason"])) from error
    require_examples(plan, classifier.fresh)
    if plan.is_multi_label:
        shares = {label: share_of(plan, label) for label in classifier.fresh}
        begin_with_shares(classifier.model, plan.labels, shares)
    return classifier, head


def require_examples(plan: TrainingPlan, labels: Sequence[str] | None = None) -> None:
    """Refuse a plan that has nothing to learn one of these labels from, or of all.

    Raises:
        TrainingError: names the label.
    """
    learned = {plan.labels[number] for example in plan.train for number in example.labels}
    needed = plan.labels if labels is None else labels
    unseen = [label for label in needed if label not in learned]
    if unseen:
        raise TrainingError(Reason.LABEL_WITHOUT_EXAMPLE.of(unseen[0]))


def share_of(plan: TrainingPlan, label: str) -> float:
    """Return for which part of the texts a label holds, as if of one more it did half."""
    number = plan.labels.index(label)
    held = sum(number in example.labels for example in plan.train)
    return (held + 0.5) / (len(plan.train) + 1)


@contextmanager
def reading(reason: Reason) -> Iterator[None]:
    """Give `reason` for whatever goes wrong inside and does not say itself."""
    try:
        yield
    except (TrainingError, MemoryError):
        raise
    except Exception as error:  # the files are anybody's: no list of what they can raise is whole
        raise TrainingError(reason) from error
