"""The only way from a request to a reply: check the options, check the role, run, say what failed.

Nothing here raises but a cancellation: whatever goes wrong becomes a reply.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from handlers.commands import COMMANDS, CONTROLS
from handlers.completion import Completion, complete
from handlers.failures import FORESEEN, crash, known_failure
from handlers.grammar import find_command, parse
from handlers.options import check, without_surrogates
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
from models.results import Task
from storage.errors import StorageError


class Dispatcher:
    """Runs commands and presses for every door."""

    def __init__(self, services: Services, commands: Sequence[Command] = COMMANDS) -> None:
        self._services = services
        self._commands = commands
        self._trained: dict[str, Sequence[str]] = {}
        self._looking: set[asyncio.Task[None]] = set()

    async def run(self, request: Request) -> Reply:
        """Run a command whose options a form has given."""
        return await self._safely(
            lambda: self._run(request), f"/{request.command}", request.actor.language
        )

    async def run_line(
        self, line: str, actor: Actor, place: Place, progress: ProgressSink
    ) -> Reply:
        """Run a command as somebody typed it, such as `/classify I love this top:2`."""

        async def parse_and_run() -> Reply:
            parsed = parse(without_surrogates(line), self._commands)
            name = parsed.command.name.en
            return await self._run(Request(name, parsed.options, actor, place, progress))

        return await self._safely(parse_and_run, line[:40].partition(" ")[0], actor.language)

    async def press(self, press: Press) -> Reply:
        """Run a press of a control."""
        return await self._safely(
            lambda: self._press(press), press.control[:40], press.actor.language
        )

    def is_long(self, line: str) -> bool:
        """Tell whether a typed line may run for minutes."""
        with contextlib.suppress(UserError):
            parsed = parse(without_surrogates(line), self._commands)
            return parsed.command.is_long(parsed.options)
        return False

    def completions(self, line: str, actor: Actor, place: Place) -> Sequence[Completion]:
        """Return what could be typed next, from memory."""
        if place.community not in self._trained:
            self._trained[place.community] = ()
            task = asyncio.get_running_loop().create_task(self._look_up(place.community))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)
        return complete(line, actor, self._commands, partial(self._names, place.community))

    def _names(self, community: str, task: Task | None) -> Sequence[str]:
        """What can be asked to do a task; what a community has trained are classifiers."""
        trained = self._trained[community] if task is not Task.FILL_MASK else ()
        return [*self._services.models.names(task), *trained]

    async def _look_up(self, community: str) -> None:
        """Take into memory what a community has trained, for the completions."""
        with contextlib.suppress(StorageError):
            versions = await self._services.storage.versions.all(community)
            self._trained[community] = [each.full_name for each in versions]

    async def _run(self, request: Request) -> Reply:
        command = find_command(request.command, self._commands)
        _check_role(request.actor.role, command.role)
        options = check(command, request.options)
        checked = Request(command.name.en, options, request.actor, request.place, request.progress)
        reply = await command.handler(checked, self._services)
        if command.role is Role.ADMIN:  # it may have trained something
            await self._look_up(request.place.community)
        return replace(reply, visibility=command.visibility)

    async def _press(self, press: Press) -> Reply:
        prefix = press.control.partition(":")[0]
        for family in CONTROLS:
            if family.prefix == prefix:
                _check_role(press.actor.role, family.role)
                value = press.value and without_surrogates(press.value)
                return await family.handler(replace(press, value=value), self._services)
        raise UserError("unknown_control", control=press.control)

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


def _check_role(has: Role, needs: Role) -> None:
    if has < needs:
        raise UserError(f"role_{needs.name.lower()}")
