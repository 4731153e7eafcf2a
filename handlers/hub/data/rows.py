"""`/hub data`: the rows of a data set of the Hub, page by page, at one commit.

The dataset viewer gives them where it shows that very commit; else they are read from the files.
`hubrows:<view>:<page>` turns the page.
"""

import asyncio
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from handlers.guard.hub_account import may_use_account
from handlers.hub import views
from handlers.hub.data.cells import feature_lines, plain_cell, viewer_cell
from handlers.hub.data.importing import import_select, labelled_column
from handlers.importing import hub
from handlers.importing.shards import check_size
from handlers.learning.row_files.label_numbers import with_names
from handlers.learning.row_files.opening import open_table
from handlers.learning.row_files.table import BadRow
from handlers.learning.row_files.table import Table as RowTable
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import (
    Actor,
    Button,
    Language,
    Place,
    Press,
    ProgressSink,
    Reply,
    Request,
    Table,
    UserError,
)
from models.canonical import one_line
from models.hub.data_set import DataFile, DataSet
from models.hub.repository import SHORT_VERSION, Feature, RowsPage

PAGE = 10
MOST_BYTES = 10_000_000
"""Of files that are read for a page of theirs: they are fetched anew for each."""
_MOST_COLUMNS = 6
_MOST_PLACES = 20
_ID = re.compile(r"hubrows:(?P<view>\d{1,15}):(?P<page>\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class View:
    """Which rows somebody looks at."""

    repo_id: str
    revision: str
    config: str
    split: str | None
    page: int = 1
    label_column: str | None = None
    """The one whose numbers have names, if there is one."""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of them. `is_of_viewer` where no file had to be read."""

    features: tuple[Feature, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int | None
    is_of_viewer: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who looks, where, and who hears how far it is. `is_first`: at this view."""

    actor: Actor
    place: Place
    sink: ProgressSink
    is_first: bool


async def show_rows(request: Request, services: Services) -> Reply:
    """Answer `/hub data repo [config] [split]`."""
    given, asked = (
        request.options,
        _Asked(request.actor, request.place, request.progress, is_first=True),
    )
    wanted = hub.wanted_of(str(given["repo"]), given.get("config"), given.get("split"))
    found = await hub.look(services, wanted, request.place)
    places = await _places(services, found, wanted, request.place)
    config, split = _chosen(found, places, wanted)
    view = View(found.repo_id, found.revision, config, split)
    rows = await _read_rows(services, found, view, asked)
    if column := labelled_column(rows.features):
        view = replace(view, label_column=column.name, labels=column.names)
    number = await views.keep(services, asked.place.community, asked.actor.id, asdict(view))
    reply = await _drawn(services, found, view, number, rows, asked)
    return replace(
        reply, text="\n".join([reply.text or "", *_others(places, view, asked.actor.language)])
    )


async def press_rows(press: Press, services: Services) -> Reply:
    """Turn to another page.

    Raises:
        UserError: the id is not ours, or what was looked at is not kept any more.
    """
    matched = _ID.fullmatch(press.control)
    if not matched:
        raise UserError("unknown_control", control=press.control)
    number = int(matched["view"])
    kept: Any = await views.kept(services, press, number)
    if "repo_id" not in kept:
        raise UserError("unknown_control", control=press.control)
    view = replace(View(**kept), page=max(1, int(matched["page"])))
    wanted = hub.Wanted(view.repo_id, view.revision, None, None)
    found = await hub.look(services, wanted, press.place)
    asked = _Asked(press.actor, press.place, press.progress, is_first=False)
    rows = await _read_rows(services, found, view, asked)
    return await _drawn(services, found, view, number, rows, asked)


ROW_PAGES = ControlFamily("hubrows", press_rows, is_in_place=True)


async def _places(
    services: Services, found: DataSet, wanted: hub.Wanted, place: Place
) -> Sequence[tuple[str, str | None]]:
    """The configurations and splits that there are, by the viewer or by the files."""
    if wanted.revision is None:
        with_token = may_use_account(services, place)
        if shown := await services.hub.splits(found.repo_id, with_token=with_token):
            return shown
    return list(dict.fromkeys((one.config, one.split) for one in found.files))


def _chosen(
    found: DataSet, places: Sequence[tuple[str, str | None]], wanted: hub.Wanted
) -> tuple[str, str | None]:
    if not places:
        raise UserError("hub_script" if found.has_script else "hub_no_rows", name=found.repo_id)
    meant = [one for one in places if hub.is_place(wanted, *one)]
    if not meant:
        named = [f"{config} · {split or '–'}" for config, split in places[:_MOST_PLACES]]
        raise UserError("hub_no_split", name=found.repo_id, splits=named)
    return next((one for one in meant if one[1] == "train"), meant[0])


async def _read_rows(services: Services, found: DataSet, view: View, asked: _Asked) -> Rows:
    rows = await _of_viewer(services, view, asked.place)
    return rows or await _of_files(services, found, view, asked)


async def _drawn(
    services: Services, found: DataSet, view: View, number: int, rows: Rows, asked: _Asked
) -> Reply:
    actor, language = asked.actor, asked.actor.language
    table = Table(
        tuple(one_line(one.name) for one in rows.features[:_MOST_COLUMNS]),
        tuple(row[:_MOST_COLUMNS] for row in rows.rows),
    )
    lines = [*_standing(rows, view, language), *feature_lines(rows.features, language)]
    community, turning = asked.place.community, _turning(rows, view, number, language)
    importing = await import_select(services, community, found, view.labels, number, actor)
    return Reply(
        title=f"{view.repo_id}@{view.revision[:SHORT_VERSION]} · {_name(view.config, view.split)}",
        text="\n".join(lines),
        table=table if rows.rows else None,
        controls=(*turning, *importing),
    )


async def _of_viewer(services: Services, view: View, place: Place) -> Rows | None:
    """The viewer shows its newest commit alone; another one's rows are not what was asked for."""
    if view.split is None:
        return None
    where, first = (view.config, view.split), (view.page - 1) * PAGE
    with_token = may_use_account(services, place)
    page = await services.hub.rows(view.repo_id, where, first, PAGE, with_token=with_token)
    if page is None or page.revision != view.revision:
        return None
    return Rows(page.features, tuple(_cells(page)), page.total, is_of_viewer=True)


def _cells(page: RowsPage) -> Iterator[tuple[str, ...]]:
    for row in page.rows:
        yield tuple(viewer_cell(row.get(one.name), one) for one in page.features)


async def _of_files(services: Services, found: DataSet, view: View, asked: _Asked) -> Rows:
    files = [one for one in found.files if (one.config, one.split) == (view.config, view.split)]
    if not files:  # the viewer has other names for them
        wanted = hub.Wanted(view.repo_id, view.revision, view.config, view.split)
        files = list(hub.files_meant(found, wanted))
    are_all = sum(one.size for one in files) <= MOST_BYTES
    files = files if are_all else files[:1]
    check_size(files[0].path, files[0].size, MOST_BYTES)
    told = hub.Told(asked.sink, asked.actor.language)
    fetched = await hub.fetched(
        services, found, files, asked.place, told, is_counted=asked.is_first
    )
    rows = await asyncio.to_thread(_read, fetched, files[0], view.page)
    return rows if are_all else replace(rows, total=None)


def _read(file: hub.Fetched, first: DataFile, page: int) -> Rows:
    table = with_names(open_table(io.BytesIO(file.content), file.type), file.label_names)
    names = file.label_names or first.label_names
    features = tuple(Feature(one, "", tuple(names.get(one, ()))) for one in table.columns)
    rows, total = _slice(table, (page - 1) * PAGE)
    return Rows(features, rows, total, is_of_viewer=False)


def _slice(table: RowTable, first: int) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Some rows, and how many there are; those that cannot be told are none."""
    kept: list[tuple[str, ...]] = []
    total = 0
    for row in table.rows():
        if isinstance(row, BadRow):
            continue
        if first <= total < first + PAGE:
            kept.append(tuple(map(plain_cell, row.cells)))
        total += 1
    return tuple(kept), total


def _standing(rows: Rows, view: View, language: Language) -> Iterator[str]:
    first = (view.page - 1) * PAGE + 1
    facts = {"first": f"{first:,}", "last": f"{first + len(rows.rows) - 1:,}"}
    if not rows.rows:
        yield say(language, "hub.no_more_rows")
    elif rows.total is None:
        yield say(language, "hub.rows", **facts)
    else:
        yield say(language, "hub.rows_of", **facts, total=f"{rows.total:,}")
    if not rows.is_of_viewer:
        yield say(language, "hub.from_files")
    if len(rows.features) > _MOST_COLUMNS:
        more = len(rows.features) - _MOST_COLUMNS
        yield say(language, "hub.more_columns", n=f"{more:,}")


def _others(
    places: Sequence[tuple[str, str | None]], view: View, language: Language
) -> Iterator[str]:
    others = [one for one in places if one != (view.config, view.split)]
    if others:
        names = ", ".join(_name(*one) for one in others[:_MOST_PLACES])
        yield say(
            language, "hub.others", names=names if len(others) <= _MOST_PLACES else f"{names} …"
        )


def _name(config: str, split: str | None) -> str:
    return one_line(f"{config} · {split or '–'}")


def _turning(rows: Rows, view: View, number: int, language: Language) -> Iterator[Button]:
    if view.page > 1:
        yield Button(f"hubrows:{number}:{view.page - 1}", say(language, "dataset.previous"))
    is_last = len(rows.rows) < PAGE or (rows.total or PAGE + view.page * PAGE) <= view.page * PAGE
    if not is_last:
        yield Button(f"hubrows:{number}:{view.page + 1}", say(language, "dataset.next"))
