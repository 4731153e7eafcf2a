"""`/dataset create`, and `/dataset list`."""

from collections.abc import Sequence

from handlers.collecting.jumps import jumps_in_words
from handlers.collecting.label_list import check_number, read_labels
from handlers.guard.audit import deed
from handlers.services import Services
from handlers.texts import say
from handlers.types import Language, Reply, Request, Table, UserError
from models.canonical import canonical
from storage.records import Dataset, DatasetKind, Deed, Label, NewDataset, OpenTo

LONGEST_NAME = 50
LONGEST_GUIDELINE = 2_000
MOST_VOTES = 9
_MOST_COUNTED = 20_000
"""Texts of a dataset whose votes a list counts; of larger ones, who opens them is told."""
_VOTES = 2
"""So many people agree unless it is said otherwise; one moderator is enough."""


async def create(request: Request, services: Services) -> Reply:
    """Answer `/dataset create name labels [guideline] [kind] [open_to] [votes]`."""
    given = request.options
    labels = read_labels(str(given["labels"]))
    check_number(labels)
    guideline = given.get("guideline")
    dataset = await services.storage.datasets.create(
        NewDataset(
            labels,
            guideline=str(guideline) if guideline else None,
            open_to=OpenTo(str(given.get("open_to", OpenTo.MODERATORS))),
            votes_needed=request.number("votes", _VOTES),
            community=request.place.community,
            name=dataset_name(str(given["name"])),
            kind=DatasetKind(str(given.get("kind", DatasetKind.SINGLE))),
            created_by=request.actor.id,
        ),
        deed(request.actor, request.place.community, Deed.DATASET_CREATED),
    )
    language = request.actor.language
    return Reply(
        title=say(language, "dataset.made", name=dataset.name),
        text="\n".join([*terms_in_words(dataset, language), say(language, "dataset.made_next")]),
        table=label_table(dataset.active, language),
    )


def dataset_name(typed: str) -> str:
    """Return a name as it is kept.

    Raises:
        UserError: it is too long.
    """
    name = canonical(typed)
    if len(name) > LONGEST_NAME:
        raise UserError("dataset_name_too_long", length=len(name), maximum=LONGEST_NAME)
    return name


async def list_datasets(request: Request, services: Services) -> Reply:
    """Answer `/dataset list`."""
    language = request.actor.language
    datasets = await services.storage.datasets.all(request.place.community)
    if not datasets:
        raise UserError("no_dataset")
    sizes = await services.storage.examples.sizes(request.place.community)
    counted = [
        one for one in datasets if not one.is_archived and 0 < sizes.get(one.id, 0) <= _MOST_COUNTED
    ]
    jumped = await jumps_in_words(request, services, counted)
    columns = ("name", "texts", "labels", "open_to")
    return Reply(
        title=say(language, "dataset.list"),
        text="\n".join([*jumped, say(language, "dataset.list_next")]),
        table=Table(
            tuple(say(language, f"dataset.column_{column}") for column in columns),
            tuple(_row(one, sizes.get(one.id, 0), language) for one in datasets),
        ),
    )


def terms_in_words(dataset: Dataset, language: Language) -> list[str]:
    """Say what holds for a dataset, in lines."""
    said = [
        say(language, f"dataset.kind_{dataset.kind}"),
        say(language, f"dataset.open_to_{dataset.open_to}"),
        say(language, "dataset.votes_needed", n=dataset.votes_needed)
        if dataset.votes_needed > 1
        else say(language, "dataset.one_vote"),
    ]
    guideline = dataset.guideline and say(language, "dataset.guideline", text=dataset.guideline)
    return [*([guideline] if guideline else []), " ".join(said)]


def label_table(labels: Sequence[Label], language: Language) -> Table:
    """Return the labels with what describes them."""
    columns = (say(language, "dataset.column_label"), say(language, "dataset.column_description"))
    return Table(columns, tuple((label.name, label.description or "–") for label in labels))


def _row(dataset: Dataset, size: int, language: Language) -> tuple[str, ...]:
    state = "archived" if dataset.is_archived else dataset.open_to
    names = ", ".join(label.name for label in dataset.active)
    return dataset.name, f"{size:,}", names, say(language, f"dataset.who_{state}")
