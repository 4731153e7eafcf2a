"""What is being written now, in the memory of this process, so that it can be stopped."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from handlers.types import Actor, Place, UserError
from models.tasks.generation import Pen


@dataclass(frozen=True, slots=True, eq=False)
class Writing:
    """One text that somebody waits for. It belongs to the event loop, but for its pen."""

    community: str
    user: str
    pen: Pen
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Let it end where it is, or before it begins."""
        self.pen.stop()
        self.stopped.set()


class Writings:
    """All of them."""

    def __init__(self) -> None:
        self._under_way: dict[str, Writing] = {}

    @contextmanager
    def begun(self, actor: Actor, place: Place, pen: Pen) -> Iterator[Writing]:
        """Keep a text as long as it is being written; whatever ends the block stops it.

        Raises:
            UserError: they have one already: it takes long, and others want some, too.
        """
        for each in self._under_way.values():
            if (each.community, each.user) == (place.community, actor.id):
                raise UserError("still_writing")
        writing = Writing(place.community, actor.id, pen)
        self._under_way[writing.key] = writing
        try:
            yield writing
        finally:
            writing.stop()
            del self._under_way[writing.key]

    def stop(self, community: str, key: str, user: str, *, is_moderator: bool) -> None:
        """Stop a text for whom another process was asked to."""
        found = self.find(community, key)
        if found and (is_moderator or found.user == user):
            found.stop()

    def find(self, community: str, key: str) -> Writing | None:
        """Return a text of a community that is being written."""
        found = self._under_way.get(key)
        return found if found and found.community == community else None
