"""A dataset to look at: how far it has come, its texts by page and filter, a text's card beside.

What changes or carries whole datasets are the forms of `ask`, which this page leads to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web

from bot.on_web.drawing.fields import Field, fields_of
from bot.on_web.page import Page
from bot.on_web.turn import Turn, refusal
from handlers.people.web import PATH
from handlers.table import Bilingual
from handlers.types import OptionValue, Reply, Role

_FILTERS = ("label", "state", "search", "side", "who")
_STATE = ("dataset", *_FILTERS, "page", "text")
"""What a view of a dataset is: all of it stands in the address."""
_CARDS = ("example:", "look:")


@dataclass(frozen=True, slots=True)
class View:
    """What somebody looks at."""

    given: Mapping[str, str]

    @property
    def options(self) -> Mapping[str, OptionValue]:
        """As the options of `/dataset preview`."""
        return {n: v for n, v in self.given.items() if n in ("dataset", "page", *_FILTERS)}

    def card(self, cell: str) -> str:
        """Return where the card of a text is, by what the table says of it first."""
        return self.address(text=cell.removeprefix("#")) + "#card"

    def address(self, **other: str) -> str:
        """Return where this is looked at, with something else about it; `""` takes it away."""
        given = {name: value for name, value in {**self.given, **other}.items() if value}
        return f"{PATH}/dataset?{urlencode(given)}"


async def show(turn: Turn) -> web.StreamResponse:
    """Show a dataset, or which there are."""
    view = _view(turn.request.query)
    if "dataset" not in view.given:
        every = await turn.look("dataset list")
        return turn.show("datasets.html", shown=every, link=_address)
    shown = await turn.look("dataset show", {"dataset": view.given["dataset"]})
    if shown.error:
        return turn.show("datasets.html", shown=shown, link=_address)
    return await _one(turn, view, shown)


async def press(turn: Turn) -> web.StreamResponse:
    """Say something of a text by its card, once however often the form is sent."""
    _, at = await turn.press_once(lambda control: control.startswith(_CARDS))
    return turn.to(_view(turn.form.values).address(at=at).removeprefix(PATH))


DATASET = Page(
    "dataset",
    Bilingual("Datasets", "데이터셋"),
    gets={"": show},
    posts={"": press},
)


def _view(values: Mapping[str, str]) -> View:
    return View({name: value for name in _STATE if (value := values.get(name, "").strip())})


async def _one(turn: Turn, view: View, shown: Reply) -> web.StreamResponse:
    found = await turn.look("dataset preview", view.options)
    known, said = turn.known()
    labels = [row[0] for row in shown.table.rows] if shown.table else []
    is_moderator = turn.may(turn.command("dataset edit"))
    title = shown.title or view.given["dataset"]
    return turn.show(
        "dataset.html",
        view=view,
        name=title,
        shown=replace(shown, title=None, controls=()),
        kept=turn.keep(shown),
        leads=[*_leads(shown, title)],
        labels=labels,
        filters=_filters(turn, view, labels),
        found=replace(found, title=None, controls=()),
        link=view.card,
        turning=[*_turning(found, view)],
        card=await _card(turn, view, known),
        said=said,
        refused=refusal(known),
        is_moderator=is_moderator,
        may_add=turn.visitor.role >= Role.MEMBER,
    )


def _address(name: str) -> str:
    return View({"dataset": name}).address()


def _leads(shown: Reply, name: str) -> Iterator[tuple[str, str]]:
    """Yield where the buttons of an overview lead to here: the queue, and what is in conflict."""
    for control in shown.controls:
        what = {"what": "conflicts"} if control.id.startswith("conflict:") else {}
        yield control.label, f"{PATH}/label?{urlencode({'dataset': name, **what})}"


def _turning(found: Reply, view: View) -> Iterator[tuple[str, str]]:
    """Yield the pages before and after, which the buttons of a page of texts name."""
    for control in found.controls:
        if control.id.startswith("preview:"):
            yield control.label, view.address(page=control.id.split(":")[2], text="")


def _filters(turn: Turn, view: View, labels: Sequence[str]) -> Sequence[Field]:
    command = turn.command("dataset preview")
    fields = fields_of(command, view.given, turn.language, lambda _: (), ())
    return [_filter(turn, one, labels) for one in fields if one.name in _FILTERS]


def _filter(turn: Turn, field: Field, labels: Sequence[str]) -> Field:
    me = turn.visitor.actor
    match field.name:
        case "label":
            return replace(field, shape="choice", choices=[(one, one) for one in labels])
        case "who" if turn.visitor.role >= Role.MODERATOR:
            return replace(field, shape="names", choices=[(me.id, me.name)])
        case "who":
            return replace(field, shape="choice", choices=[(me.id, turn.say("web.mine"))])
    return field


async def _card(turn: Turn, view: View, known: Reply | None) -> Reply | None:
    """Return the card of the text that is looked at, as what somebody pressed has left it."""
    number = view.given.get("text", "")
    if not number:
        return None
    return known if known and not refusal(known) else await turn.press(f"look:{number}")
