"""Finds in the table what somebody asked for: a command, its action, a form's, a control."""

from collections.abc import Sequence

from handlers.reading.keyboard import keys_of
from handlers.reading.spelling import nearest
from handlers.reading.topics import topic_of
from handlers.table import Action, Command, ControlFamily, MessageAction
from handlers.types import Language, UserError
from models.canonical import folded


class CommandTable:
    """The table, and an index of its names in both languages."""

    def __init__(
        self,
        commands: Sequence[Command],
        message_actions: Sequence[MessageAction] = (),
        controls: Sequence[ControlFamily] = (),
    ) -> None:
        self.commands = tuple(commands)
        self.message_actions = tuple(message_actions)
        self.families = tuple(controls)
        self._by_name = {n: each for each in commands for n in (each.name.en, each.name.ko)}
        self._by_keys = {keys_of(name): name for name in self._by_name}
        self._by_id = {run.full_name.en: run for command in commands for run in command.runs}
        self._by_prefix = {family.prefix: family for family in self.families}

    def knows(self, name: str) -> bool:
        """Tell whether a command is called so, in English or in Korean."""
        return folded(name) in self._by_name

    def find(self, name: str) -> Command:
        """Return the command of an English or Korean name.

        Raises:
            UserError: there is none.
        """
        command = self._by_name.get(folded(name))
        if command is None:
            meant = topic_of(name) or self._by_keys.get(keys_of(name))
            close = [meant] if meant else nearest(name, self._by_name)
            raise UserError("unknown_command", name=name, nearest=[f"/{each}" for each in close])
        return command

    def of_form(self, name: str) -> Action:
        """Return what a form is of, by the full English name that stands in the form's id.

        Raises:
            UserError: the form is none of ours.
        """
        run = self._by_id.get(name)
        if run is None:
            raise UserError("unknown_control", control=name)
        return run

    def name_of(self, full_name: str, language: Language) -> str:
        """Return what a command is called, by its full English name; one that is gone keeps it."""
        run = self._by_id.get(full_name)
        return run.full_name.to(language) if run else full_name

    def message_action(self, name: str) -> MessageAction:
        """Return the message action of an English name.

        Raises:
            UserError: there is none.
        """
        for action in self.message_actions:
            if action.name.en == name:
                return action
        raise UserError("unknown_control", control=name)

    def family(self, control: str) -> ControlFamily:
        """Return the family of a control.

        Raises:
            UserError: it is none of ours.
        """
        family = self._by_prefix.get(control.partition(":")[0])
        if family is None:
            raise UserError("unknown_control", control=control)
        return family


def find_action(command: Command, word: str) -> Action:
    """Return the action of an English or Korean name; a command without actions is its own.

    Raises:
        UserError: there is none of that name, or none is named.
    """
    if not command.actions:
        return command
    by_name = {name: each for each in command.actions for name in (each.name.en, each.name.ko)}
    action = by_name.get(folded(word))
    if action is None:
        meant = topic_of(f"{command.name.en} {word}") or topic_of(f"{command.name.ko} {word}")
        raise UserError(
            "unknown_action" if word else "action_missing",
            name=word,
            command=command.name,
            actions=[each.name for each in command.actions],
            nearest=[f"/{meant}"] if meant else nearest(word, by_name) if word else [],
        )
    return action
