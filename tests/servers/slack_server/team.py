"""A workspace: its people, channels and user groups, and the app as it is installed there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.slack_server.kinds import Json

if TYPE_CHECKING:
    from tests.servers.slack_server.channel import Channel
    from tests.servers.slack_server.people.person import Person
    from tests.servers.slack_server.web_api.token import Token


@dataclass(eq=False)
class UserGroup:
    """People who are mentioned together, such as @helpers."""

    id: str
    handle: str
    people: list[Person]
    is_enabled: bool = True

    def json(self, team_id: str) -> Json:
        """Describe it as Slack does."""
        return {
            "id": self.id,
            "team_id": team_id,
            "is_usergroup": True,
            "name": self.handle.title(),
            "handle": self.handle,
            "description": "",
            "is_external": False,
            "date_delete": 0 if self.is_enabled else 1,
            "user_count": len(self.people),
            "users": [person.id for person in self.people],
        }


@dataclass(eq=False)
class Team:
    """A workspace."""

    id: str
    name: str
    bot_id: str
    """Of the bot as an integration, B…; its user is `bot.id`."""
    bot: Person = field(init=False)
    token: Token = field(init=False)
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    is_installed: bool = True

    def __repr__(self) -> str:
        return f"<Team {self.name!r}>"

    @property
    def bot_token(self) -> str:
        """The token that the app has here."""
        return self.token.text

    @property
    def domain(self) -> str:
        """Where it is: https://<domain>.slack.com."""
        return re.sub(r"[^a-z0-9-]+", "-", self.name.lower()).strip("-") or "team"
