"""What Slack has of the app against what the manifest says, in words. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.on_slack.manifest import Manifest
from handlers.table import Bilingual
from handlers.texts import say
from handlers.types import Language

_COMMAND_PARTS = {
    "description": "part_description",
    "usage_hint": "slack_part_hint",
    "should_escape": "slack_part_mentions",
    "url": "slack_part_address",
}
_SHORTCUT_PARTS = {"name": "slack_part_name", "type": "slack_part_kind"}
_SETTINGS = {
    "slack_part_home": ("features", "app_home", "home_tab_enabled"),
    "slack_part_messages": ("features", "app_home", "messages_tab_enabled"),
    "slack_part_read_only": ("features", "app_home", "messages_tab_read_only_enabled"),
    "slack_part_interactivity": ("settings", "interactivity", "is_enabled"),
    "slack_part_socket_mode": ("settings", "socket_mode_enabled"),
    "slack_part_rotation": ("settings", "token_rotation_enabled"),
}
"""What is compared, and its name. Name, description and picture of the app are its owner's."""

_Things = Mapping[str, Mapping[str, Any]]


def differences(wanted: Manifest, found: Manifest) -> list[Bilingual]:
    """Return a sentence for each kind of thing that is missing, unknown or not the same.

    Args:
        wanted: the manifest of the command table.
        found: what `apps.manifest.export` says.
    """
    commands = [_by(app, "command", "features", "slash_commands") for app in (wanted, found)]
    shortcuts = [_by(app, "callback_id", "features", "shortcuts") for app in (wanted, found)]
    events = [_set(app, "settings", "event_subscriptions", "bot_events") for app in (wanted, found)]
    scopes = [_set(app, "oauth_config", "scopes", "bot") for app in (wanted, found)]
    return [
        *_compared("commands", *commands, _COMMAND_PARTS),
        *_compared("shortcuts", *_named(*shortcuts), _SHORTCUT_PARTS),
        *_compared("events", *events, {}),
        *_listed("slack_drift_missing", "scopes", scopes[0].keys() - scopes[1].keys()),
        *_changed_settings(wanted, found),
    ]


def other_prefix(wanted: Manifest, found: Manifest, prefix: str) -> str | None:
    """Return the prefix that all commands of the app have, if it is not ours."""
    ours = _by(wanted, "command", "features", "slash_commands")
    theirs = _by(found, "command", "features", "slash_commands")
    names = {name.removeprefix(f"/{prefix}") for name in ours}
    if not theirs or theirs.keys() & ours.keys():
        return None
    longest = max(names, key=len)
    candidates = {name[1 : -len(longest)] for name in theirs if name.endswith(longest)}
    return next(
        (
            each
            for each in sorted(candidates)
            if {f"/{each}{name}" for name in names} <= set(theirs)
        ),
        None,
    )


def _compared(
    kind: str, ours: _Things, theirs: _Things, parts: Mapping[str, str]
) -> Iterable[Bilingual]:
    yield from _listed("slack_drift_missing", kind, ours.keys() - theirs.keys())
    yield from _listed("slack_drift_unknown", kind, theirs.keys() - ours.keys())
    both = sorted(ours.keys() & theirs.keys())
    changed = [
        Bilingual(f"{name} ({_joined(differing).en})", f"{name} ({_joined(differing).ko})")
        for name in both
        if (differing := _differing(ours[name], theirs[name], parts))
    ]
    if changed:
        yield _said("slack_drift_changed", kind=_said(f"slack_{kind}"), names=_joined(changed))


def _listed(key: str, kind: str, names: Iterable[str]) -> Iterable[Bilingual]:
    if joined := ", ".join(sorted(names)):
        yield _said(key, kind=_said(f"slack_{kind}"), names=Bilingual(joined, joined))


def _differing(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], parts: Mapping[str, str]
) -> list[Bilingual]:
    return [_said(said) for key, said in parts.items() if _value(key, ours) != _value(key, theirs)]


def _value(key: str, of: Mapping[str, Any]) -> object:
    """Return what both sides would write: Slack fills in some; which address is the operator's."""
    value = of.get(key) or None
    return bool(value) if key == "url" else value


def _changed_settings(wanted: Manifest, found: Manifest) -> Iterable[Bilingual]:
    changed = [
        _said(name)
        for name, path in _SETTINGS.items()
        if bool(_get(wanted, *path)) != bool(_get(found, *path))
    ]
    if changed:
        yield _said("slack_drift_settings", names=_joined(changed))


def _named(ours: _Things, theirs: _Things) -> tuple[_Things, _Things]:
    """Call shortcuts by the names that people see; those that both have by ours."""
    names = {key: f"“{one.get('name')}”" for key, one in {**theirs, **ours}.items()}
    named = [{names[key]: one for key, one in things.items()} for things in (ours, theirs)]
    return named[0], named[1]


def _by(app: Manifest, key: str, *path: str) -> _Things:
    listed = _get(app, *path) or ()
    return {str(one.get(key)): one for one in listed if isinstance(one, Mapping)}


def _set(app: Manifest, *path: str) -> _Things:
    return {str(name): {} for name in _get(app, *path) or ()}


def _get(app: Manifest, *path: str) -> Any:
    found: Any = app
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _joined(names: Iterable[Bilingual]) -> Bilingual:
    each = list(names)
    return Bilingual(", ".join(one.en for one in each), ", ".join(one.ko for one in each))


def _said(key: str, **facts: Bilingual) -> Bilingual:
    return Bilingual(_say(Language.ENGLISH, key, facts), _say(Language.KOREAN, key, facts))


def _say(language: Language, key: str, facts: Mapping[str, Bilingual]) -> str:
    return say(
        language, f"check.{key}", **{name: fact.to(language) for name, fact in facts.items()}
    )
