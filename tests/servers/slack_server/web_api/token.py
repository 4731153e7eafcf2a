"""Tokens, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.slack_server.team import Team

BOT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "mpim:read",
        "team:read",
        "usergroups:read",
        "users.profile:read",
        "users:read",
    }
)
"""What a bot's token has at first; `slack.scopes()` is where to take some away."""


@dataclass(eq=False)
class Token:
    """A token: `xoxb-` of a bot, `xapp-` of the app, `xoxe.xoxp-` for its configuration."""

    text: str
    team: Team | None
    scopes: set[str]
    error: str | None = None
    """What Slack says once it is no good, such as token_revoked."""
    was_used: bool = False

    @property
    def kind(self) -> str:
        """`bot`, `app` or `config`."""
        return {"xoxb": "bot", "xapp": "app"}.get(self.text.split("-")[0], "config")
