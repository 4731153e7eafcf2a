"""What `tokki run` asks of a platform's door, and what a door says when it cannot open."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.app import App
from bot.settings import Settings
from handlers.types import Language

Say = Callable[[str], None]
"""Tells the operator something, in a line."""

Serve = Callable[[App, Settings, Language, asyncio.Event, Say], Awaitable[None]]
"""Serves a platform until the event is set; may raise `DoorClosed`."""


class DoorClosed(Exception):
    """A platform does not let us in; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
