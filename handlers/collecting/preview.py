"""`/dataset preview`: the texts of a dataset page by page, each with its card.

The buttons carry the whole state: `preview:<dataset>:<page>:<state>:<label>:<search>`, where the
label is a place among all that the dataset ever had, so that a press after a restart works. Behind
the state may stand a side, by its place, and who has labelled a text: `gold.1@<person>`.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from handlers.collecting.card import names_of
from handlers.collecting.finding import check_may_label, dataset_of, find_active, find_dataset
from handlers.collecting.outcome import Judged, judged
from handlers.learning.votes.columns import Flags
from handlers.learning.votes.consensus import State
from handlers.learning.votes.tally import SIDES, Tally
from handlers.services import Services
from handlers.table import (
    Action,
    Bilingual,
    ControlFamily,
    Kind,
    Option,
    dataset_option,
    label_option,
)
from handlers.texts import say
from handlers.types import (
    Actor,
    Button,
    Language,
    Place,
    Press,
    Reply,
    Request,
    Role,
    Table,
    UserError,
    Visibility,
)
from models.canonical import canonical, folded, one_line
from storage.records import Dataset, Side

LONGEST_SEARCH, LONGEST_PERSON = 40, 24
"""Both have to fit into the id of a button."""
PAGE, LARGE_PAGE = 10, 50
"""Rows; where a page is all that is looked at, there is room for more."""
ANY = "any"
_SIDE_CALLED = {"train": Side.TRAIN, "test": Side.TEST, "neither": Side.QUARANTINED}
_SHOWN = 120
"""Characters of a text in a row."""
_SPACE = "␣"
"""Within an id, which ends at a space where it is typed."""
_ME = ("me", "나")
_MENTION = re.compile(r"<@!?(\w+)(?:\|[^>]*)?>")
_NO_ID = re.compile(r"[:\s]")
"""What would end an id in those of the buttons; nobody has one with it."""
_ID = re.compile(
    r"preview:(?P<dataset>\d{1,15}):(?P<page>\d{1,9}):(?P<state>[a-z_]{3,16})"
    r"(?:\.(?P<side>[0-2]))?(?:@(?P<who>[^:\s]{1,64}))?:(?P<label>\d{0,3}):(?P<search>.*)",
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
    side: Side | None = None
    who: str = ""
    """The id of somebody who has labelled the texts."""

    def control(self, dataset: Dataset, page: int) -> str:
        """Return the id of the button that leads to a page."""
        label = "" if self.label is None else self.label
        search = self.search.replace(" ", _SPACE)
        side = "" if self.side is None else f".{SIDES.index(self.side)}"
        who = f"@{self.who}" if self.who else ""
        return f"preview:{dataset.id}:{page}:{self.state}{side}{who}:{label}:{search}"


async def preview(request: Request, services: Services) -> Reply:
    """Answer `/dataset preview [label] [state] [search] [side] [who] [page] [dataset]`."""
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
        side=_SIDE_CALLED[str(given["side"])] if "side" in given else None,
        who=_who(str(given.get("who", "")), request.actor),
    )
    return await _shown(services, request.actor, request.place, dataset, view)


async def press_preview(press: Press, services: Services) -> Reply:
    """Turn to another page.

    Raises:
        UserError: the id is not ours, or there is no such dataset here.
    """
    found = _ID.fullmatch(press.control)
    if not found or found["state"] not in {ANY, *State}:
        raise UserError("unknown_control", control=press.control)
    dataset = await dataset_of(services, press.place.community, int(found["dataset"]))
    label = int(found["label"]) if found["label"] else None
    if label is not None and label >= len(dataset.all_labels):
        raise UserError("unknown_control", control=press.control)
    search = found["search"].replace(_SPACE, " ")
    side = SIDES[int(found["side"])] if found["side"] else None
    view = View(int(found["page"]), found["state"], label, search, side, found["who"] or "")
    return await _shown(services, press.actor, press.place, dataset, view)


def _who(typed: str, actor: Actor) -> str:
    """Return the id of whoever is meant: me, somebody who is mentioned, or an id."""
    if folded(typed) in _ME:
        return actor.id
    found = _MENTION.fullmatch(typed.strip())
    return _NO_ID.sub("_", found[1] if found else typed.strip())


PREVIEW = ControlFamily("preview", press_preview, is_in_place=True)


async def chosen(services: Services, tally: Tally, view: View) -> Sequence[int]:
    """Return the numbers of the texts that are looked at, the newest first."""
    shown = np.ones(len(tally.texts.number), bool)
    if view.state != ANY:
        shown &= tally.stand(State(view.state))
    if view.label is not None:
        shown &= _have(tally, tally.dataset.all_labels[view.label].key)
    if view.side is not None:
        shown &= tally.texts.side == SIDES.index(view.side)
    if view.who:
        shown &= tally.voted_by(view.who)
    numbers: list[int] = tally.texts.number[shown][::-1].tolist()
    if not view.search:
        return numbers
    dataset = tally.dataset
    texts = await services.storage.examples.texts(dataset.community, dataset.id)
    return await asyncio.to_thread(_found, numbers, texts, folded(view.search))


def _found(numbers: Sequence[int], texts: Mapping[int, str], search: str) -> Sequence[int]:
    return [number for number in numbers if search in folded(texts.get(number, ""))]


def _have(tally: Tally, key: str) -> Flags:
    """Whether texts have a label, or somebody thinks so where it is not clear yet."""
    label = tally.dataset.resolved(key)
    if label is None:
        return np.zeros(len(tally.texts.number), bool)
    said = np.zeros(len(tally.texts.number), bool)
    said[tally.votes.text[tally.votes_for(label.key)]] = True
    agreed = tally.naming(label.key)[tally.count.texts.answer]
    return np.where(tally.stand(State.GOLD), agreed, said)


async def _shown(
    services: Services, actor: Actor, place: Place, dataset: Dataset, view: View
) -> Reply:
    check_may_label(dataset, actor)
    if view.who not in ("", actor.id) and actor.role < Role.MODERATOR:
        raise UserError("role_moderator")
    language, rows_a_page = actor.language, LARGE_PAGE if place.has_pages else PAGE
    longest = None if place.has_pages else _SHOWN
    tally = await services.tallies.recent(dataset)
    rows = await chosen(services, tally, view)
    pages = max(1, -(-len(rows) // rows_a_page))
    view = replace(view, page=min(max(view.page, 1), pages))
    page = rows[(view.page - 1) * rows_a_page : view.page * rows_a_page]
    shown = [*reversed(await judged(services, tally, page))]
    columns = ("number", "text", "state", "side", "votes")
    table = Table(
        tuple(say(language, f"dataset.column_{one}") for one in columns),
        tuple(_row(dataset, one, actor, longest) for one in shown),
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


def _state(dataset: Dataset, one: Judged, language: Language) -> str:
    """Say in a word or two what has come of a text: its card has the sentence."""
    labels = names_of(dataset, one.labels, language)
    return say(language, f"dataset.state_{one.state}", labels=labels)


def _row(dataset: Dataset, one: Judged, actor: Actor, longest: int | None) -> tuple[str, ...]:
    language, text = actor.language, " ".join(one.example.text.split())
    side = say(language, f"dataset.side_{one.example.side}") if one.example.side else "–"
    return (
        f"#{one.example.id}",
        text if longest is None or len(text) <= longest else f"{text[: longest - 1]}…",
        one_line(_state(dataset, one, language)),
        side,
        str(len(one.votes)),
    )


PREVIEW_TEXTS = Action(
    name=Bilingual("preview", "훑어보기"),
    description=Bilingual(
        "The texts of a dataset, page by page", "데이터셋의 글을 한 쪽씩 보여 줘요"
    ),
    handler=preview,
    visibility=Visibility.PRIVATE,
    example=Bilingual(
        "/dataset preview label:bug state:conflict", "/데이터셋 훑어보기 라벨:버그 상태:엇갈림"
    ),
    options=(
        label_option("Only texts with this label", "이 라벨이 붙은 글만"),
        Option(
            Bilingual("state", "상태"),
            Bilingual("Only texts that stand like this", "이런 상태인 글만"),
            Kind.CHOICE,
            choices=(
                Bilingual("gold", "골드"),
                Bilingual("open", "미정"),
                Bilingual("conflict", "엇갈림"),
                Bilingual("ambiguous", "애매함"),
                Bilingual("left_out", "뺌"),
            ),
        ),
        Option(
            Bilingual("search", "찾기"),
            Bilingual("Only texts that have this in them", "이 말이 들어 있는 글만"),
            Kind.TEXT,
            takes_free_text=True,
            maximum=LONGEST_SEARCH,
        ),
        Option(
            Bilingual("side", "쓰임"),
            Bilingual("Only texts to learn from, or to measure on", "학습용이나 평가용 글만"),
            Kind.CHOICE,
            choices=(
                Bilingual("train", "학습"),
                Bilingual("test", "평가"),
                Bilingual("neither", "쓰지않음"),
            ),
            other_words=(("quarantined", "neither"), ("제외", "neither")),
        ),
        Option(
            Bilingual("who", "누가"),
            Bilingual(
                "Only texts labelled by me, or by the person of this id (moderators)",
                "내가 라벨을 붙인 글만(나), 또는 이 ID인 사람이 붙인 글만(중재자)",
            ),
            Kind.TEXT,  # a person to choose would keep all of `/dataset` out of private messages
            maximum=LONGEST_PERSON,
        ),
        Option(
            Bilingual("page", "쪽"),
            Bilingual("Which page", "볼 쪽"),
            Kind.INTEGER,
            minimum=1,
            maximum=999_999,
        ),
        dataset_option(),
    ),
)
