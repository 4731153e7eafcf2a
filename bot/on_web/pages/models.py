"""Models: which there are, how they compare, where they come from, which one answers; jobs live."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal
from urllib.parse import quote

from aiohttp import web

from bot.on_web.drawing.tables import Wanted, seen
from bot.on_web.page import Page
from bot.on_web.turn import Turn
from handlers.table import Bilingual
from handlers.types import Button, Reply, Role
from models.canonical import lowered

_MARKS = "▶* "
"""What stands around a model's name in tables: it answers, or was measured earlier."""
_LONGEST_NUMBER, _LONGEST_NAME = 18, 100
View = Literal["models", "trained", "board", "jobs"]


async def show_models(turn: Turn) -> web.StreamResponse:
    """Show every model that can be asked."""
    return await _table(turn, "models", await turn.look("models"), link="one")


async def show_trained(turn: Turn) -> web.StreamResponse:
    """Show what was trained here."""
    said = await turn.look("version list")
    return await _table(turn, "trained", said, link="one")


async def show_board(turn: Turn) -> web.StreamResponse:
    """Show the leaderboard of what a model is for; its handler knows which figures compare."""
    name = turn.request.query.get("name", "").strip()[:_LONGEST_NAME]
    if not name:
        return turn.show("board.html", names=await _names(turn), view="board")
    wanted = Wanted.read(turn.request.query)
    choices = turn.command("version list").options[1].choices
    by = choices[wanted.by - 1].en if wanted.by and wanted.by <= len(choices) else None
    said = await turn.look("version list", {"name": name} | ({"sort": by} if by else {}))
    return await _table(turn, "board", said, link="one", others={"name": name})


async def show_jobs(turn: Turn) -> web.StreamResponse:
    """Show what runs and has run; while something does, the page comes anew by itself."""
    return await _table(turn, "jobs", await turn.look("jobs"), link="jobs")


async def show_job(turn: Turn) -> web.StreamResponse:
    """Show one job."""
    number = turn.part("number")[:_LONGEST_NUMBER]
    said = await turn.look("jobs", {"number": int(number) if number.isdecimal() else number})
    return turn.show("job.html", said=said, is_live=bool(said.bars), view="jobs")


async def show_one(turn: Turn) -> web.StreamResponse:
    """Show a model: the card and the pictures of a version, and what may be done with it."""
    full = lowered(turn.part("name"))[:_LONGEST_NAME]
    name, _, number = full.partition("@")
    is_trained = number.isdecimal() and int(number) > 0
    card = await turn.look("version card", {"version": full}) if is_trained else None
    charts = await _charts(turn, card) if card else None
    return turn.show(
        "model.html",
        status=404 if card and card.error else 200,
        full=full,
        name=name,
        card=card and replace(card, controls=()),
        card_kept=turn.keep(card),
        space=card and card.footer.get("space"),
        charts=charts,
        charts_kept=turn.keep(charts),
        is_trained=is_trained and card is not None and card.error is None,
        may_move=turn.may(turn.command("version promote")),
        may_ask=turn.may(turn.command("modelinfo")),
        view="models",
    )


async def _charts(turn: Turn, card: Reply) -> Reply | None:
    """Return what the button for the pictures of a version shows, if its card has that."""
    for control in card.controls:
        if control.id.startswith("charts:"):
            return await turn.press(control.id)
    return None


async def move(turn: Turn) -> web.StreamResponse:
    """Let a version answer, or the one before it again; the answer is the one of the chat."""
    name = turn.form.get("name")
    if turn.part("what") == "promote":
        reason = turn.form.get("reason")
        given = {"version": name} | ({"reason": reason} if reason.strip() else {})
        answer = await turn.begin(turn.command("version promote"), given)
    else:
        answer = await turn.begin(turn.command("version rollback"), {"name": name})
    return turn.to(f"/answers/{answer.id}")


MODELS = Page(
    "models",
    Bilingual("Models", "모델"),
    gets={
        "": show_models,
        "/trained": show_trained,
        "/board": show_board,
        "/jobs": show_jobs,
        "/jobs/{number}": show_job,
        "/one/{name}": show_one,
    },
    posts={"/{what:promote|rollback}": move},
    role=Role.ASKER,
)


async def _table(
    turn: Turn, view: View, said: Reply, link: str, others: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """Show a reply whose table can be sorted, and has columns and rows chosen."""
    wanted = Wanted.read(turn.request.query, others)
    table = said.table
    controls = [one for one in said.controls if isinstance(one, Button)]
    is_ranked = any(one.id.startswith("board:") for one in said.controls)
    return turn.show(
        "models.html",
        view=view,
        said=replace(said, table=None, controls=tuple(controls), files=()),
        pictures=Reply(files=said.files),
        kept=turn.keep(said),
        table=table,
        seen=table and seen(table, wanted, is_sorted=is_ranked),
        wanted=wanted,
        is_ranked=is_ranked,
        link=lambda cell: _link(link, cell),
        is_live=view == "jobs" and bool(said.bars),
    )


async def _names(turn: Turn) -> list[str]:
    """Return the names that people may look for the leaderboard of."""
    listed = (await turn.look("models")).table
    found = [row[0].strip(_MARKS).partition("@")[0] for row in listed.rows] if listed else []
    return list(dict.fromkeys(found))


def _link(where: str, cell: str) -> str:
    """Return the address, under this page, of what a row is of."""
    return f"{where}/{quote(cell.strip(_MARKS).lstrip('#'), safe='@')}"
