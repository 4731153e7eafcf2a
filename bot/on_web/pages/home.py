"""What is going on here, for whoever looks.

An admin's day: questions and room (`/status`), votes and agreement (`/dataset show`), what people
accept of the answers and the alarms of the watch (`/version list`).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.on_web.page import Page
from bot.on_web.showing.answers import KeptAnswer
from bot.on_web.turn import Turn, path_of
from handlers.collecting.finding import collecting
from handlers.table import Action, Bilingual
from handlers.types import OptionValue, Reply

_MOST_DATASETS = 3
_Wanted = tuple[str, Mapping[str, OptionValue]]
_FIRST: tuple[_Wanted, ...] = (("status", {}), ("jobs", {}))
_LAST: tuple[_Wanted, ...] = (
    ("version list", {}),
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
    parts = (*_FIRST, *await _datasets(turn), *_LAST)
    shown = [(name, given) for name, given in parts if turn.may(turn.command(name))]
    replies = await asyncio.gather(*(turn.look(name, given) for name, given in shown))
    drawn = [_part(turn, name, reply) for (name, _), reply in zip(shown, replies, strict=True)]
    return turn.show("home.html", parts=drawn)


async def _datasets(turn: Turn) -> list[_Wanted]:
    """Return what shows the largest datasets: votes, agreement, what would help most."""
    services, community = turn.site.services, turn.visitor.place.community
    found = await collecting(services, community)
    sizes = await services.storage.examples.sizes(community)
    largest = sorted(found, key=lambda one: -sizes.get(one.id, 0))[:_MOST_DATASETS]
    return [("dataset show", {"dataset": one.name}) for one in largest]


def _part(turn: Turn, name: str, reply: Reply) -> _Part:
    command = turn.command(name)
    return _Part(command, path_of(command), reply, turn.keep(reply))


HOME = Page("", Bilingual("Home", "홈"), gets={"": home})
