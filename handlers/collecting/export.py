"""`/dataset export`: the texts of a dataset as a file, without the people unless they are wanted.

No cell of a table starts a formula where it is opened in a spreadsheet.
"""

import asyncio
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence

from handlers.collecting.finding import find_dataset
from handlers.collecting.outcome import Judged, answer_of, judged
from handlers.learning.consensus import State
from handlers.learning.row_files.formulas import defused
from handlers.services import Services
from handlers.texts import say
from handlers.types import File, Reply, Request
from models.canonical import canonical
from storage.records import Dataset, DatasetKind

CSV, JSONL = "csv", "jsonl"
_LARGEST = 4_000_000
"""Bytes from which on a file is packed, so that chat platforms take it."""
_BETWEEN = "|"

Row = Mapping[str, object]


async def export(request: Request, services: Services) -> Reply:
    """Answer `/dataset export [format] [people] [dataset]`."""
    given, language = request.options, request.actor.language
    dataset = await find_dataset(services, request.place.community, given.get("dataset"))
    found = await judged(services, await services.tallies.exact(dataset))
    kind = str(given.get("format", CSV))
    with_people = given.get("people") == "yes"
    file = await asyncio.to_thread(_file, dataset, found, kind, with_people)
    gold = sum(one.state is State.GOLD for one in found)
    facts = {"n": f"{len(found):,}", "gold": f"{gold:,}"}
    key = "dataset.exported_people" if with_people else "dataset.exported"
    return Reply(title=dataset.name, text=say(language, key, **facts), files=(file,))


def rows_of(dataset: Dataset, found: Sequence[Judged], *, with_people: bool) -> Sequence[Row]:
    """Return what is told of each text."""
    return [
        {
            "id": one.example.id,
            "text": one.example.text,
            "label": _label(dataset, one.labels) if one.state is State.GOLD else None,
            "state": str(one.state),
            "side": one.example.side and str(one.example.side),
            "votes": len(one.votes),
            "agreeing": sum(answer_of(dataset, vote) == one.labels for vote in one.votes)
            if one.state is State.GOLD
            else None,
            "source": one.example.source,
            **(_people(dataset, one) if with_people else {}),
        }
        for one in found
    ]


def as_csv(rows: Sequence[Row]) -> bytes:
    """Return a table in UTF-8, which spreadsheets know by its first bytes."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(rows[0] if rows else ["text", "label"])
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])
    return written.getvalue().encode("utf-8-sig", "replace")


def as_jsonl(rows: Sequence[Row]) -> bytes:
    """Return one JSON object a line."""
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


_FORMATS: Mapping[str, Callable[[Sequence[Row]], bytes]] = {CSV: as_csv, JSONL: as_jsonl}


def _file(dataset: Dataset, found: Sequence[Judged], kind: str, with_people: bool) -> File:
    content = _FORMATS[kind](rows_of(dataset, found, with_people=with_people))
    name = f"{_file_name(dataset.name)}.{kind}"
    if len(content) <= _LARGEST:
        return File(name, content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return File(f"{name}.zip", packed.getvalue())


def _label(dataset: Dataset, keys: Sequence[str]) -> object:
    """Return one name, or the list of those that hold."""
    names = [label.name for key in keys if (label := dataset.resolved(key))]
    return names if dataset.kind is DatasetKind.MULTI else names[0]


def _people(dataset: Dataset, one: Judged) -> Row:
    said = [(vote.user, answer_of(dataset, vote)) for vote in one.votes]
    votes = {user: _label(dataset, keys) for user, keys in said if keys is not None}
    return {"added_by": one.example.user, "voters": votes}


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case list():
            return _cell(_BETWEEN.join(map(str, value)))
        case dict():
            return _cell(json.dumps(value, ensure_ascii=False))
        case str():
            return defused(value)
        case _:
            return value


def _file_name(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", canonical(name)).strip("-") or "dataset"
