"""`/dataset import`: looked at first, kept when asked for, and taken back.

A file is kept for a day while it is decided; its controls name it: `import:<number>:text`,
`…:label`, `…:unlabelled`, `…:map` and `…:create` decide how it is read, `…:gold` and `…:votes` what
its labels count as, `…:put` puts it in, also after a cut, and `…:undo` takes it back. `…:hub`
chooses among the files of a data set on the Hub.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from handlers.collecting.finding import find_dataset
from handlers.guard.quota import check_texts
from handlers.importing import hub, telling
from handlers.importing.card import ask_columns, column_option, preview
from handlers.importing.carrying import clear_up
from handlers.importing.job import new_job
from handlers.importing.new_labels import add_labels
from handlers.importing.reading import UNLABELLED, ReadFile, read_file
from handlers.jobs.telling import follow_or_cancel
from handlers.learning.importing.columns import Undecided
from handlers.learning.row_files.opening import TYPES
from handlers.services import Services
from handlers.table import (
    LONGEST_NAME,
    Action,
    Bilingual,
    ControlFamily,
    Kind,
    Option,
    dataset_option,
)
from handlers.texts import say
from handlers.types import (
    File,
    Language,
    Place,
    Press,
    Reply,
    Request,
    Role,
    UserError,
    Visibility,
)
from models.canonical import find_label, folded, one_line
from storage.errors import DatasetArchived
from storage.records import (
    Dataset,
    Import,
    ImportState,
    NewImport,
)

_ID = re.compile(
    r"import:(?P<number>\d{1,15}):"
    r"(?P<choice>text|label|unlabelled|map|create|gold|votes|put|undo|hub)",
    re.ASCII,
)
_LONGEST_REPO = 300


async def import_file(request: Request, services: Services) -> Reply:
    """Answer `/dataset import file|hub [dataset] [config] [split] [text] [label] [as]`."""
    given, community = request.options, request.place.community
    dataset = await find_dataset(services, community, given.get("dataset"))
    await _prepare(services, dataset)
    choices: dict[str, Any] = {"gold": given.get("as") == "gold"}
    choices |= {name: str(given[name]) for name in ("text", "label") if name in given}
    told = hub.Told(request.progress, request.actor.language)
    new = NewImport(community, dataset.id, request.actor.id, "", b"", choices)
    file = given.get("file")
    if "hub" in given:
        if file is not None:
            raise UserError("import_two_sources")
        wanted = hub.wanted_of(str(given["hub"]), given.get("config"), given.get("split"))
        return await _look_at_hub(services, new, wanted, request.place, told)
    assert isinstance(file, File)
    await request.progress(Reply(text=say(told.language, "importing.reading")))
    choices["type"] = file.type
    return await _propose(services, replace(new, name=file.name, content=file.content), told)


async def import_from_hub(
    press: Press, services: Services, dataset: Dataset, wanted: hub.Wanted
) -> Reply:
    """Look at what of the Hub may be put into a dataset, as `/dataset import hub:` does."""
    await _prepare(services, dataset)
    told = hub.Told(press.progress, press.actor.language)
    new = NewImport(dataset.community, dataset.id, press.actor.id, "", b"", {"gold": False})
    return await _look_at_hub(services, new, wanted, press.place, told)


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
    return await _look(services, read, press.actor.language)


IMPORT_FILE = Action(
    name=Bilingual("import", "가져오기"),
    description=Bilingual(
        "Put a file of texts and labels into a dataset, yours or one from the Hugging Face Hub",
        "글과 라벨이 든 파일이나 허깅페이스 허브의 데이터를 데이터셋에 넣어요",
    ),
    handler=import_file,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    is_long=True,
    example=Bilingual("/dataset import file:feedback.csv", "/데이터셋 가져오기 파일:의견.csv"),
    options=(
        Option(
            Bilingual("file", "파일"),
            Bilingual("csv, tsv, jsonl, parquet or xlsx", "csv, tsv, jsonl, parquet, xlsx 파일"),
            Kind.FILE,
            is_required=True,
            unless="hub",
            file_types=TYPES,
            is_raw=True,
        ),
        Option(
            Bilingual("hub", "허브"),
            Bilingual(
                "Instead of a file: owner/name or owner/name@revision on the Hub",
                "파일 대신 허브의 소유자/이름 또는 소유자/이름@리비전",
            ),
            Kind.TEXT,
            maximum=_LONGEST_REPO,
        ),
        dataset_option(),
        Option(
            Bilingual("split", "분할"),
            Bilingual("On the Hub: which part, such as train", "허브에서 어느 부분인지. 예: train"),
            Kind.TEXT,
            maximum=LONGEST_NAME,
        ),
        Option(
            Bilingual("config", "구성"),
            Bilingual("On the Hub: which configuration", "허브에서 어느 구성인지"),
            Kind.TEXT,
            maximum=LONGEST_NAME,
        ),
        Option(
            Bilingual("text", "글"),
            Bilingual("The column of the texts, if not found", "글이 있는 열의 이름 (못 찾을 때)"),
            Kind.TEXT,
            maximum=LONGEST_NAME,
        ),
        Option(
            Bilingual("label", "라벨"),
            Bilingual(
                "The column of the labels, if not found", "라벨이 있는 열의 이름 (못 찾을 때)"
            ),
            Kind.TEXT,
            maximum=LONGEST_NAME,
        ),
        Option(
            Bilingual("as", "인정"),
            Bilingual("What the labels count as (votes)", "라벨을 무엇으로 볼지 (기본 표)"),
            Kind.CHOICE,
            choices=(Bilingual("votes", "표"), Bilingual("gold", "골드")),
        ),
    ),
)

IMPORT = ControlFamily(
    "import", press_import, Role.MODERATOR, takes_value=True, is_in_place=True, is_long=True
)


async def _prepare(services: Services, dataset: Dataset) -> None:
    if dataset.is_archived:
        raise DatasetArchived(name=dataset.name)
    await clear_up(services, dataset.community)


async def _look_at_hub(
    services: Services, new: NewImport, wanted: hub.Wanted, place: Place, told: hub.Told
) -> Reply:
    """Fetch the file or the split that is meant; where several may be, ask which."""
    await told.sink(Reply(text=say(told.language, "importing.hub_looking", name=wanted.repo_id)))
    found = await hub.look(services, wanted, place)
    files = hub.files_meant(found, wanted)
    if hub.are_one_split(files):
        return await _fetch(
            services, new, await hub.fetched(services, found, files, place, told), told
        )
    kept = asdict(replace(wanted, revision=found.revision))
    choices = {**new.choices, "hub": kept, "type": ""}
    imports = services.storage.imports
    number = await imports.propose(replace(new, name=wanted.repo_id, choices=choices))
    return hub.ask_file(await imports.get(new.community, number), files, told.language)


async def _choose_from_hub(press: Press, services: Services, one: Import) -> Reply:
    if "hub" not in one.choices:
        raise UserError("import_gone")
    wanted, told = hub.Wanted(**one.choices["hub"]), hub.Told(press.progress, press.actor.language)
    found = await hub.look(services, wanted, press.place)
    files = hub.files_called(hub.files_meant(found, wanted), press.value or "")
    choices = {key: value for key, value in one.choices.items() if key != "hub"}
    new = NewImport(press.place.community, one.dataset.id, press.actor.id, "", b"", choices)
    return await _fetch(
        services, new, await hub.fetched(services, found, files, press.place, told), told
    )


async def _fetch(services: Services, new: NewImport, file: hub.Fetched, told: hub.Told) -> Reply:
    facts = {"type": file.type, "label_names": file.label_names, "license": file.license}
    choices = {**new.choices, **facts}
    return await _propose(
        services, replace(new, name=file.name, content=file.content, choices=choices), told
    )


async def _propose(services: Services, new: NewImport, told: hub.Told) -> Reply:
    """Keep a file while it is decided, and show what it would bring.

    Raises:
        UserError: there is no room for the file and what it brings.
    """
    await services.room.check_coming(services, new.community, 2 * len(new.content or b""))
    imports = services.storage.imports
    number = await imports.propose(replace(new, name=one_line(new.name)))
    return await _look(services, await imports.get(new.community, number), told.language)


async def _look(services: Services, one: Import, language: Language) -> Reply:
    file = await read_file(one)
    if isinstance(file, Undecided):
        return ask_columns(one, file, language)
    return await preview(services, one, file, language)


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
