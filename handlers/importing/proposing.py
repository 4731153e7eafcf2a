"""A file that may be put into a dataset: looked at, and kept for a day while it is decided."""

from dataclasses import asdict, replace

from handlers.importing import hub
from handlers.importing.card import ask_columns, preview
from handlers.importing.carrying import clear_up
from handlers.importing.reading import read_file
from handlers.learning.importing.columns import Undecided
from handlers.services import Services
from handlers.texts import say
from handlers.types import (
    Language,
    Place,
    Press,
    Reply,
)
from models.canonical import one_line
from storage.errors import DatasetArchived
from storage.records import (
    Dataset,
    Import,
    NewImport,
)


async def prepare(services: Services, dataset: Dataset) -> None:
    if dataset.is_archived:
        raise DatasetArchived(name=dataset.name)
    await clear_up(services, dataset.community)


async def look_at_hub(
    services: Services, new: NewImport, wanted: hub.Wanted, place: Place, told: hub.Told
) -> Reply:
    """Fetch the file or the split that is meant; where several may be, ask which."""
    await told.sink(Reply(text=say(told.language, "importing.hub_looking", name=wanted.repo_id)))
    found = await hub.look(services, wanted, place)
    files = hub.files_meant(found, wanted)
    if hub.are_one_split(files):
        return await fetch(
            services, new, await hub.fetched(services, found, files, place, told), told
        )
    kept = asdict(replace(wanted, revision=found.revision))
    choices = {**new.choices, "hub": kept, "type": ""}
    imports = services.storage.imports
    number = await imports.propose(replace(new, name=wanted.repo_id, choices=choices))
    return hub.ask_file(await imports.get(new.community, number), files, told.language)


async def fetch(services: Services, new: NewImport, file: hub.Fetched, told: hub.Told) -> Reply:
    facts = {"type": file.type, "label_names": file.label_names, "license": file.license}
    choices = {**new.choices, **facts}
    return await propose(
        services, replace(new, name=file.name, content=file.content, choices=choices), told
    )


async def propose(services: Services, new: NewImport, told: hub.Told) -> Reply:
    """Keep a file while it is decided, and show what it would bring.

    Raises:
        UserError: there is no room for the file and what it brings.
    """
    await services.room.check_coming(services, new.community, 2 * len(new.content or b""))
    imports = services.storage.imports
    number = await imports.propose(replace(new, name=one_line(new.name)))
    return await look(services, await imports.get(new.community, number), told.language)


async def look(services: Services, one: Import, language: Language) -> Reply:
    file = await read_file(one)
    if isinstance(file, Undecided):
        return ask_columns(one, file, language)
    return await preview(services, one, file, language)


async def import_from_hub(
    press: Press, services: Services, dataset: Dataset, wanted: hub.Wanted
) -> Reply:
    """Look at what of the Hub may be put into a dataset, as `/dataset import hub:` does."""
    await prepare(services, dataset)
    told = hub.Told(press.progress, press.actor.language)
    new = NewImport(dataset.community, dataset.id, press.actor.id, "", b"", {"gold": False})
    return await look_at_hub(services, new, wanted, press.place, told)
