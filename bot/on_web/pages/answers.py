"""An answer: how it comes along, what it says, what can be pressed in it, its files."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from bot.on_web.connection.headers import HEADERS, SEEN
from bot.on_web.connection.refusals import Refused
from bot.on_web.page import Page
from bot.on_web.showing.answers import KeptAnswer
from bot.on_web.turn import Turn
from handlers.reading.files import bare_name
from handlers.table import Bilingual
from handlers.types import File


async def show_answer(turn: Turn) -> web.StreamResponse:
    """Show one as it is now."""
    answer = _kept(turn)
    chain = list(answer.chain)
    at = turn.request.query.get("at", "")
    return turn.show("answer.html", answer=answer, chain=chain, at=at)


async def give_file(turn: Turn) -> web.StreamResponse:
    """Give a file that goes along with an answer, by its number."""
    reply = _kept(turn).reply
    numbered = {str(number): file for number, file in enumerate(reply.files if reply else ())}
    found = numbered.get(turn.part("number"))
    if found is None:
        raise Refused(404, "web.no_answer")
    return _given(found, "attachment", "application/octet-stream", HEADERS)


async def give_picture(turn: Turn) -> web.StreamResponse:
    """Give a picture to somebody whom an answer has shown it; their browser may keep it."""
    found = turn.site.answers.picture(turn.owner, turn.part("digest"))
    if found is None:
        raise Refused(404, "web.no_answer")
    return _given(found, "inline", "image/png", SEEN)


async def press(turn: Turn) -> web.StreamResponse:
    """Press a control, of an answer that is kept or of one that is gone.

    What comes of it stands beside the answer, unless it takes its place.
    """
    control, value = turn.form.get("control"), turn.form.get("value") or None
    within = turn.site.answers.get(turn.owner, turn.form.get("within"))
    pressed = await turn.begin_press(control, value, within)
    if within and pressed is not within:
        within.beside, pressed.root = pressed, within.root or within
    root = pressed.root or pressed
    return turn.to(f"/answers/{root.id}?at={pressed.id}")


ANSWERS = Page(
    "answers",
    Bilingual("Answers", "답"),
    gets={
        "/{id}": show_answer,
        "/{id}/files/{number}": give_file,
        "/pictures/{digest}": give_picture,
    },
    posts={"": press},
    is_in_menu=False,
)


def _kept(turn: Turn) -> KeptAnswer:
    found = turn.site.answers.get(turn.owner, turn.part("id"))
    if found is None:
        raise Refused(404, "web.no_answer")
    return found


def _given(file: File, kind: str, content_type: str, headers: Mapping[str, str]) -> web.Response:
    """Return a file to be looked at or to be kept; nothing of it runs here."""
    name = quote(bare_name(file.name), safe="")
    named = {**headers, "Content-Disposition": f"{kind}; filename*=UTF-8''{name}"}
    return web.Response(body=file.content, content_type=content_type, headers=named)
