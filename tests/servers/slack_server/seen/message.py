"""A message: what people see of it now, and what they saw before."""

from __future__ import annotations

import copy
import dataclasses
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen import shown
from tests.servers.slack_server.seen.mrkdwn import escape_bare, read
from tests.servers.slack_server.web_api.upload import File

if TYPE_CHECKING:
    from tests.servers.slack_server.channel import Channel
    from tests.servers.slack_server.people.person import Person
    from tests.servers.slack_server.people.user_action import UserAction


@dataclass
class Shown:
    """What people see of a message: one version of it."""

    text: str = ""
    """The `text` field; people read it only where there are no blocks, or in a notification."""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[File] = field(default_factory=list)

    @property
    def text_shown(self) -> str:
        """All text that people read, in order, a line each; labels of buttons are not in it."""
        own = list(shown.texts(self.blocks)) if self.blocks else [read(self.text)]
        for attachment in self.attachments:
            own += list(shown.texts(attachment.get("blocks") or []))
            own.append(read(attachment.get("text") or ""))
        return "\n".join(text for text in own if text)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not (self.text or self.blocks or self.attachments or self.files)

    @property
    def controls(self) -> list[Json]:
        """All buttons, selects and the like, in order."""
        return [element for _, element in shown.elements(self.all_blocks)]

    @property
    def buttons(self) -> list[Json]:
        """All buttons, in order."""
        return [element for element in self.controls if element["type"] == "button"]

    @property
    def all_blocks(self) -> list[Json]:
        """Blocks, those of attachments too."""
        inner = [block for one in self.attachments for block in one.get("blocks") or []]
        return [*self.blocks, *inner]

    def button(self, label: str) -> str:
        """Find the action_id of the first button with a label, or raise a LookupError."""
        for button in self.buttons:
            if shown.label(button) == label:
                return str(button["action_id"])
        raise LookupError(f"no button {label!r} among {[shown.label(one) for one in self.buttons]}")


class Message(Shown):
    """A message in a channel."""

    def __init__(
        self,
        ts: str,
        channel: Channel,
        author: Person,
        content: Shown,
        *,
        thread_ts: str | None = None,
        only_for: Person | None = None,
    ) -> None:
        super().__init__()
        self.ts = ts
        self.channel = channel
        self.author = author
        self.thread_ts = thread_ts
        self.only_for = only_for
        """Who alone sees it, where it is ephemeral."""
        self.answers: UserAction | None = None
        """What it answers, once that is known."""
        self.asks: list[UserAction] = []
        """What people did with its controls."""
        self.state: dict[str, dict[str, Json]] = {}
        """What was chosen in its selects."""
        self.offers: dict[str, list[Json]] = {}
        """What the bot offered last, by the action_id of its external selects."""
        self.metadata: Json | None = None
        self.history: list[Shown] = []
        """What it showed before, oldest first."""
        self.is_deleted = False
        self.posted_at = time.perf_counter()
        self.edited_at: float | None = None
        self._take(content)

    def __repr__(self) -> str:
        return f"<Message {self.ts} {self.text_shown[:60]!r}>"

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    @property
    def is_ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.only_for is not None

    @property
    def changed_at(self) -> float:
        """When it was posted, or edited last."""
        return self.edited_at or self.posted_at

    def is_seen_by(self, person: Person) -> bool:
        """Whether a person sees it."""
        return not self.is_deleted and self.only_for in (None, person)

    def change(self, content: Shown) -> None:
        """Show something else from now on."""
        self.history.append(self.as_shown())
        self._take(content)
        self.edited_at = time.perf_counter()

    def as_shown(self) -> Shown:
        """Give this version alone."""
        return Shown(**{one.name: getattr(self, one.name) for one in dataclasses.fields(Shown)})

    def json(self) -> Json:
        """Describe it as Slack does: with its own defaults put in, and plain texts escaped."""
        described: Json = {
            "type": "message",
            "user": self.author.id,
            "text": self.text,
            "ts": self.ts,
            "team": self.channel.team.id,
        }
        if self.author.is_bot:
            described |= {"bot_id": self.channel.team.bot_id, "app_id": self.author.app_id}
        optional = {
            "blocks": as_kept(self.blocks),
            "attachments": as_kept(self.attachments),
            "files": [file.json() for file in self.files],
            "thread_ts": self.thread_ts,
            "metadata": self.metadata,
        }
        described |= {key: value for key, value in optional.items() if value}
        if self.edited_at is not None:
            described["edited"] = {"user": self.author.id, "ts": self.ts}
        return described

    def _take(self, content: Shown) -> None:
        for one in dataclasses.fields(Shown):
            setattr(self, one.name, getattr(content, one.name))


def as_kept(thing: Any) -> Any:
    """Give blocks as Slack gives them back: `emoji` and `verbatim` are there, texts are escaped."""
    if isinstance(thing, list):
        return [as_kept(one) for one in thing]
    if not isinstance(thing, dict):
        return thing
    kept = {key: as_kept(value) for key, value in thing.items()}
    if kept.get("type") == "plain_text":
        return {**kept, "text": escape_bare(str(kept.get("text", ""))), "emoji": True} | (
            {"emoji": thing["emoji"]} if "emoji" in thing else {}
        )
    if kept.get("type") == "mrkdwn":
        kept.setdefault("verbatim", False)
    return kept


def with_block_ids(blocks: list[Json], take: Any) -> list[Json]:
    """Give each block an id, as Slack does where the bot gave none."""
    copied = copy.deepcopy(blocks)
    for block in copied:
        block.setdefault("block_id", take())
    return copied
