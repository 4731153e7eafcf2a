"""Trigger ids: they let an app open one view, within three seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.slack_server.web_api.refusal import Refusal

if TYPE_CHECKING:
    from tests.servers.slack_server.people.user_action import UserAction
    from tests.servers.slack_server.team import Team


@dataclass(eq=False)
class Trigger:
    """One trigger id."""

    id: str
    team: Team
    asked: UserAction | None = None
    made_at: float = field(default_factory=time.perf_counter)
    is_used: bool = False

    def expire(self) -> None:
        """Let its three seconds be over now."""
        self.made_at = float("-inf")


class Triggers:
    """All trigger ids."""

    def __init__(self) -> None:
        self.lives_s = 3.0
        self._known: dict[str, Trigger] = {}

    def make(self, team: Team, number: str) -> Trigger:
        """Make one."""
        trigger = Trigger(f"{number}.{team.id}.{number[::-1].lower()}", team)
        self._known[trigger.id] = trigger
        return trigger

    def exchange(self, text: str, team: Team) -> Trigger:
        """Use one up, or refuse."""
        trigger = self._known.get(text)
        if trigger is None or trigger.team is not team:
            raise Refusal("invalid_trigger_id")
        if trigger.is_used:
            raise Refusal("exchanged_trigger_id")
        if time.perf_counter() - trigger.made_at > self.lives_s:
            raise Refusal("expired_trigger_id")
        trigger.is_used = True
        return trigger
