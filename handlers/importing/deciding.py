"""What is decided about a file that was looked at, and what comes of it.

Its controls name it: `import:<number>:text`, `…:label`, `…:unlabelled`, `…:map` and `…:create`
decide how it is read, `…:gold` and `…:votes` what its labels count as, `…:put` puts it in, also
after a cut, and `…:undo` takes it back. `…:hub` chooses among the files of a data set on the Hub.
"""

import re
from collections.abc import Mapping
from typing import Any

from handlers.guard.quota import check_texts
from handlers.importing import hub, telling
from handlers.importing.card import column_option
from handlers.importing.job import new_job
from handlers.importing.new_labels import add_labels
from handlers.importing.proposing import fetch, look
from handlers.importing.reading import UNLABELLED, ReadFile, read_file
from handlers.jobs.telling import follow_or_cancel
from handlers.learning.importing.columns import Undecided
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.types import (
    Press,
    Reply,
    Role,
    UserError,
)
from models.canonical import find_label, folded, one_line
from storage.errors import DatasetArchived
from storage.records import (
    Import,
    ImportState,
    NewImport,
)

_ID = re.compile(
    r"import:(?P<number>\d{1,15}):"
    r"(?P<choice>text|label|unlabelled|map|create|gold|votes|put|undo|hub)",
    re.ASCII,
)


async def press_import(press: Press, services: Services) -> Reply:
    """Decide about a file that was looked at.

    Raises:
        UserError: the id is not ours, the file is gone, or what was chosen is not there.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    imports, community = services.storage.imports, press.place.community
    number, choice = int(found["number"]), found["choice"]
    if choice == "put":
        return await _put(press, services, number)
    if choice == "undo":
        return await _undo(press, services, number)
    one = await imports.get(community, number)
    if one.content is None or one.state is not ImportState.PROPOSED:
        raise UserError("import_gone")
    if choice == "hub":
        return await _choose_from_hub(press, services, one)
    choices = await _chosen(press, services, one, choice)
    await imports.choose(community, number, choices)
    read = await imports.get(community, number)
    return await look(services, read, press.actor.language)


async def _choose_from_hub(press: Press, services: Services, one: Import) -> Reply:
    if "hub" not in one.choices:
        raise UserError("import_gone")
    wanted, told = hub.Wanted(**one.choices["hub"]), hub.Told(press.progress, press.actor.language)
    found = await hub.look(services, wanted, press.place)
    files = hub.files_called(hub.files_meant(found, wanted), press.value or "")
    choices = {key: value for key, value in one.choices.items() if key != "hub"}
    new = NewImport(press.place.community, one.dataset.id, press.actor.id, "", b"", choices)
    return await fetch(
        services, new, await hub.fetched(services, found, files, press.place, told), told
    )


async def _chosen(press: Press, services: Services, one: Import, choice: str) -> Mapping[str, Any]:
    """What is decided about a file, with one decision more."""
    choices, value = dict(one.choices), press.value or ""
    if choice == "unlabelled":
        return choices | {"label": UNLABELLED}
    if choice in {"gold", "votes"}:
        return choices | {"gold": choice == "gold"}
    file = await read_file(one)
    if choice in {"text", "label"}:
        return choices | {choice: _column(file, value)}
    unknown = {} if isinstance(file, Undecided) else file.first.unknown
    if not unknown:
        return choices
    if choice == "create":
        await add_labels(services, one.dataset, press.actor, list(unknown))
        return choices
    labels = {label.name: label.key for label in one.dataset.active}
    name = find_label(value, tuple(labels))
    if name is None:
        raise UserError("import_gone")
    known = dict(choices.get("labels", {}))
    return choices | {"labels": known | {folded(next(iter(unknown))): labels[name]}}


def _column(file: ReadFile | Undecided, chosen: str) -> str:
    """The column that an option stands for."""
    names = (*file.text, *file.label) if isinstance(file, Undecided) else file.table.columns
    return next((name for name in names if column_option(name) == chosen), chosen)


async def _put(press: Press, services: Services, number: int) -> Reply:
    one = await services.storage.imports.get(press.place.community, number)
    if one.dataset.is_archived:
        raise DatasetArchived(name=one.dataset.name)
    if one.state not in (ImportState.PROPOSED, ImportState.RUNNING):
        raise UserError("import_gone")
    file = await read_file(one) if one.state is ImportState.PROPOSED else None
    if file and not isinstance(file, Undecided):
        await check_texts(services, press.place.community, file.rows)
    return await _carried(press, services, one, ImportState.RUNNING)


async def _undo(press: Press, services: Services, number: int) -> Reply:
    one = await services.storage.imports.get(press.place.community, number)
    if one.state is ImportState.UNDONE:
        raise UserError("import_undone", name=one_line(one.name))
    if one.state not in (ImportState.RUNNING, ImportState.DONE, ImportState.UNDOING):
        raise UserError("import_gone")
    return await _carried(press, services, one, ImportState.UNDOING)


async def _carried(press: Press, services: Services, one: Import, work: ImportState) -> Reply:
    """Have it done as a job, and tell how that goes."""
    language = press.actor.language
    job = await services.jobs.start(*new_job(one, work, press.actor.id, language))
    begun = telling.begun(job, language)
    return await follow_or_cancel(services.jobs, job, language, press.progress, begun)


IMPORT = ControlFamily(
    "import", press_import, Role.MODERATOR, takes_value=True, is_in_place=True, is_long=True
)
