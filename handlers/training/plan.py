"""What a fine-tuning will do: which labels, from which checkpoint, compared with which.

Gold is the label that people agree on (handlers/learning/consensus.py). Labels are gathered by
label set, so an answer of `sentiment@0` and one of `ours@3` teach the same model.
"""

from dataclasses import dataclass
from uuid import uuid4

from handlers.asking.checkpoints import fetched, find
from handlers.collecting.finding import find_dataset
from handlers.learning.dataset import LabelPool, LeftOut, name_after, training_examples
from handlers.services import Services
from handlers.texts import say
from handlers.training.snapshot import learned, snapshot_of
from handlers.types import Language, Reply, Request, UserError
from models.errors import ModelError
from models.finetune.plan import TRAINED, Example, Examples, TrainingPlan
from models.finetune.schedule import default_epochs
from models.results import Checkpoint, Task
from storage.records import NewSnapshot, Side

DEFAULT_BASE = "fillmask"
FEW_EXAMPLES = 100
"""With fewer, going on from a classifier nearly always beats a fresh head."""
_SEED = 20261121


@dataclass(frozen=True, slots=True)
class TrainingOrder:
    """A plan with what the database should know of it."""

    plan: TrainingPlan
    folder: str
    """Where the new checkpoint will be, relative to the data folder."""
    current: str
    """model@version that the new one is measured against; "" if it is not there any more."""
    snapshot: NewSnapshot
    """What it learns from."""
    held_out_ids: tuple[int, ...]
    """The numbers of the examples that it is measured on, in the order of the plan."""
    counts: dict[str, int]
    """How many gold examples each label has."""
    is_fresh: bool
    """It begins from a body, so it knows nothing of these labels yet."""


async def make_plan(request: Request, services: Services) -> TrainingOrder:
    """Decide everything about a training before it starts.

    Raises:
        UserError: no labels yet, too few of some label, or all texts on one side.
        ModelError: the base cannot be used.
    """
    base = await _base(request, services)
    pool = await _pool(base, request, services)
    name = str(request.options.get("name") or name_after(pool.model))
    current = await _current(name, pool, request, services)
    folder = f"{TRAINED}/{uuid4().hex}"
    snapshot = await snapshot_of(services, request.place.community, pool)
    train = learned(pool, snapshot)
    tested = pool.side(Side.TEST)
    held_out = tuple(Example(each.text, pool.label_set.index(each.label)) for each in tested)
    if not train or not held_out:
        raise UserError("all_on_one_side", texts=len(train) + len(held_out))
    plan = services.trainer.plan(
        base,
        current,
        Examples(pool.label_set, train, held_out),
        name=name,
        epochs=request.number("epochs", default_epochs(len(train))),
        seed=_SEED,
        folder=folder,
    )
    is_fresh = services.models.task_of(base) is not Task.CLASSIFY
    compared = current.full_name if current and plan.current else ""
    ids = tuple(each.example_id for each in tested)
    return TrainingOrder(plan, folder, compared, snapshot, ids, pool.counts(), is_fresh)


def announce(order: TrainingOrder, services: Services, language: Language) -> Reply:
    """Say what is about to be trained and how long it may take."""
    estimate = services.trainer.estimate(order.plan)
    counts = ", ".join(f"{label} {count}" for label, count in order.counts.items())
    said = say(
        language,
        "finetune.announce",
        base=order.plan.base_name,
        train=len(order.plan.train),
        held_out=len(order.plan.held_out),
        counts=counts,
        epochs=order.plan.epochs,
        steps=estimate.steps,
        time=duration(estimate.seconds, language),
    )
    if order.current and order.is_fresh and len(order.plan.train) < FEW_EXAMPLES:
        said += "\n" + say(language, "finetune.few_labels", current=order.current)
    if lacks := order.snapshot.left_out:
        parts = [say(language, f"left_out.{why}", n=n) for why, n in lacks.items()]
        said += "\n" + say(language, "finetune.left_out", parts=", ".join(parts))
    if LeftOut.SHARE in lacks:
        said += " " + say(language, "finetune.beyond_share")
    return Reply(title=say(language, "finetune.starting", name=order.plan.name), text=said)


def duration(seconds: float, language: Language) -> str:
    """Return a rough length of time for people: `40 s`, `3 min`."""
    if seconds < 90:  # noqa: PLR2004 - up to here seconds say more than minutes
        return say(language, "seconds", n=max(1, round(seconds)))
    return say(language, "minutes", n=round(seconds / 60))


async def _base(request: Request, services: Services) -> Checkpoint:
    typed = str(request.options.get("model", DEFAULT_BASE))
    base = await find(services, request.place.community, typed)
    return await fetched(services, base, request.actor, request.progress)


async def _pool(base: Checkpoint, request: Request, services: Services) -> LabelPool:
    """The labels that fit the base if it is a classifier, else the largest pool that will do."""
    labels = None
    if services.models.task_of(base) is Task.CLASSIFY:
        labels = [label for _, label in (await services.models.describe(base)).labels]
    community, named = request.place.community, request.options.get("dataset")
    dataset = await find_dataset(services, community, named) if named is not None else None
    return await training_examples(services, community, labels, base.full_name, dataset)


async def _current(
    name: str, pool: LabelPool, request: Request, services: Services
) -> Checkpoint | None:
    """The classifier that is live under the new model's name, or that gave the newest answer."""
    for known in (name, pool.model):
        try:
            current = await find(services, request.place.community, known)
            current = await services.models.fetch(current, lambda _: None)
        except (UserError, ModelError):
            continue
        if services.models.task_of(current) in (Task.CLASSIFY, None):
            return current
    return None
