"""Forms that are sent more than once: by a double press, a reload, the way back, a second tab.

A form carries a token that is new each time it is drawn, and names what its person had done by
then. Nothing of it has to outlive a restart: a form of before still acts, but for what holds only
right after what it was drawn for.
"""

import asyncio
import re
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.on_web.connection.refusals import Refused
from bot.on_web.showing.answers import Owner
from handlers.types import Reply

MOVED_ON = "moved-on"
"""Stands for a form that did nothing, as its person had done more since it was drawn."""
_TOKEN = re.compile(r"[0-9a-f]{8}\.[0-9a-f]{16}")
_MOST_PEOPLE, _MOST_OF_ONE = 2_000, 20


def _state() -> str:
    return secrets.token_hex(4)


@dataclass(slots=True)
class _Person:
    state: str = field(default_factory=_state)
    """Another one after each thing that they do."""
    done: "OrderedDict[str, asyncio.Task[Reply]]" = field(default_factory=OrderedDict)


class Once:
    """What people have sent last, and what came of it."""

    def __init__(self) -> None:
        self._people: OrderedDict[Owner, _Person] = OrderedDict()

    def token(self, owner: Owner) -> str:
        """Return what a form carries that is drawn for somebody now."""
        return f"{self._person(owner).state}.{secrets.token_hex(8)}"

    def reply(self, owner: Owner, token: str) -> Reply | None:
        """Return what came of a form, if that is known still."""
        doing = self._person(owner).done.get(token)
        is_done = doing and doing.done() and not doing.cancelled() and not doing.exception()
        return doing.result() if doing and is_done else None

    async def do(
        self, owner: Owner, token: str, work: Callable[[], Awaitable[Reply]], *, is_now: bool
    ) -> Reply | None:
        """Do what a form wants, or say what came of it before.

        Args:
            owner: who sent it.
            token: of the form.
            work: what it wants.
            is_now: whether that holds only for what they had done when it was drawn; None is
                returned, and nothing done, where they have done more since.

        Raises:
            Refused: the form is none of ours.
        """
        if not _TOKEN.fullmatch(token):
            raise Refused(403, "web.forged")
        person = self._person(owner)
        doing = person.done.get(token)
        if doing is None:
            if is_now and token.partition(".")[0] != person.state:
                return None
            doing = person.done[token] = asyncio.ensure_future(_run(work))
            person.state = _state()
            while len(person.done) > _MOST_OF_ONE:
                person.done.popitem(last=False)
        return await asyncio.shield(doing)

    def _person(self, owner: Owner) -> _Person:
        person = self._people.setdefault(owner, _Person())
        self._people.move_to_end(owner)
        while len(self._people) > _MOST_PEOPLE:
            self._people.popitem(last=False)
        return person


async def _run(work: Callable[[], Awaitable[Reply]]) -> Reply:
    return await work()
