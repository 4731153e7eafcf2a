"""What a page is: a file of `bot/on_web/pages/` declares one, and a line of `PAGES` adds it.

Everything else is the door's: who may come in, forged and oversized forms, the frame, the menu,
both languages, errors in words. A page gets a `Turn` (`bot/on_web/turn.py`) and returns what that
shows.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from handlers.table import Bilingual
from handlers.types import Role

if TYPE_CHECKING:  # a turn knows the pages of its menu
    from bot.on_web.turn import Turn

View = Callable[["Turn"], Awaitable[web.StreamResponse]]
"""Answers one request; a `UserError` that it raises is said in words."""

SMALL = 1024 * 1024
"""A form without files: the longest text of a command, three times over."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and what lies under it."""

    name: str
    """Its address is `/web/<name>`; of the first page it is empty."""
    title: Bilingual
    gets: Mapping[str, View]
    """What is looked at, by what stands behind the address: `""`, or aiohttp's `/{id}/files/{n}`.

    Looking changes nothing: a browser does so whenever it likes.
    """
    posts: Mapping[str, View] = field(default_factory=dict)
    """What is done, likewise. The form has been read, and is known to be one of ours."""
    role: Role = Role.SHUT_OUT
    """The menu shows it to whoever may so much; what it asks of the dispatcher is checked there."""
    is_in_menu: bool = True
    most_bytes: int = SMALL
    """Of a form that is sent to it."""
