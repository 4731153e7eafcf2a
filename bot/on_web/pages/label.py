"""The queue of `/label`: one text after another, by keys, by buttons, or by forms alone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.on_web.page import Page
from bot.on_web.turn import Turn, refusal
from handlers.table import Bilingual
from handlers.types import Button, Reply, Role, Select

_QUERY = ("dataset", "what")
_AT_ONCE = "at-once"
"""A script of ours asks for the next card itself, and not where to find it."""
_UNDO = ":undo"
"""Takes back what they did last, so it has to be what they saw last."""
_CONFLICT = re.compile(r"conflict:\d+:\d+:skip", re.ASCII)
"""What is on a card of a text in conflict, and on nothing else."""
_DIGITS = "123456789"


@dataclass(frozen=True, slots=True)
class Key:
    """A button and the key that presses it: a digit, or the letter that it has everywhere."""

    button: Button
    key: str


async def show(turn: Turn) -> web.StreamResponse:
    """Show the text that is theirs now, or what came of a form that they have sent."""
    known, said = turn.known()
    if known:
        return await _after(turn, known, turn.request.query)
    return _drawn(turn, await _look(turn, turn.request.query), said)


async def press(turn: Turn) -> web.StreamResponse:
    """Say something of a text, once however often the form is sent, and show the next."""
    given = turn.form.values
    reply, at = await turn.press_once(lambda control: control.endswith(_UNDO))
    if not _is_part(turn):
        return turn.to(f"/label?{urlencode({**_given(given), 'at': at})}")
    if reply is None:
        return _drawn(turn, await _look(turn, given), turn.moved_on)
    return await _after(turn, reply, given)


LABEL = Page(
    "label",
    Bilingual("Label", "라벨"),
    gets={"": show},
    posts={"": press},
    role=Role.MEMBER,
)


def _is_part(turn: Turn) -> bool:
    """Whether a script asks, which has the frame of the page already."""
    return turn.request.headers.get("X-Tokki") == _AT_ONCE


def keyed(reply: Reply) -> Iterator[Key]:
    """Yield the buttons of a card; digits go to those that have no letter, as far as they go."""
    digits = iter(_DIGITS)
    for control in reply.controls:
        if isinstance(control, Button):
            yield Key(control, control.key or next(digits, ""))


def _labels(one: Key) -> bool:
    """Tell whether a button says what a text is; the others lead elsewhere."""
    return not one.button.key and not one.button.id.endswith(":next")


def _given(values: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name in _QUERY if (value := values.get(name, ""))}


async def _look(turn: Turn, values: Mapping[str, str]) -> Reply:
    return await turn.look("label", _given(values))


async def _after(turn: Turn, reply: Reply, values: Mapping[str, str]) -> web.StreamResponse:
    """Draw what came of a press; one that was refused leaves the card there, below the reason."""
    refused = refusal(reply)
    if refused and not (card := await _look(turn, values)).error:
        return _drawn(turn, card, refused=refused)
    return _drawn(turn, reply)


def _drawn(turn: Turn, reply: Reply, said: str = "", *, refused: str = "") -> web.StreamResponse:
    keys = [*keyed(reply)]
    text, votes = _with_votes(reply)
    given = turn.form.values or turn.request.query
    return turn.show(
        "label.html",
        is_part=_is_part(turn),
        reply=reply,
        said=said,
        refused=refused,
        text=text,
        votes=votes,
        given=_given(given),
        token_once=turn.token_once(),
        labels=[one for one in keys if _labels(one)],
        others=[one for one in keys if not _labels(one)],
        selects=[one for one in reply.controls if isinstance(one, Select)],
    )


def _with_votes(reply: Reply) -> tuple[str, str]:
    """Return what a card says, and what people made of its text if that is in conflict."""
    text = reply.text or ""
    if not any(_CONFLICT.fullmatch(one.id) for one in reply.controls):
        return text, ""
    said, _, votes = text.rpartition("\n\n")
    return said, votes
