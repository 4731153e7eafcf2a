"""What a fine-tuning will do: which labels, from which checkpoint, compared with which.

Gold is the label that people agree on (`handlers/learning/votes/`). Labels are gathered by label
set, so an answer of `sentiment@0` and one of `ours@3` teach the same model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from handlers.asking.checkpoints import fetched, find
from handlers.collecting.finding import find_dataset
from handlers.importing.carrying import under_way
from handlers.learning.dataset import name_after
from handlers.learning.label_pool import LabelPool, LeftOut
from handlers.learning.must_pass import Required, required
from handlers.learning.pool import Head, training_examples
from handlers.services import Services
from handlers.texts import say
from handlers.training.bases import other_bases
from handlers.training.must_pass import as_example
from handlers.training.snapshot import held_out, learned, snapshot_of
from handlers.training.tuning import recipe_of, seed_of, tuning_of
from handlers.types import Language, Reply, Request, UserError
from models.errors import ModelError
from models.finetune.network.schedule import default_epochs
from models.finetune.plan import TRAINED, Examples, RecipeName, TrainingPlan
from models.results import Checkpoint, Origin, Task
from storage.records import NewSnapshot, Side

DEFAULT_BASE = "fillmask"
FEW_EXAMPLES = 100
"""With fewer, going on from a classifier nearly always beats a fresh head."""
_COMPARE_BASES = (RecipeName.HEAD, RecipeName.AUTO)

_ANNOUNCED = {RecipeName.HEAD: "finetune.announce_head", RecipeName.AUTO: "finetune.announce_auto"}


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
    must_pass_ids: tuple[int, ...]
    """The numbers of what it must get right, in the order of the plan."""
    counts: dict[str, int]
    """How many gold examples each label has."""
    is_fresh: bool
    """It begins from a body, so it knows nothing of these labels yet."""


async def make_plan(request: Request, services: Services) -> TrainingOrder:
    """Decide everything about a training before it starts.

    Raises:
        UserError: no labels yet, too few of some label, all texts on one side, or a file of
            them is only half in.
        ModelError: the base cannot be used.
    """
    tuning = tuning_of(request)
    base = await _base(request, services)
    head = await _head(base, request, services)
    pool = await _pool(base, head, request, services)
    recipe = recipe_of(request)
    name = str(request.options.get("name") or name_after(pool.model))
    current = await _current(name, pool, request, services)
    folder = f"{TRAINED}/{uuid4().hex}"
    snapshot = await snapshot_of(services, request.place.community, pool)
    train = learned(pool, snapshot)
    tested = held_out(pool)
    must_pass = await _must_pass(services, request.place.community, pool)
    if not train or not tested:
        raise UserError("all_on_one_side", texts=len(train) + len(tested))
    others: Sequence[Checkpoint] = ()
    if recipe in _COMPARE_BASES and "model" not in request.options:
        others = await other_bases(base, current, pool.label_set, request, services)
    plan = services.trainer.plan(
        base,
        current,
        Examples(
            *(pool.label_set, train, tested, pool.is_multi),
            renamed=_renamed(head, pool),
            must_pass=tuple(as_example(one, pool) for one in must_pass),
        ),
        name=name,
        epochs=_epochs(recipe, len(train), request),
        seed=seed_of(request),
        folder=folder,
        recipe=recipe,
        others=others,
        tuning=tuning,
    )
    is_fresh = services.models.task_of(base) is not Task.CLASSIFY
    compared = current.full_name if current and plan.current else ""
    ids = tuple(each.example_id for each in pool.side(Side.TEST))
    numbers = tuple(one.number for one in must_pass)
    return TrainingOrder(plan, folder, compared, snapshot, ids, numbers, pool.counts(), is_fresh)


def announce(
    order: TrainingOrder, services: Services, language: Language, same_as: str | None
) -> Reply:
    """Say what is about to be trained and how long it may take, or that it was done before."""
    estimate = services.trainer.estimate(order.plan)
    counts = ", ".join(f"{label} {count}" for label, count in order.counts.items())
    said = say(
        language,
        _ANNOUNCED.get(order.plan.recipe, "finetune.announce"),
        base=", ".join(base.name for base in order.plan.bases),
        train=len(order.plan.train),
        held_out=len(order.plan.held_out),
        counts=counts,
        epochs=order.plan.epochs,
        steps=estimate.steps,
        time=duration(estimate.seconds, language),
    )
    is_few = order.plan.recipe not in _COMPARE_BASES and len(order.plan.train) < FEW_EXAMPLES
    if order.current and order.is_fresh and is_few:
        said += "\n" + say(language, "finetune.few_labels", current=order.current)
    if lacks := order.snapshot.left_out:
        parts = [say(language, f"left_out.{why}", n=n) for why, n in lacks.items()]
        said += "\n" + say(language, "finetune.left_out", parts=", ".join(parts))
    if LeftOut.SHARE in lacks:
        said += " " + say(language, "finetune.beyond_share")
    if same_as:
        said += "\n" + say(language, "finetune.same_as", version=same_as)
    return Reply(title=say(language, "finetune.starting", name=order.plan.name), text=said)


def duration(seconds: float, language: Language) -> str:
    """Return a rough length of time for people: `40 s`, `3 min`."""
    if seconds < 90:  # noqa: PLR2004 - up to here seconds say more than minutes
        return say(language, "seconds", n=max(1, round(seconds)))
    return say(language, "minutes", n=round(seconds / 60))


def _epochs(recipe: RecipeName, examples: int, request: Request) -> int:
    """A head is learned in one pass, whatever there is."""
    if recipe is RecipeName.HEAD:
        return 1
    return request.number("epochs", default_epochs(examples))


async def _base(request: Request, services: Services) -> Checkpoint:
    typed = str(request.options.get("model", DEFAULT_BASE))
    base = await find(services, request.place.community, typed)
    return await fetched(services, base, request.actor, request.progress)


async def _head(base: Checkpoint, request: Request, services: Services) -> Head | None:
    """What a classifier decides between, and from which dataset it has learned that."""
    if services.models.task_of(base) is not Task.CLASSIFY:
        return None
    info, community = await services.models.describe(base), request.place.community
    labels = tuple(label for _, label in info.labels)
    snapshot, version = None, None
    if base.origin is Origin.TRAINED:
        versions = services.storage.versions
        version = await versions.find(community, base.name, int(base.version))
    if version and version.snapshot_id:
        snapshot = await services.storage.snapshots.get(community, version.snapshot_id)
    if snapshot is None:
        return Head(labels, info.is_multi_label)
    keys = dict(zip(snapshot.labels, snapshot.keys, strict=False))
    return Head(labels, info.is_multi_label, snapshot.dataset_id, keys)


async def _pool(
    base: Checkpoint, head: Head | None, request: Request, services: Services
) -> LabelPool:
    """The labels that fit the base if it is a classifier, else the largest pool that will do."""
    community, named = request.place.community, request.options.get("dataset")
    dataset = await find_dataset(services, community, named) if named is not None else None
    try:
        pool = await training_examples(services, community, head, base.full_name, dataset)
    except UserError:
        await _check_imports(services, community, dataset.id if dataset else None)
        raise
    await _check_imports(services, community, pool.dataset_id)
    return pool


async def _check_imports(services: Services, community: str, dataset_id: int | None) -> None:
    """Refuse to learn from half a file that is being put in; without a dataset, into any."""
    if name := await under_way(services, community, dataset_id):
        raise UserError("import_running", name=name)


async def _must_pass(services: Services, community: str, pool: LabelPool) -> Sequence[Required]:
    """Those whose labels are still what they were when the votes were read."""
    found = await required(services, community, pool.dataset_id)
    return [one for one in found if set(one.labels) <= set(pool.label_set)]


def _renamed(head: Head | None, pool: LabelPool) -> dict[str, str]:
    """What labels of the base are called by now: as the snapshot it learned from knew them."""
    if head is None:
        return {}
    now = dict(zip(pool.keys, pool.label_set, strict=True))
    by_key = {name: pool.called.get(key, now.get(key)) for name, key in head.keys.items()}
    known = {name: called for name, called in by_key.items() if called}
    return {**pool.renamed(head.labels), **{n: now for n, now in known.items() if n != now}}


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
