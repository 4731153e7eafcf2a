"""What Slack answers when it does not do what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.servers.slack_server.kinds import Json


@dataclass
class Refusal(Exception):
    """`{"ok": false, "error": …}`; everything but a rate limit comes with status 200."""

    error: str
    more: Json = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Json:
        """What goes back."""
        return {"ok": False, "error": self.error, **self.more}


def missing(name: str) -> Refusal:
    """Refuse a call that lacks an argument."""
    messages = [f"[ERROR] missing required field: {name}"]
    return Refusal("invalid_arguments", {"response_metadata": {"messages": messages}})
