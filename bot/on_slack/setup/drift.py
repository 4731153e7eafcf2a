"""What Slack has of the app against what the manifest says, in words. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.findings import bilingual
from bot.on_slack.setup.manifest import Manifest
from handlers.table import Bilingual

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
_ADDRESSES = {
    "slack_part_actions_url": ("settings", "interactivity", "request_url"),
    "slack_part_lists_url": ("settings", "interactivity", "message_menu_options_url"),
    "slack_part_events_url": ("settings", "event_subscriptions", "request_url"),
}
"""What is compared, and its name. Name, description and picture of the app are its owner's."""

_Things = Mapping[str, Mapping[str, Any]]


def differences(wanted: Manifest, found: Manifest) -> list[Bilingual]:
    """Return a sentence for each kind of thing that is missing, unknown or not the same.

    Args:
        wanted: the manifest of the command table.
        found: what `apps.manifest.export` says.
    """
    scopes_missing = _scopes(wanted).keys() - _scopes(found).keys()
    return [
        *_compared("commands", _commands(wanted), _commands(found), _COMMAND_PARTS),
        *_compared("shortcuts", _shortcuts(wanted), _shortcuts(found), _SHORTCUT_PARTS),
        *_compared("events", _events(wanted), _events(found), {}),
        *_listed("slack_drift_missing", "scopes", scopes_missing),
        *_changed_settings(wanted, found),
    ]


def other_prefix(wanted: Manifest, found: Manifest, prefix: str) -> str | None:
    """Return the prefix that all commands of the app have, if it is not ours."""
    ours, theirs = _commands(wanted), _commands(found)
    names = {name.removeprefix(f"/{prefix}") for name in ours}
    if not theirs or theirs.keys() & ours.keys():
        return None
    some = min(names)
    prefixes = sorted(name[1:].removesuffix(some) for name in theirs if name.endswith(some))
    fitting = [each for each in prefixes if {f"/{each}{name}" for name in names} <= theirs.keys()]
    return fitting[0] if fitting else None


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
        yield bilingual("slack_drift_changed", kind=_kind(kind), names=_joined(changed))


def _listed(key: str, kind: str, names: Iterable[str]) -> Iterable[Bilingual]:
    if joined := ", ".join(sorted(names)):
        yield bilingual(key, kind=_kind(kind), names=Bilingual(joined, joined))


def _differing(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], parts: Mapping[str, str]
) -> list[Bilingual]:
    return [bilingual(said) for key, said in parts.items() if _differs(key, ours, theirs)]


def _differs(key: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Tell whether they differ.

    Slack fills in some values, the operator each address, and the link that makes the app has no
    room for all hints.
    """
    mine, other = ours.get(key) or None, theirs.get(key) or None
    if key == "usage_hint" and other is None:
        return False
    return bool(mine and not other) if key == "url" else mine != other


def _changed_settings(wanted: Manifest, found: Manifest) -> Iterable[Bilingual]:
    changed = [
        bilingual(name)
        for name, path in _SETTINGS.items()
        if bool(_get(wanted, *path)) != bool(_get(found, *path))
    ]
    changed += [
        bilingual(name)
        for name, path in _ADDRESSES.items()
        if _get(wanted, *path) and not _get(found, *path)
    ]
    if _redirects(wanted).keys() - _redirects(found).keys():
        changed.append(bilingual("slack_part_redirect"))
    if changed:
        yield bilingual("slack_drift_settings", names=_joined(changed))


def _commands(app: Manifest) -> _Things:
    return _by(app, "command", "features", "slash_commands")


def _shortcuts(app: Manifest) -> _Things:
    return _by(app, "callback_id", "features", "shortcuts")


def _events(app: Manifest) -> _Things:
    return _set(app, "settings", "event_subscriptions", "bot_events")


def _scopes(app: Manifest) -> _Things:
    return _set(app, "oauth_config", "scopes", "bot")


def _redirects(app: Manifest) -> _Things:
    return _set(app, "oauth_config", "redirect_urls")


def _by(app: Manifest, key: str, *path: str) -> _Things:
    listed = _get(app, *path)
    each = listed if isinstance(listed, list) else []
    return {str(one.get(key)): one for one in each if isinstance(one, Mapping)}


def _set(app: Manifest, *path: str) -> _Things:
    listed = _get(app, *path)
    return {str(name): {} for name in listed} if isinstance(listed, list) else {}


def _get(app: Manifest, *path: str) -> object:
    found: object = app
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _kind(kind: str) -> Bilingual:
    return bilingual(f"slack_kind_{kind}")


def _joined(names: Iterable[Bilingual]) -> Bilingual:
    each = list(names)
    return Bilingual(", ".join(one.en for one in each), ", ".join(one.ko for one in each))
