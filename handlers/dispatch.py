"""The only way from a request to a reply: language, checks, options, run, say what failed.

Nothing here raises but a cancellation: whatever goes wrong becomes a reply.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from handlers.commands import COMMANDS, CONTROLS, MESSAGE_ACTIONS
from handlers.guard.checks import Check, passed, rate_check, role_check
from handlers.guard.dedupe import RecentEvents
from handlers.guard.failures import FORESEEN, crash, known_failure
from handlers.guard.observer import CANCELLED, OK, UNKNOWN, Happening, Observer, log_happening, tell
from handlers.guard.rate_limit import RateLimit
from handlers.people.me import in_chosen_language
from handlers.reading.completion import Completion, complete
from handlers.reading.grammar import find_command, parse
from handlers.reading.options import check
from handlers.services import Services
from handlers.table import Command
from handlers.types import (
    Actor,
    Language,
    Place,
    Press,
    ProgressSink,
    Reply,
    Request,
    Role,
    UserError,
)
from models.canonical import folded, without_surrogates
from models.results import Task
from storage.errors import StorageError

Asked = TypeVar("Asked", Request, Press)

log = logging.getLogger(__name__)


class Dispatcher:
    """Runs commands and presses for every door."""

    def __init__(
        self,
        services: Services,
        commands: Sequence[Command] = COMMANDS,
        observers: Sequence[Observer] = (log_happening,),
    ) -> None:
        """`observers` are told of every request once it is over, in this order."""
        self._services = services
        self._commands = commands
        self._observers = observers
        self._formal = (*commands, *(action.command for action in MESSAGE_ACTIONS))
        self._recent_events = RecentEvents()
        self._may = role_check(services.storage.settings)
        self._checks = (self._may, rate_check(RateLimit(services.rules.commands_a_minute)))
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

    async def known(self, actor: Actor, place: Place) -> Actor:
        """Return the actor with the language that they have chosen here."""
        return await in_chosen_language(actor, place.community, self._services.storage.choices)

    async def refusal(self, command: str, actor: Actor, place: Place) -> Reply | None:
        """Return why somebody may not give a command now, before anything is fetched for it."""
        try:
            needed = find_command(command, self._formal).role
            await passed(self._checks, actor, place, needed)
        except FORESEEN as error:
            return known_failure(error, (await self.known(actor, place)).language)
        return None

    async def run(self, request: Request) -> Reply:
        """Run a command whose options a form has given."""
        return await self._answer(request, partial(self._run, checks=self._checks))

    async def look(self, request: Request) -> Reply:
        """Run a command for an overview: nobody has given it, so it does not count as one more."""
        return await self._answer(request, partial(self._run, checks=(self._may,)))

    async def run_line(
        self, line: str, actor: Actor, place: Place, progress: ProgressSink
    ) -> Reply:
        """Run a command as somebody typed it, such as `/classify I love this top:2`."""

        async def parse_and_run(request: Request) -> Reply:
            parsed = parse(without_surrogates(line), self._commands)
            request = replace(request, command=parsed.command.name.en, options=parsed.options)
            return await self._run(request, checks=self._checks)

        name = line[:40].partition(" ")[0].removeprefix("/")
        return await self._answer(Request(name, {}, actor, place, progress), parse_and_run)

    async def press(self, press: Press) -> Reply:
        """Run a press of a control."""
        return await self._answer(press, self._press)

    def is_long(self, line: str) -> bool:
        """Tell whether a typed line may run for minutes."""
        with contextlib.suppress(UserError):
            parsed = parse(without_surrogates(line), self._commands)
            return parsed.command.is_long(parsed.options)
        return False

    def completions(self, line: str, actor: Actor, place: Place) -> Sequence[Completion]:
        """Return what could be typed next, from memory."""
        self._know(place.community)
        return complete(line, actor, self._commands, partial(self._names, place.community))

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

    async def _answer(self, asked: Asked, run: Callable[[Asked], Awaitable[Reply]]) -> Reply:
        """Run in the language of the one who asks, and tell the observers what came of it."""
        begun_s, outcome = time.monotonic(), CANCELLED
        try:
            reply = await self._safely(asked, run)
            outcome = reply.error.code if reply.error else OK
            return reply
        finally:
            is_press, seconds = isinstance(asked, Press), time.monotonic() - begun_s
            what, user = self._name_of(asked), asked.actor.id
            tell(self._observers, Happening(what, is_press, user, asked.place, outcome, seconds))

    async def _safely(self, asked: Asked, run: Callable[[Asked], Awaitable[Reply]]) -> Reply:
        language = asked.actor.language
        try:
            try:
                asked = await self._in_their_language(asked)
                language = asked.actor.language
                reply = await run(asked)
            except FORESEEN as error:
                reply = known_failure(error, language)
        except Exception as error:
            what = asked.control[:40] if isinstance(asked, Press) else f"/{asked.command}"
            reply = crash(error, what, language)
        return _in_language(reply, language)

    async def _in_their_language(self, asked: Asked) -> Asked:
        actor, progress = await self.known(asked.actor, asked.place), asked.progress
        return replace(
            asked,
            actor=actor,
            progress=lambda reply: progress(_in_language(reply, actor.language)),
        )

    def _name_of(self, asked: Request | Press) -> str:
        """Return the name of what was asked for, which is one of few, whatever was typed."""
        if isinstance(asked, Press):
            prefix = asked.control.partition(":")[0]
            return prefix if any(family.prefix == prefix for family in CONTROLS) else UNKNOWN
        with contextlib.suppress(UserError):
            return find_command(asked.command, self._formal).name.en
        return UNKNOWN

    async def _run(self, request: Request, checks: Sequence[Check]) -> Reply:
        command = find_command(request.command, self._formal)
        actor = await passed(checks, request.actor, request.place, command.role)
        options = check(command, request.options)
        checked = Request(command.name.en, options, actor, request.place, request.progress)
        reply = await command.handler(checked, self._services)
        if command.role is Role.ADMIN:  # it may have trained something
            await self._look_up(request.place.community)
        return replace(reply, visibility=command.visibility)

    async def _press(self, press: Press) -> Reply:
        prefix = press.control.partition(":")[0]
        for family in CONTROLS:
            if family.prefix == prefix:
                actor = await passed(self._checks, press.actor, press.place, family.role)
                value = press.value and without_surrogates(press.value)
                checked = replace(press, value=value, actor=actor)
                return await family.handler(checked, self._services)
        raise UserError("unknown_control", control=press.control)


def _in_language(reply: Reply, language: Language) -> Reply:
    """Say in which language a reply is, unless it says so itself."""
    return reply if reply.language else replace(reply, language=language)
