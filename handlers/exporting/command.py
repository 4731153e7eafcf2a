"""`/dataset export`: the texts of a dataset as files, without the people unless they are wanted."""

import asyncio
import re
from collections.abc import Callable, Mapping

from handlers.coding.button import dataset_code_button
from handlers.collecting.finding import find_dataset
from handlers.collecting.outcome import judged
from handlers.exporting.folder import folder_of, packed
from handlers.exporting.plain_files import as_csv, as_jsonl
from handlers.exporting.rows import Rows, rows_of
from handlers.learning.votes.consensus import State
from handlers.services import Services
from handlers.table import Action, Bilingual, Kind, Option, dataset_option, yes_no_option
from handlers.texts import say
from handlers.types import File, Language, Reply, Request, Role, Visibility
from models.canonical import canonical

CSV, JSONL, PARQUET, FOLDER = "csv", "jsonl", "parquet", "folder"
_LARGEST = 4_000_000
"""Bytes from which on a file is packed, so that chat platforms take it."""


async def export(request: Request, services: Services) -> Reply:
    """Answer `/dataset export [format] [people] [dataset]`."""
    given, language = request.options, request.actor.language
    dataset = await find_dataset(services, request.place.community, given.get("dataset"))
    found = await judged(services, await services.tallies.exact(dataset))
    kind = str(given.get("format", CSV))
    with_people = given.get("people") == "yes"
    rows = await asyncio.to_thread(rows_of, dataset, found, with_people=with_people)
    file = await asyncio.to_thread(_file, rows, kind, language)
    gold = sum(one.state is State.GOLD for one in found)
    facts = {"n": f"{len(found):,}", "gold": f"{gold:,}"}
    key = "dataset.exported_people" if with_people else "dataset.exported"
    lines = [say(language, key, **facts)]
    if kind == FOLDER:
        lines.append(say(language, "exporting.folder", folder=file_name(dataset.name)))
    button = dataset_code_button(dataset.id, language)
    return Reply(title=dataset.name, text="\n".join(lines), files=(file,), controls=(button,))


def _file(rows: Rows, kind: str, language: Language) -> File:
    name = file_name(rows.dataset.name)
    if kind == FOLDER:
        return File(f"{name}.zip", packed(folder_of(rows, language), name))
    content = _FORMATS[kind](rows)
    name = f"{name}.{kind}"
    if len(content) <= _LARGEST or kind == PARQUET:
        return File(name, content)
    return File(f"{name}.zip", packed({name: content}))


def _as_parquet(rows: Rows) -> bytes:
    from handlers.exporting.parquet_file import as_parquet  # noqa: PLC0415 - slow to import

    return as_parquet(rows)


_FORMATS: Mapping[str, Callable[[Rows], bytes]] = {
    CSV: as_csv,
    JSONL: as_jsonl,
    PARQUET: _as_parquet,
}


def file_name(name: str) -> str:
    """Return what the files and the folder of a dataset are called."""
    return re.sub(r"[^\w-]+", "-", canonical(name)).strip("-") or "dataset"


EXPORT = Action(
    name=Bilingual("export", "내보내기"),
    description=Bilingual(
        "The texts of a dataset as a file, without the people", "데이터셋의 글을 파일로 내보내요"
    ),
    handler=export,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    is_long=True,
    example=Bilingual("/dataset export format:jsonl", "/데이터셋 내보내기 형식:jsonl"),
    options=(
        Option(
            Bilingual("format", "형식"),
            Bilingual("What kind of file (csv)", "파일 형식 (기본 csv)"),
            Kind.CHOICE,
            choices=(
                *(Bilingual(each, each) for each in _FORMATS),
                Bilingual(FOLDER, "폴더"),
            ),
        ),
        yes_no_option(
            Bilingual("people", "사람"),
            Bilingual("Who said what as well (no)", "누가 무엇이라고 했는지도 (기본 아니요)"),
        ),
        dataset_option(),
    ),
)
