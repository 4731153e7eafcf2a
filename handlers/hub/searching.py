"""`/hub search`: models or data sets of the Hub, page by page, and what of them can be run here.

`hubpage:<view>:<page>` turns the page.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from handlers.guard.hub_account import may_use_account
from handlers.hub import views
from handlers.hub.naming import language_of
from handlers.hub.verdict import in_short, megabytes
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Button, Language, Place, Press, Reply, Request, Table, UserError
from models.canonical import canonical, one_line
from models.errors import HubFailed
from models.hub.repository import DATA_SET, MODEL, MOST_PAGES, Hit, Hits, Search

KINDS = {"models": MODEL, "data": DATA_SET}
LONGEST_SEARCH = 100
_ID = re.compile(r"hubpage:(?P<view>\d{1,15}):(?P<page>\d{1,2})", re.ASCII)
_COLUMNS = ("name", "likes", "downloads", "size", "license", "task")


async def search(request: Request, services: Services) -> Reply:
    """Answer `/hub search text [what] [task] [language] [sort]`."""
    given = request.options
    language = given.get("language")
    what = Search(
        kind=KINDS[str(given.get("what", "models"))],
        text=canonical(str(given.get("text", ""))),
        task=str(given["task"]) if "task" in given else None,
        language=None if language is None else language_of(str(language)),
        sort=str(given.get("sort", "downloads")),
    )
    found = await _found(services, what, request.place)
    number = 0
    if not found.is_last:
        whose = (request.place.community, request.actor.id)
        number = await views.keep(services, *whose, asdict(what))
    return _shown(found, what, number, request.actor.language)


async def press_page(press: Press, services: Services) -> Reply:
    """Turn to another page.

    Raises:
        UserError: the id is not ours, or what was looked for is not kept any more.
    """
    found = _ID.fullmatch(press.control)
    if not found or not 1 <= int(found["page"]) <= MOST_PAGES:
        raise UserError("unknown_control", control=press.control)
    number = int(found["view"])
    view: Any = await views.kept(services, press, number)
    if "kind" not in view:
        raise UserError("unknown_control", control=press.control)
    what = replace(Search(**view), page=int(found["page"]))
    page = await _found(services, what, press.place)
    return _shown(page, what, number, press.actor.language)


SEARCH_PAGES = ControlFamily("hubpage", press_page, is_in_place=True)


async def _found(services: Services, what: Search, place: Place) -> Hits:
    try:
        return await services.hub.search(what, with_token=may_use_account(services, place))
    except HubFailed as error:
        raise UserError("hub_search_failed", reason=error.facts["reason"]) from error


def _shown(found: Hits, what: Search, view: int, language: Language) -> Reply:
    words = one_line(what.text) or "…"
    if not found.hits:
        return Reply(text=say(language, f"hub.none_{what.kind}", text=words))
    columns = [say(language, f"hub.column_{one}") for one in _COLUMNS]
    if what.kind == MODEL:
        columns.append(say(language, "hub.column_runs"))
    return Reply(
        title=say(language, f"hub.found_{what.kind}", text=words),
        text=say(language, f"hub.next_{what.kind}", page=what.page),
        table=Table(tuple(columns), tuple(_row(hit, what, language) for hit in found.hits)),
        controls=tuple(_turning(found, what, view, language)),
    )


def _row(hit: Hit, what: Search, language: Language) -> tuple[str, ...]:
    cells = (
        one_line(hit.repo_id),
        _count(hit.likes),
        _count(hit.downloads),
        megabytes(hit.size_bytes),
        one_line(hit.license or "–"),
        one_line(hit.task or "–"),
    )
    return (*cells, in_short(hit.refusal, hit.task, language)) if what.kind == MODEL else cells


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _turning(found: Hits, what: Search, view: int, language: Language) -> Sequence[Button]:
    turns = [("previous", what.page - 1)] if what.page > 1 else []
    turns += [] if found.is_last else [("next", what.page + 1)]
    return [
        Button(f"hubpage:{view}:{page}", say(language, f"dataset.{word}")) for word, page in turns
    ]
