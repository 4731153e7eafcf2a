"""Which dataset and which label somebody means, and whether they may."""

from collections.abc import Sequence

from handlers.reading.spelling import nearest
from handlers.services import Services
from handlers.types import Actor, Role, UserError
from models.canonical import find_label, folded
from storage.records import Dataset, Label, OpenTo


async def collecting(services: Services, community: str) -> Sequence[Dataset]:
    """Return the datasets that texts can be put into, the newest first."""
    datasets = await services.storage.datasets.all(community)
    return [one for one in reversed(datasets) if not one.is_archived]


async def open_to(services: Services, community: str, actor: Actor) -> Sequence[Dataset]:
    """Return those that somebody may label and put texts into.

    Raises:
        UserError: there is none.
    """
    every = await collecting(services, community)
    found = [one for one in every if may_label(one, actor)]
    if found:
        return found
    if every:
        raise UserError("role_moderator")
    names = [one.name for one in await services.storage.datasets.all(community)]
    raise UserError("all_archived" if names else "no_dataset", names=names)


async def find_dataset(
    services: Services, community: str, typed: object, *, is_archived: bool = False
) -> Dataset:
    """Return the dataset of a name; without a name, the only one that is archived, or is not.

    Raises:
        UserError: there is none of that name, or none at all, or it is not said which.
    """
    datasets = await services.storage.datasets.all(community)
    if typed is None:
        meant = [one for one in datasets if one.is_archived == is_archived]
        if len(meant) == 1:
            return meant[0]
        code = "which_dataset" if datasets else "no_dataset"
        raise UserError(code, names=[one.name for one in meant or datasets])
    wanted = folded(str(typed))
    found = next((one for one in datasets if folded(one.name) == wanted), None)
    if found is None:
        names = [one.name for one in datasets]
        raise UserError("no_such_dataset", name=str(typed), nearest=nearest(str(typed), names))
    return found


async def dataset_of(services: Services, community: str, number: int) -> Dataset:
    """Return a dataset by its number.

    Raises:
        UserError: there is none here.
    """
    datasets = await services.storage.datasets.all(community)
    found = next((one for one in datasets if one.id == number), None)
    if found is None:
        raise UserError("no_such_dataset", name=str(number), nearest=[])
    return found


def find_active(dataset: Dataset, typed: object) -> Label:
    """Return the label of a dataset that is meant.

    Raises:
        UserError: it has none that is called so.
    """
    names = [label.name for label in dataset.active]
    name = find_label(str(typed), names)
    if name is None:
        near = nearest(str(typed), names)
        raise UserError("unknown_label", value=str(typed), labels=names, nearest=near)
    return next(label for label in dataset.active if label.name == name)


def check_may_label(dataset: Dataset, actor: Actor) -> None:
    """Check that somebody may see the texts of a dataset, label them and put in more.

    Raises:
        UserError: only moderators may, or they may only ask.
    """
    if actor.role < Role.MEMBER:
        raise UserError("role_member")
    if not may_label(dataset, actor):
        raise UserError("open_to_moderators", name=dataset.name)


def may_label(dataset: Dataset, actor: Actor) -> bool:
    """Tell whether somebody may see the texts of a dataset, label them and put in more."""
    needed = Role.MEMBER if dataset.open_to is OpenTo.MEMBERS else Role.MODERATOR
    return actor.role >= needed
