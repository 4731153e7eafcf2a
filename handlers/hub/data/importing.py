"""*Import as dataset* under the rows of a data set of the Hub: the import of every other file.

`hubinto:<view>` takes the name of the dataset, or makes one with the labels that the rows have.
"""

import re
from collections.abc import Sequence
from typing import Any

from handlers.collecting.create import LONGEST_DATASET_NAME, dataset_name
from handlers.collecting.finding import collecting, find_dataset
from handlers.collecting.label_list import FEWEST, MOST, check_name, check_number
from handlers.guard.audit import deed
from handlers.hub import views
from handlers.importing.hub import Wanted
from handlers.importing.proposing import import_from_hub
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Actor, Language, Press, Reply, Role, Select, UserError
from models.canonical import canonical
from models.hub.data_set import DataSet
from models.hub.repository import Feature
from storage.records import Dataset, Deed, Label, NewDataset

_ID = re.compile(r"hubinto:(?P<view>\d{1,15})", re.ASCII)
_MOST_OPTIONS = 24


async def import_select(
    services: Services,
    community: str,
    found: DataSet,
    labels: Sequence[str],
    view: int,
    actor: Actor,
) -> tuple[Select, ...]:
    """Return what starts an import, for who may: a choice of the datasets that could take it.

    `labels` are those that the rows have, of which a new one could be made.
    """
    if actor.role < Role.MODERATOR or not found.files:
        return ()
    datasets = await collecting(services, community)
    options = [one.name for one in datasets[:_MOST_OPTIONS]]
    if FEWEST <= len(labels) <= MOST and _name(found.repo_id) not in options:
        options.append(_new(found.repo_id, actor.language))
    question = say(actor.language, "hub.import")
    return (Select(f"hubinto:{view}", question, tuple(options)),) if options else ()


def labelled_column(features: Sequence[Feature]) -> Feature | None:
    """Return the one column whose numbers have names; None where it is not one."""
    named = [one for one in features if one.names]
    return named[0] if len(named) == 1 else None


async def press_import(press: Press, services: Services) -> Reply:
    """Look at what an import of these rows would bring.

    Raises:
        UserError: the id is not ours, the rows are not kept any more, or there is no such dataset.
    """
    matched = _ID.fullmatch(press.control)
    if not matched:
        raise UserError("unknown_control", control=press.control)
    view: Any = await views.kept(services, press, int(matched["view"]))
    if "repo_id" not in view:
        raise UserError("unknown_control", control=press.control)
    value = press.value or ""
    if value in {_new(view["repo_id"], language) for language in Language}:
        dataset = await _made(press, services, view["repo_id"], view["labels"])
    else:
        dataset = await find_dataset(services, press.place.community, value)
    names = {} if view["label_column"] is None else {view["label_column"]: view["labels"]}
    commit, place = (view["repo_id"], view["revision"]), (view["config"], view["split"])
    wanted = Wanted(*commit, *place, names)
    try:
        return await import_from_hub(press, services, dataset, wanted)
    except UserError as error:
        if error.code != "hub_no_split":
            raise
        # The viewer and the files may name them differently; then it is asked which.
        anything = Wanted(*commit, None, None, names)
        return await import_from_hub(press, services, dataset, anything)


ROWS_INTO = ControlFamily("hubinto", press_import, Role.MODERATOR, takes_value=True, is_long=True)


def _new(repo_id: str, language: Language) -> str:
    return say(language, "hub.new_dataset", name=_name(repo_id))


def _name(repo_id: str) -> str:
    return canonical(repo_id.rpartition("/")[2])[:LONGEST_DATASET_NAME]


async def _made(press: Press, services: Services, repo_id: str, names: Sequence[str]) -> Dataset:
    community, name = press.place.community, dataset_name(_name(repo_id))
    for one in await collecting(services, community):
        if one.name == name:  # made by a press after which nothing came
            return one
    labels: list[Label] = []
    for label in map(canonical, names):
        check_name(label, labels)
        labels.append(Label(label, label))
    check_number(labels)
    new = NewDataset(tuple(labels), community=community, name=name, created_by=press.actor.id)
    noted = deed(press.actor, community, Deed.DATASET_CREATED)
    return await services.storage.datasets.create(new, noted)
