"""What Discord has of the commands against what the table says, in words. Pure."""

from collections.abc import Iterable, Sequence

from discord import AppCommandType

from bot.findings import bilingual
from bot.on_discord.setup.commands import Payload
from handlers.table import Bilingual

_PARTS = {
    "name_localizations": "part_korean_name",
    "description": "part_description",
    "description_localizations": "part_korean_description",
    "default_member_permissions": "part_permissions",
    "contexts": "part_places",
    "integration_types": "part_places",
    "nsfw": "part_age",
}
"""What is compared, and its name. Other keys are Discord's own: ids, versions, what may come."""

_OPTION_PARTS = (
    *("type", "name_localizations", "description", "description_localizations", "required"),
    *("autocomplete", "min_length", "max_length", "min_value", "max_value"),
)


def differences(wanted: Sequence[Payload], found: Sequence[Payload]) -> list[Bilingual]:
    """Return a sentence for each command that is missing, unknown or not the same.

    Args:
        wanted: what the table says, as it is sent.
        found: what Discord lists, with localizations.
    """
    ours, theirs = _by_key(wanted), _by_key(found)
    missing = [ours[key] for key in ours if key not in theirs]
    unknown = [theirs[key] for key in theirs if key not in ours]
    both = [(ours[key], theirs[key]) for key in ours if key in theirs]
    return [
        *(bilingual("command_missing", name=_name(command)) for command in missing),
        *(bilingual("command_unknown", name=_name(command)) for command in unknown),
        *(said for pair in both for said in _changes(*pair)),
    ]


def _changes(ours: Payload, theirs: Payload) -> Iterable[Bilingual]:
    parts = list(dict.fromkeys([*_own_parts(ours, theirs), *_option_parts(ours, theirs)]))
    if parts:
        joined = Bilingual(", ".join(p.en for p in parts), ", ".join(p.ko for p in parts))
        yield bilingual("command_differs", name=_name(ours), parts=joined)


def _own_parts(ours: Payload, theirs: Payload) -> Iterable[Bilingual]:
    for key, part in _PARTS.items():
        if _value(ours, key) != _value(theirs, key):
            yield bilingual(part)


def _option_parts(ours: Payload, theirs: Payload) -> Iterable[Bilingual]:
    a, b = _by_name(ours.get("options")), _by_name(theirs.get("options"))
    for name, option in (b | a).items():
        if name not in b:
            yield bilingual("part_option_missing", option=_names(option))
        elif name not in a:
            yield bilingual("part_option_unknown", option=_names(option))
        elif _option(a[name]) != _option(b[name]):
            yield bilingual("part_option", option=_names(option))


def _option(option: Payload) -> Payload:
    choices = _by_name(option.get("choices"))
    return {
        **{key: _value(option, key) for key in _OPTION_PARTS},
        "choices": {
            name: (choice["value"], _value(choice, "name_localizations"))
            for name, choice in choices.items()
        },
        "options": {name: _option(one) for name, one in _by_name(option.get("options")).items()},
    }


def _value(of: Payload, key: str) -> object:
    """Return what is under a key as both sides would write it: Discord fills in some defaults."""
    value = of.get(key)
    if value is None or value is False or value in ("", {}):
        return None
    if isinstance(value, list):
        return sorted(value)
    return int(value) if key == "default_member_permissions" else value


def _by_key(commands: Sequence[Payload]) -> dict[tuple[int, str], Payload]:
    """Return them by type and name: a slash command and a menu's entry may have one name."""
    return {(command.get("type") or 1, command["name"]): command for command in commands}


def _by_name(named: Sequence[Payload] | None) -> dict[str, Payload]:
    return {one["name"]: one for one in named or ()}


def _name(command: Payload) -> Bilingual:
    is_slash = (command.get("type") or 1) == AppCommandType.chat_input.value
    names, pattern = _names(command), "/{}" if is_slash else "“{}”"
    return Bilingual(pattern.format(names.en), pattern.format(names.ko))


def _names(named: Payload) -> Bilingual:
    name = str(named["name"])
    return Bilingual(name, (named.get("name_localizations") or {}).get("ko", name))
