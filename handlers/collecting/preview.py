"""`/dataset preview`: the texts of a dataset page by page, each with its card.

The buttons carry the whole state: `preview:<dataset>:<page>:<state>:<label>:<search>`, where the
label is a place among all that the dataset ever had, so that a press after a restart works.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.collecting.card import state_in_words
from handlers.collecting.finding import check_may_label, find_active, find_dataset
from handlers.collecting.outcome import Judged, State, answer_of, judged
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Actor, Button, Press, Reply, Request, Table, UserError
from models.canonical import canonical, folded, one_line
from storage.records import Dataset

LONGEST_SEARCH = 40
"""It has to fit into the id of a button."""
PAGE = 10
ANY = "any"
_SHOWN = 120
"""Characters of a text in a row."""
_SPACE = "␣"
"""Within an id, which ends at a space where it is typed."""
_ID = re.compile(
    r"preview:(?P<dataset>\d{1,15}):(?P<page>\d{1,9}):(?P<state>[a-z_]{3,16}):"
    r"(?P<label>\d{0,3}):(?P<search>.*)",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class View:
    """What of a dataset is looked at."""

    page: int = 1
    state: str = ANY
    label: int | None = None
    """Its place among all labels."""
    search: str = ""

    def control(self, dataset: Dataset, page: int) -> str:
        """Return the id of the button that leads to a page."""
        label = "" if self.label is None else self.label
        search = self.search.replace(" ", _SPACE)
        return f"preview:{dataset.id}:{page}:{self.state}:{label}:{search}"


async def preview(request: Request, services: Services) -> Reply:
    """Answer `/dataset preview [label] [state] [search] [page] [dataset]`."""
    given = request.options
    dataset = await find_dataset(services, request.place.community, given.get("dataset"))
    label = None
    if "label" in given:
        key = find_active(dataset, given["label"]).key
        label = [one.key for one in dataset.all_labels].index(key)
    view = View(
        page=request.number("page", 1),
        state=str(given.get("state", ANY)),
        label=label,
        search=canonical(str(given.get("search", ""))),
    )
    return await _shown(services, request.actor, dataset, view)


async def press_preview(press: Press, services: Services) -> Reply:
    """Turn to another page.

    Raises:
        UserError: the id is not ours, or there is no such dataset here.
    """
    found = _ID.fullmatch(press.control)
    if not found or found["state"] not in {ANY, *State}:
        raise UserError("unknown_control", control=press.control)
    datasets = await services.storage.datasets.all(press.place.community)
    dataset = next((one for one in datasets if one.id == int(found["dataset"])), None)
    if dataset is None:
        raise UserError("no_such_dataset", name=found["dataset"], nearest=[])
    label = int(found["label"]) if found["label"] else None
    if label is not None and label >= len(dataset.all_labels):
        raise UserError("unknown_control", control=press.control)
    search = found["search"].replace(_SPACE, " ")
    view = View(int(found["page"]), found["state"], label, search)
    return await _shown(services, press.actor, dataset, view)


PREVIEW = ControlFamily("preview", press_preview, is_in_place=True)


def chosen(dataset: Dataset, found: Sequence[Judged], view: View) -> Sequence[Judged]:
    """Return the texts that are looked at, the newest first."""
    wanted = None if view.label is None else dataset.all_labels[view.label].key
    search = folded(view.search)
    return [
        one
        for one in reversed(found)
        if view.state in (ANY, one.state)
        and (wanted is None or _has(dataset, one, wanted))
        and search in folded(one.example.text)
    ]


def _has(dataset: Dataset, one: Judged, key: str) -> bool:
    """Whether a text has a label, or somebody thinks so where it is not clear yet."""
    label = dataset.resolved(key)
    if label is None:
        return False
    if one.state is State.GOLD:
        return label.key in one.labels
    return any(label.key in (answer_of(dataset, vote) or ()) for vote in one.votes)


async def _shown(services: Services, actor: Actor, dataset: Dataset, view: View) -> Reply:
    check_may_label(dataset, actor)
    language = actor.language
    rows = chosen(dataset, await judged(services, dataset), view)
    pages = max(1, -(-len(rows) // PAGE))
    view = replace(view, page=min(max(view.page, 1), pages))
    shown = rows[(view.page - 1) * PAGE : view.page * PAGE]
    columns = ("number", "text", "state", "side", "votes")
    table = Table(
        tuple(say(language, f"dataset.column_{one}") for one in columns),
        tuple(_row(dataset, one, actor) for one in shown),
    )
    key = "dataset.preview_text" if shown else "dataset.preview_none"
    facts = {"n": f"{len(rows):,}", "page": view.page, "pages": pages}
    return Reply(
        title=dataset.name,
        text=say(language, key, **facts),
        table=table if shown else None,
        controls=(
            *_turning(dataset, view, pages, actor),
            *(Button(f"look:{one.example.id}", f"#{one.example.id}") for one in shown),
        ),
    )


def _turning(dataset: Dataset, view: View, pages: int, actor: Actor) -> Sequence[Button]:
    turns = (("previous", view.page - 1), ("next", view.page + 1))
    return [
        Button(view.control(dataset, page), say(actor.language, f"dataset.{word}"))
        for word, page in turns
        if 1 <= page <= pages
    ]


def _row(dataset: Dataset, one: Judged, actor: Actor) -> tuple[str, ...]:
    language, text = actor.language, " ".join(one.example.text.split())
    side = say(language, f"dataset.side_{one.example.side}") if one.example.side else "–"
    return (
        f"#{one.example.id}",
        text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…",
        one_line(state_in_words(dataset, one, language)),
        side,
        str(len(one.votes)),
    )
