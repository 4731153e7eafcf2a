"""The app's manifest: what it may do, what it is told of, what people are offered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.servers.slack_server.kinds import Json

COMMAND_KEYS = {"command", "description", "should_escape", "url", "usage_hint"}
"""https://docs.slack.dev/reference/app-manifest#slash_commands"""


class BadManifest(ValueError):
    """What Slack calls `invalid_manifest`."""


@dataclass
class Manifest:
    """A manifest; one that says nothing about something leaves it as it is."""

    json: Json = field(default_factory=dict)

    def __post_init__(self) -> None:
        for command in self._get("features", "slash_commands") or []:
            if unknown := sorted(command.keys() - COMMAND_KEYS):
                raise BadManifest(f"{command.get('command')} has {unknown}")

    @property
    def scopes(self) -> set[str] | None:
        """What the bot's tokens may do."""
        found = self._get("oauth_config", "scopes", "bot")
        return None if found is None else set(found)

    @property
    def events(self) -> set[str] | None:
        """The events that the app is told of."""
        found = self._get("settings", "event_subscriptions", "bot_events")
        return None if found is None else set(found) | {"app_uninstalled", "tokens_revoked"}

    @property
    def has_home(self) -> bool:
        """Whether there is a home to publish."""
        return not self.json or bool(self._get("features", "app_home", "home_tab_enabled"))

    @property
    def has_socket_mode(self) -> bool:
        """Whether Socket Mode is on."""
        return not self.json or bool(self._get("settings", "socket_mode_enabled"))

    def check_command(self, name: str) -> None:
        """Refuse a command that people are not offered."""
        self._check(name, "command", "slash_commands", name)

    def escapes(self, name: str) -> bool:
        """Whether a command is told of people by their ids."""
        known = self._get("features", "slash_commands") or []
        return any(one.get("should_escape") for one in known if one.get("command") == name)

    def check_shortcut(self, callback_id: str, kind: str) -> None:
        """Refuse a shortcut that people are not offered."""
        self._check(callback_id, "callback_id", "shortcuts", callback_id, type=kind)
        self.check_interactive()

    def check_interactive(self) -> None:
        """Refuse buttons and forms where interactivity is off."""
        is_on = not self.json or self._get("settings", "interactivity", "is_enabled")
        assert is_on, "the manifest does not enable interactivity"

    def _check(self, name: str, key: str, feature: str, wanted: str, **more: str) -> None:
        if not self.json:
            return
        known = self._get("features", feature) or []
        fits = {key: wanted, **more}
        offered = any(all(one.get(k) == v for k, v in fits.items()) for one in known)
        names = sorted(str(one.get(key)) for one in known)
        assert offered, f"the manifest has no {name!r} among its {feature}: {names}"

    def _get(self, *path: str) -> Any:
        found: Any = self.json
        for name in path:
            found = (found or {}).get(name)
        return found
