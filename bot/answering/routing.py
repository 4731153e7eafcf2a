"""What the chat platforms' doors decide alike: a form or not, who sees an answer, what it replaces.

A door reads what its platform delivers into a `Visit` and words of the table, and draws.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.answering.in_flight import AnswersInFlight
from bot.answering.screen import Screen, Showing
from handlers.dispatch import Dispatcher
from handlers.table import Action, ControlFamily, Kind
from handlers.types import (
    Actor,
    Language,
    NamesOfPeople,
    OptionValue,
    Place,
    Press,
    Request,
    UserError,
    Visibility,
    nobody_is_known,
)

Options = Mapping[str, OptionValue]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who asks, where, and what an answer would be shown on."""

    actor: Actor
    place: Place
    screen: Callable[[Showing], Screen]
    names: NamesOfPeople = nobody_is_known


class Router:
    """Takes each thing that was asked to the dispatcher, and lets its answer be shown."""

    def __init__(self, dispatcher: Dispatcher, in_flight: AnswersInFlight) -> None:
        self._dispatcher = dispatcher
        self._in_flight = in_flight

    def run(
        self,
        visit: Visit,
        command: Action,
        options: Options,
        complete: Callable[[Options], Awaitable[Options]] | None = None,
    ) -> None:
        """Run a command.

        Args:
            visit: who asks.
            command: what for.
            options: as they came.
            complete: fetches what is missing in them, once somebody may give the command.
        """
        is_private = command.is_private(options)
        self._begin(visit, command, options, complete, is_private=is_private)

    def run_form(
        self,
        visit: Visit,
        command: Action,
        options: Options,
        complete: Callable[[Options], Awaitable[Options]] | None = None,
    ) -> None:
        """Run a command with what a form was filled in with; see `run`.

        Raises:
            UserError: a line of its text begins with a command.
        """
        self._dispatcher.refuse_pasted(command, options, visit.place)
        self.run(visit, command, options, complete)

    def run_on_message(
        self,
        visit: Visit,
        command: Action,
        read: Callable[[], Awaitable[str]],
    ) -> None:
        """Run a command with somebody's message as its text, for the one who asked alone.

        Args:
            visit: who asks.
            command: of the message action.
            read: reads the text; it may raise a `UserError`.
        """
        free = command.free_option
        assert free, "a message action's command takes a text"

        async def complete(options: Options) -> Options:
            return {**options, free.name.en: await read()}

        self._begin(visit, command, {}, complete, is_private=True)

    def press(self, visit: Visit, control: str, value: str | None, *, is_private: bool) -> None:
        """Press a control.

        Args:
            visit: who presses.
            control: its id.
            value: what was chosen, or typed in place of it.
            is_private: only they see the message that it stands in.
        """
        family = self._family(control)
        is_for_one = family is None or family.visibility is Visibility.PRIVATE
        # A question that only they see, such as which label is right, turns into its answer; what
        # everybody sees never turns into what one of them alone should see.
        is_question = value is not None and is_private
        is_in_place = family is not None and family.is_in_place and (is_private or not is_for_one)
        showing = Showing(is_for_one, is_in_place=is_question or is_in_place)
        actor, place = visit.actor, visit.place
        self._in_flight.begin(
            visit.screen(showing),
            actor.language,
            lambda progress: self._dispatcher.press(Press(control, value, actor, place, progress)),
            is_long=family is not None and family.is_long,
            chosen=partial(self._chosen_language, visit),
        )

    def _begin(
        self,
        visit: Visit,
        command: Action,
        options: Options,
        complete: Callable[[Options], Awaitable[Options]] | None,
        *,
        is_private: bool,
    ) -> None:
        request = partial(Request, command, options, visit.actor, visit.place, names=visit.names)
        is_shareable = is_private and command.is_shareable and not command.stays_open
        self._in_flight.begin(
            visit.screen(Showing(is_private, is_shareable=is_shareable)),
            visit.actor.language,
            lambda progress: self._dispatcher.run(request(progress), complete),
            is_long=command.is_long_with(options),
            chosen=partial(self._chosen_language, visit),
        )

    async def _chosen_language(self, visit: Visit) -> Language:
        return (await self._dispatcher.known(visit.actor, visit.place)).language

    def _family(self, control: str) -> ControlFamily | None:
        try:
            return self._dispatcher.table.family(control)
        except UserError:  # the dispatcher says it in words
            return None


def wants_form(command: Action, options: Options, *, has_files: bool = False) -> bool:
    """Tell whether a command opens a form, which has room for the text or the files that it lacks.

    Args:
        command: that was given.
        options: as they came.
        has_files: a form of this platform takes files; elsewhere what was attached would be lost.
    """
    lacks = command.lacks(options)
    files = [option for option in command.options if option.kind is Kind.FILE]
    if not has_files and any(each in lacks or each.name.en in options for each in files):
        return False
    return any(option.takes_free_text or option.kind is Kind.FILE for option in lacks)
