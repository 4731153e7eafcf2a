"""What is going on here: what an admin looks at in the morning, and what anybody has asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.on_web.page import Page
from bot.on_web.showing.answers import KeptAnswer
from bot.on_web.turn import Turn
from handlers.people.web import PATH
from handlers.table import Action, Bilingual
from handlers.types import OptionValue, Reply

_PARTS: tuple[tuple[str, Mapping[str, OptionValue]], ...] = (
    ("status", {}),
    ("jobs", {}),
    ("dataset list", {}),
    ("models", {}),
    ("history", {"top": 5}),
    ("me", {}),
)


@dataclass(frozen=True, slots=True)
class _Part:
    command: Action
    path: str
    reply: Reply
    kept: KeptAnswer | None
    """Where its files are."""


async def home(turn: Turn) -> web.StreamResponse:
    """Show every part that the person may see."""
    shown = [(name, given) for name, given in _PARTS if turn.may(turn.command(name))]
    replies = await asyncio.gather(*(turn.look(name, given) for name, given in shown))
    parts = [_part(turn, name, reply) for (name, _), reply in zip(shown, replies, strict=True)]
    return turn.show("home.html", parts=parts)


def _part(turn: Turn, name: str, reply: Reply) -> _Part:
    path = name.replace(" ", "/")
    kept = turn.keep(reply, f"/{name}", f"{PATH}/ask/{path}") if reply.files else None
    return _Part(turn.command(name), path, reply, kept)


HOME = Page("", Bilingual("Home", "홈"), gets={"": home})
