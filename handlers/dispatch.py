"""The only way from a request to a reply: role, rate, options, run, say what failed.

Nothing here raises but a cancellation: whatever goes wrong becomes a reply.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from math import ceil

from handlers.commands import TABLE
from handlers.guard.dedupe import RecentEvents
from handlers.guard.failures import FORESEEN, crash, known_failure
from handlers.guard.rate_limit import RateLimit
from handlers.guard.roles import with_granted_role
from handlers.reading.completion import Completion, complete
from handlers.reading.files import fetch_files
from handlers.reading.grammar import Parsed, parse
from handlers.reading.lookup import CommandTable
from handlers.reading.options import check
from handlers.services import Services
from handlers.table import Action
from handlers.types import (
    Actor,
    Language,
    Place,
    Press,
    Reply,
    Request,
    Role,
    UserError,
)
from models.canonical import folded, without_surrogates
from models.results import Task
from storage.errors import StorageError

log = logging.getLogger(__name__)


class Dispatcher:
    """Runs commands and presses for every door."""

    def __init__(self, services: Services, table: CommandTable = TABLE) -> None:
        self.table = table
        self._services = services
        self._recent_events = RecentEvents()
        self._rate = RateLimit(services.rules.commands_a_minute)
        self._trained: dict[str, Sequence[str]] = {}
        self._looking: set[asyncio.Task[None]] = set()

    def is_new(self, event: str) -> bool:
        """Tell whether a platform delivers an event for the first time; a repeated one is dropped.

        Args:
            event: the platform's id of it, such as `discord:1234`.
        """
        return self._recent_events.is_new(event)

    async def take(self, event: str) -> bool:
        """Tell the same across restarts, for a platform that delivers again for hours.

        What cannot be stored counts as new: better twice than never.
        """
        try:
            return await self._services.storage.seen_events.take(event)
        except StorageError:
            log.warning("an event could not be remembered", exc_info=True)
            return True

    async def refusal(self, command: Action, actor: Actor, place: Place) -> Reply | None:
        """Return why somebody may not give a command now, before anything is fetched for it."""
        try:
            await self._allowed(actor, place, command.role)
        except FORESEEN as error:
            return known_failure(error, actor.language)
        return None

    async def run(self, request: Request) -> Reply:
        """Run a command whose options a form has given."""
        return await self._safely(
            lambda: self._run(request), _name(request), request.actor.language
        )

    async def look(self, request: Request) -> Reply:
        """Run a command for an overview: nobody has given it, so it does not count as one more."""
        return await self._safely(
            lambda: self._run(request, is_counted=False), _name(request), request.actor.language
        )

    def read(self, line: str, language: Language) -> Parsed | Reply:
        """Take apart what somebody typed, or say why that cannot be done."""
        try:
            return parse(without_surrogates(line), self.table)
        except UserError as error:
            return known_failure(error, language)
        except Exception as error:
            return crash(error, line[:40].partition(" ")[0], language)

    async def press(self, press: Press) -> Reply:
        """Run a press of a control."""
        return await self._safely(
            lambda: self._press(press), press.control[:40], press.actor.language
        )

    def is_long_press(self, control: str) -> bool:
        """Tell whether what a control does may run for minutes."""
        with contextlib.suppress(UserError):
            return self.table.family(control).is_long
        return False

    def completions(self, line: str, actor: Actor, place: Place) -> Sequence[Completion]:
        """Return what could be typed next, from memory."""
        self._know(place.community)
        return complete(line, actor, self.table, partial(self._names, place.community))

    def model_names(self, typed: str, task: Task | None, place: Place) -> Sequence[str]:
        """Return the models whose name holds what was typed, from memory; best fits first."""
        self._know(place.community)
        word = folded(typed)
        fitting = [name for name in self._names(place.community, task) if word in folded(name)]
        return sorted(fitting, key=lambda name: not folded(name).startswith(word))

    def _know(self, community: str) -> None:
        """Begin to look up what a community has trained, the first time that it is asked."""
        if community not in self._trained:
            self._trained[community] = ()
            task = asyncio.get_running_loop().create_task(self._look_up(community))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)

    def _names(self, community: str, task: Task | None) -> Sequence[str]:
        """What can be asked to do a task; what a community has trained are classifiers."""
        trained = self._trained[community] if task is not Task.FILL_MASK else ()
        return [*self._services.models.names(task), *trained]

    async def _look_up(self, community: str) -> None:
        """Take into memory what a community has trained, for the completions."""
        with contextlib.suppress(StorageError):
            versions = await self._services.storage.versions.all(community)
            self._trained[community] = [each.full_name for each in versions]

    async def _run(self, request: Request, *, is_counted: bool = True) -> Reply:
        command = request.command
        actor = await self._permitted(request.actor, request.place, command.role)
        if is_counted:
            self._count(actor, request.place)
        options = await fetch_files(command, check(command, request.options))
        checked = replace(request, options=options, actor=actor)
        reply = await command.handler(checked, self._services)
        if command.role is Role.ADMIN:  # it may have trained something
            await self._look_up(request.place.community)
        return reply

    async def _press(self, press: Press) -> Reply:
        family = self.table.family(press.control)
        actor = await self._allowed(press.actor, press.place, family.role)
        value = press.value and without_surrogates(press.value)
        return await family.handler(replace(press, value=value, actor=actor), self._services)

    async def _allowed(self, actor: Actor, place: Place, needed: Role) -> Actor:
        """Return the actor as this community sees them, if they may.

        Raises:
            UserError: their role is too low, or they ask too often.
        """
        actor = await self._permitted(actor, place, needed)
        self._count(actor, place)
        return actor

    async def _permitted(self, actor: Actor, place: Place, needed: Role) -> Actor:
        """Return the actor as this community sees them.

        Raises:
            UserError: their role is too low.
        """
        actor = await with_granted_role(actor, place.community, self._services.storage.settings)
        if actor.role < needed:
            raise UserError(f"role_{needed.name.lower()}")
        return actor

    def _count(self, actor: Actor, place: Place) -> None:
        """Count one more from somebody.

        Raises:
            UserError: they ask too often.
        """
        wait_s = 0.0 if place.is_private_property else self._rate.wait_s(actor.id)
        if wait_s:
            raise UserError("too_often", seconds=ceil(wait_s))

    async def _safely(
        self, run: Callable[[], Awaitable[Reply]], what: str, language: Language
    ) -> Reply:
        try:
            try:
                return await run()
            except FORESEEN as error:
                return known_failure(error, language)
        except Exception as error:
            return crash(error, what, language)


def _name(request: Request) -> str:
    return f"/{request.command.full_name.en}"
