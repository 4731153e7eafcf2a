"""The only way from a request to a reply: language, checks, options, run, say what failed.

Nothing here raises but a cancellation: whatever goes wrong becomes a reply.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from handlers.commands import TABLE
from handlers.guard.checks import Check, passed, rate_check, rate_checks, role_check, usual_limits
from handlers.guard.dedupe import RecentEvents
from handlers.guard.failures import FORESEEN, crash, known_failure
from handlers.guard.log_context import ASKED_IN
from handlers.guard.observer import CANCELLED, OK, UNKNOWN, Happening, Observer, log_happening, tell
from handlers.guard.rate_limit import RateLimit
from handlers.people.me import in_chosen_language
from handlers.reading.completion import Completion, complete
from handlers.reading.files import fetch_files
from handlers.reading.grammar import Parsed, parse
from handlers.reading.known_names import KnownNames
from handlers.reading.lookup import CommandTable
from handlers.reading.options import check
from handlers.reading.pasted import refuse_commands_in
from handlers.services import Services
from handlers.table import Action
from handlers.types import (
    Actor,
    Language,
    OptionValue,
    Place,
    Press,
    Reply,
    Request,
    Role,
    UserError,
)
from handlers.watching.telling import tells, with_notices
from models.canonical import without_surrogates
from storage.errors import StorageError

_NOT_OURS_TO_CATCH = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends the one who works, not only the work."""

Asked = TypeVar("Asked", Request, Press)
Complete = Callable[[Mapping[str, OptionValue]], Awaitable[Mapping[str, OptionValue]]]
Work = Callable[[Actor], Awaitable[Reply]]
_VIEWS = 10
"""So many times as often a page may ask for who opens it: it has several parts."""
_AT_ONCE_S = 10.0

log = logging.getLogger(__name__)


class Dispatcher:
    """Runs commands and presses for every door."""

    def __init__(
        self,
        services: Services,
        table: CommandTable = TABLE,
        observers: Sequence[Observer] = (log_happening,),
    ) -> None:
        """`observers` are told of every request once it is over, in this order."""
        self.table = table
        self._services = services
        self._observers = observers
        self._recent_events = RecentEvents()
        self._may = role_check(services.storage.settings)
        a_minute = services.rules.commands_a_minute
        usual, looks = usual_limits(a_minute), RateLimit(a_minute)
        views = RateLimit(a_minute * _VIEWS)
        paces = {family.prefix: pace for family in table.families if (pace := family.pace)}
        paced = {name: RateLimit(pace.a_minute) for name, pace in paces.items()}
        self.limits = {**usual, "looks": looks, "views": views, **paced}
        """All that is counted here, by its name."""
        self._checks = (self._may, *rate_checks(usual))
        self._looks = (self._may, rate_check(looks))
        self._views = (self._may, rate_check(views))
        self._paced = {
            name: (self._may, rate_check(paced[name], pace.too_fast))
            for name, pace in paces.items()
        }
        self.names = KnownNames(services)

    @property
    def is_shared(self) -> bool:
        """Whether another process may be given the same event."""
        return self._services.others.is_shared

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

    async def is_first(self, what: str) -> bool:
        """Tell whether nobody has just done something in another process, such as a press twice.

        What cannot be looked up is done: better twice than never.
        """
        if not self.is_shared:
            return True
        try:
            return await self._services.others.take_turn(what, _AT_ONCE_S)
        except StorageError:
            log.warning("other processes could not be asked", exc_info=True)
            return True

    async def known(self, actor: Actor, place: Place) -> Actor:
        """Return the actor with the language that they have chosen here."""
        return await in_chosen_language(actor, place.community, self._services.storage.choices)

    async def run(self, request: Request, complete: Complete | None = None) -> Reply:
        """Run a command whose options a form has given.

        Args:
            request: what was asked.
            complete: fetches what is missing in its options, once somebody may give the command.
        """
        return await self._run(request, self._checks, complete)

    def refuse_pasted(
        self, command: Action, options: Mapping[str, OptionValue], place: Place
    ) -> None:
        """Let nobody's second command be read as a text of the first, which a form has.

        Raises:
            UserError: a line of the text begins with a command.
        """
        free = command.free_option
        text = options.get(free.name.en) if free else None
        if isinstance(text, str):
            refuse_commands_in(text, self.table, place.command_prefix)

    async def look(self, request: Request) -> Reply:
        """Run a command for an overview: nobody has given it, so it counts for itself."""
        checks = self._views if request.place.has_pages else self._looks
        return await self._run(request, checks)

    def read(self, line: str) -> Parsed | Exception:
        """Take apart what somebody typed; what stands in the way is for `refuse`."""
        try:
            line = without_surrogates(line)
            parsed = parse(line, self.table)
            refuse_commands_in(line, self.table)
        except Exception as error:
            return error
        return parsed

    async def refuse(self, error: Exception, actor: Actor, place: Place) -> Reply:
        """Say why what somebody typed could not be read; it counts as one more all the same."""

        async def fail(actor: Actor) -> Reply:
            await passed(self._checks, actor, place, Role.SHUT_OUT)
            raise error

        return await self._answer(UNKNOWN, actor, place, fail)

    async def press(self, press: Press) -> Reply:
        try:
            family = self.table.family(press.control)
        except UserError as error:
            return await self.refuse(error, press.actor, press.place)

        checks = self._paced.get(family.prefix, self._checks)

        async def work(actor: Actor) -> Reply:
            mine = _by(press, await passed(checks, actor, press.place, family.role))
            if press.value and not family.takes_value:
                raise UserError("no_value", control=press.control, value=press.value)
            value = press.value and without_surrogates(press.value)
            return await family.handler(replace(mine, value=value), self._services)

        return await self._answer(f"{family.prefix}:", press.actor, press.place, work)

    def role_of_press(self, control: str) -> Role:
        """Return what somebody has to be to press a control; anybody may press an unknown one."""
        with contextlib.suppress(UserError):
            return self.table.family(control).role
        return Role.MEMBER

    def is_long_press(self, control: str) -> bool:
        with contextlib.suppress(UserError):
            return self.table.family(control).is_long
        return False

    def completions(self, line: str, actor: Actor, place: Place) -> Sequence[Completion]:
        """Return what could be typed next, from memory."""
        self.names.refresh(place.community)
        return complete(line, actor, self.table, partial(self.names.of, place.community))

    async def _run(
        self, request: Request, checks: Sequence[Check], complete: Complete | None = None
    ) -> Reply:
        command = request.command

        async def work(actor: Actor) -> Reply:
            mine = _by(request, await passed(checks, actor, request.place, command.role))
            given = await complete(request.options) if complete else request.options
            options = await fetch_files(command, check(command, given))
            letters = sum(len(one) for one in options.values() if isinstance(one, str))
            done = await self._services.quota.ask(mine.actor, request.place, letters)
            try:
                reply = await command.handler(replace(mine, options=options), self._services)
            finally:
                done()
            if tells(command, mine.actor.role):
                where, language = request.place.community, mine.actor.language
                reply = await with_notices(reply, self._services, where, language)
            if command.role >= Role.MODERATOR:  # it may have made or trained something
                await self.names.look_up(request.place.community)
            return reply

        return await self._answer(f"/{command.full_name.en}", request.actor, request.place, work)

    async def _answer(self, what: str, actor: Actor, place: Place, work: Work) -> Reply:
        """Work in the language of the one who asks, and tell the observers what came of it."""
        begun_s, outcome = time.monotonic(), CANCELLED
        before = ASKED_IN.set(place)
        try:
            reply = await self._safely(what, actor, place, work)
            outcome = reply.error.code if reply.error else OK
            return reply
        finally:
            seconds = time.monotonic() - begun_s
            tell(self._observers, Happening(what, actor.id, place, outcome, seconds))
            ASKED_IN.reset(before)

    async def _safely(self, what: str, actor: Actor, place: Place, work: Work) -> Reply:
        try:
            try:
                actor = await self.known(actor, place)
                reply = await work(actor)
            except FORESEEN as error:
                reply = known_failure(error, actor.language)
        except _NOT_OURS_TO_CATCH:
            raise
        except BaseException as error:  # a panic in Rust, such as a tokenizer's, is no Exception
            reply = crash(error, what, actor.language)
        return _in_language(reply, actor.language)


def _by(asked: Asked, actor: Actor) -> Asked:
    """Return what was asked, by the actor as they are known here, and told of in their language."""

    async def progress(reply: Reply) -> None:
        await asked.progress(_in_language(reply, actor.language))

    return replace(asked, actor=actor, progress=progress)


def _in_language(reply: Reply, language: Language) -> Reply:
    """Say in which language a reply is, unless it says so itself."""
    return reply if reply.language else replace(reply, language=language)
