"""The table as Discord's application commands: a pure function from `handlers.commands` to JSON.

https://docs.discord.com/developers/interactions/application-commands
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from discord import AppCommandOptionType, AppCommandType, Permissions

from handlers.commands import COMMANDS, MESSAGE_ACTIONS
from handlers.table import Action, Bilingual, Command, Kind, MessageAction, Option
from handlers.types import Role

Payload = dict[str, Any]
"""A command as Discord takes it and, with more keys, gives it back."""

LONGEST_TEXT = 6_000
"""What a text option can hold on Discord; a file or the message menu takes more."""
LONGEST_MODEL = 200
LONGEST_NAME = 32

_KOREAN = "ko"
_ON_SERVERS, _FOR_PEOPLE = 0, 1
_IN_SERVERS, _IN_OUR_CHAT, _IN_OTHER_CHATS = 0, 1, 2
_TYPES = {
    Kind.INTEGER: AppCommandOptionType.integer,
    Kind.GROUP: AppCommandOptionType.mentionable,
    Kind.FILE: AppCommandOptionType.attachment,
}
_PERMISSIONS = {
    Role.SHUT_OUT: None,
    Role.ASKER: None,
    Role.MEMBER: None,
    Role.MODERATOR: Permissions(manage_messages=True).value,
    Role.ADMIN: Permissions(manage_guild=True).value,
}
"""As numbers: so says Discord's OpenAPI and so sends discord.py; the guide says strings."""


def payloads(
    commands: Sequence[Command] = COMMANDS, actions: Sequence[MessageAction] = MESSAGE_ACTIONS
) -> list[Payload]:
    """Return the body of a bulk overwrite: slash commands, then what stands in message menus."""
    return [*map(_slash, commands), *map(_menu_entry, actions)]


def fingerprint(commands: Sequence[Payload]) -> str:
    """Return a hash that changes with anything that Discord would be told."""
    canonical = json.dumps(commands, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _slash(command: Command) -> Payload:
    return {
        "type": AppCommandType.chat_input.value,
        **_named(command.name),
        **_described(command.description),
        "options": [_subcommand(action) for action in command.actions] or _options(command),
        **_reach(*command.runs),
    }


def _subcommand(action: Action) -> Payload:
    return {
        "type": AppCommandOptionType.subcommand.value,
        **_named(action.name),
        **_described(action.description),
        "options": _options(action),
    }


def _options(run: Action) -> list[Payload]:
    options = [_option(option) for option in run.options]
    return sorted(options, key=lambda option: not option["required"])


def _menu_entry(action: MessageAction) -> Payload:
    return {
        "type": AppCommandType.message.value,
        **_named(action.name),
        **_reach(action.command),
    }


def _reach(*runs: Action) -> Payload:
    """Who sees it and where: what takes a role or a member is for servers, the rest for all."""
    needs_server = any(option.kind is Kind.GROUP for run in runs for option in run.options)
    return {
        "default_member_permissions": _PERMISSIONS[min(run.role for run in runs)],
        "integration_types": [_ON_SERVERS] if needs_server else [_ON_SERVERS, _FOR_PEOPLE],
        "contexts": [_IN_SERVERS] if needs_server else [_IN_SERVERS, _IN_OUR_CHAT, _IN_OTHER_CHATS],
    }


def _option(option: Option) -> Payload:
    """Return one option; free text may be left out, as a bare command opens a form for it."""
    return {
        "type": _TYPES.get(option.kind, AppCommandOptionType.string).value,
        **_named(option.name),
        **_described(option.description),
        "required": option.is_required and not option.takes_free_text and not option.unless,
        **_limits(option),
    }


def _limits(option: Option) -> Payload:
    match option.kind:
        case Kind.TEXT:
            most = min(option.maximum or LONGEST_TEXT, LONGEST_TEXT)
            return {"min_length": option.minimum or 1, "max_length": most}
        case Kind.NAME:
            return {"min_length": 1, "max_length": LONGEST_NAME}
        case Kind.MODEL | Kind.DATASET | Kind.COMMAND:
            most = min(option.maximum or LONGEST_MODEL, LONGEST_MODEL)
            return {"autocomplete": True, "min_length": 1, "max_length": most}
        case Kind.CHOICE:
            return {"choices": [{**_named(c), "value": c.en} for c in option.choices]}
        case Kind.INTEGER:
            bounds = {"min_value": option.minimum, "max_value": option.maximum}
            return {key: value for key, value in bounds.items() if value is not None}
        case Kind.GROUP | Kind.FILE:
            return {}


def _named(name: Bilingual) -> Payload:
    return {"name": name.en, "name_localizations": {_KOREAN: name.ko}}


def _described(description: Bilingual) -> Payload:
    return {
        "description": description.en,
        "description_localizations": {_KOREAN: description.ko},
    }
