"""Who a browser is: whom a session is of, and who that is in chat as of this minute."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.on_web.connection.cookie import token_of
from bot.on_web.connection.refusals import SignedOut, Unsure
from handlers.guard.roles import with_granted_role
from handlers.needs.people import PeopleOfPlatform, PlatformSilent
from handlers.needs.storage import Storage
from handlers.people.me import in_chosen_language
from handlers.people.web import digest_of
from handlers.types import Actor, Language, NamesOfPeople, Place, Role, nobody_is_known
from storage.records import WebSession

PLATFORM = "web"
_FRESH_S, _KEPT_S = 10.0, 25.0
"""After so long a platform is asked again; after longer, it is waited for."""
_LONGEST_S = 50.0
"""What it has said holds for so long where it says nothing new: roles end within a minute."""
_PATIENCE_S = 8.0
_MOST = 10_000
_TERMINAL = "terminal"
_MOST_FILE_BYTES = 10_000_000

_Person = tuple[str, str]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in."""

    actor: Actor
    """As their platform knows them, in the language that they have chosen."""
    role: Role
    """What they may here, with what the community grants them."""
    place: Place
    token: str
    """Stands in their forms."""
    names: NamesOfPeople


@dataclass(frozen=True, slots=True)
class _Seen:
    actor: Actor
    at_s: float

    @property
    def age_s(self) -> float:
        """For how long it has been known."""
        return time.monotonic() - self.at_s


class Visitors:
    """Asks the platforms, and not more often than it must."""

    def __init__(self, people: Mapping[str, PeopleOfPlatform], storage: Storage) -> None:
        self._people = people
        self._storage = storage
        self._seen: dict[_Person, _Seen] = {}
        self._asking: dict[_Person, asyncio.Task[Actor | None]] = {}

    async def close(self) -> None:
        """Ask nothing more."""
        asking = [*self._asking.values()]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def of(self, secret: str | None) -> Visitor:
        """Return whose session a secret is of.

        Raises:
            SignedOut: nobody's, or of somebody who is no more of the community.
            Unsure: their platform does not say now who they are.
        """
        secret, session = await self._session(secret)
        actor = await self.who(session)
        if actor is None:
            await self._storage.web_sessions.end(digest_of(secret))
            raise SignedOut("web.not_there")
        role = (await with_granted_role(actor, session.community, self._storage.settings)).role
        names = self._names(session.community)
        return Visitor(actor, role, _place(session.community), token_of(secret), names)

    async def token(self, secret: str | None) -> str:
        """Return what stands in the forms of a session, whoever its person is by now.

        Raises:
            SignedOut: it is nobody's.
        """
        secret, _ = await self._session(secret)
        return token_of(secret)

    async def who(self, session: WebSession) -> Actor | None:
        """Return who somebody is in chat; None: they are no more of the community.

        Raises:
            Unsure: their platform does not say so now.
        """
        actor = await self._known(session)
        if actor is None:
            return None
        return await in_chosen_language(actor, session.community, self._storage.choices)

    async def _session(self, secret: str | None) -> tuple[str, WebSession]:
        session = secret and await self._storage.web_sessions.get(digest_of(secret))
        if not secret or not session:
            raise SignedOut
        return secret, session

    async def _known(self, session: WebSession) -> Actor | None:
        """Return who somebody is; who comes often is asked about before what is known is old."""
        whose = (session.community, session.user)
        seen = self._seen.get(whose)
        if seen and seen.age_s < _FRESH_S:
            return seen.actor
        asking = self._asking.get(whose) or self._begin(whose, session)
        if seen and seen.age_s < _KEPT_S:
            return seen.actor
        await asyncio.wait({asking}, timeout=_PATIENCE_S)
        if asking.done() and not asking.cancelled() and not asking.exception():
            return asking.result()
        if seen and seen.age_s < _LONGEST_S:
            return seen.actor
        raise Unsure

    def _begin(self, whose: _Person, session: WebSession) -> "asyncio.Task[Actor | None]":
        asking = asyncio.create_task(self._ask(whose, session))
        self._asking[whose] = asking

        def done(task: "asyncio.Task[Actor | None]") -> None:
            del self._asking[whose]
            if not task.cancelled() and (error := task.exception()):
                log.info("it is not known who a visitor is: %r", error)

        asking.add_done_callback(done)
        return asking

    async def _ask(self, whose: _Person, session: WebSession) -> Actor | None:
        actor = await self._asked(session)
        if len(self._seen) >= _MOST:
            self._seen.clear()
        if actor is None:
            self._seen.pop(whose, None)
        else:
            self._seen[whose] = _Seen(actor, time.monotonic())
        return actor

    async def _asked(self, session: WebSession) -> Actor | None:
        people = self._people.get(platform_of(session.community))
        if people is None:  # its door is not open, or not yet
            raise PlatformSilent
        async with asyncio.timeout(_LONGEST_S):
            language = Language(session.language)
            actor = await people.who(session.community, session.user, language)
        return actor and replace(actor, is_known=True)

    def _names(self, community: str) -> NamesOfPeople:
        people = self._people.get(platform_of(community))
        return partial(people.names, community) if people else nobody_is_known


def platform_of(community: str) -> str:
    """Return the platform that a community is of."""
    return community.partition(":")[0]


def _place(community: str) -> Place:
    return Place(
        PLATFORM,
        community,
        "",
        has_pages=True,
        most_file_bytes=_MOST_FILE_BYTES,
        is_private_property=platform_of(community) == _TERMINAL,
    )
