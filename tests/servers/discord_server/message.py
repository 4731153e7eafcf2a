"""A message: what people see of it now, and what they saw before."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.discord_server import ids, kinds
from tests.servers.discord_server.attachment import Attachment
from tests.servers.discord_server.kinds import Json

if TYPE_CHECKING:
    from tests.servers.discord_server.channel import Channel
    from tests.servers.discord_server.people.person import Person
    from tests.servers.discord_server.people.user_action import UserAction


@dataclass
class Shown:
    """What people see of a message: one version of it."""

    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0

    @property
    def is_ephemeral(self) -> bool:
        """Whether only the person who asked sees it."""
        return bool(self.flags & kinds.EPHEMERAL)

    @property
    def is_thinking(self) -> bool:
        """Whether people see "thinking…" and no answer yet."""
        return bool(self.flags & kinds.LOADING)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not (self.content or self.embeds or self.components or self.attachments)

    @property
    def files(self) -> dict[str, bytes]:
        """The attached files by name."""
        return {one.name: one.body for one in self.attachments}

    @property
    def text(self) -> str:
        """All text that people read, in order, a line each: content, embeds, TextDisplays."""
        displays = (one["content"] for one in walk(self.components) if one["type"] == 10)
        embeds = (text for embed in self.embeds for text in embed_texts(embed))
        return "\n".join(text for text in (self.content, *embeds, *displays) if text)

    @property
    def controls(self) -> list[Json]:
        """All buttons and selects, in order."""
        wanted = kinds.SELECTS | {kinds.BUTTON}
        return [one for one in walk(self.components) if one["type"] in wanted]

    def button(self, label: str) -> str:
        """Find the custom_id of the first button with a label, or raise a LookupError."""
        labels = []
        for control in self.controls:
            if control["type"] == kinds.BUTTON:
                labels.append(control.get("label"))
                if control.get("label") == label and "custom_id" in control:
                    return str(control["custom_id"])
        raise LookupError(f"no button {label!r} among {labels}")

    def control(self, custom_id: str) -> Json:
        """Find a button or select by its custom_id, or raise a LookupError."""
        for control in self.controls:
            if control.get("custom_id") == custom_id:
                return control
        known = [control.get("custom_id") for control in self.controls]
        raise LookupError(f"no control {custom_id!r} among {known}")


class Message(Shown):
    """A message in a channel."""

    def __init__(
        self,
        number: int,
        channel: Channel,
        author: Person,
        shown: Shown,
        asked: UserAction | None = None,
    ) -> None:
        super().__init__()
        self.id = number
        self.channel = channel
        self.author = author
        self.asked = asked
        """The interaction that it answers, where it does."""
        self.kind = 0
        self.history: list[Shown] = []
        self.is_deleted = False
        self.edited_at: str | None = None
        self.changed_at = time.perf_counter()
        self._take(shown)

    def __repr__(self) -> str:
        return f"<Message {self.id} {self.text[:60]!r}>"

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def change(self, shown: Shown) -> None:
        """Show something else from now on."""
        self.history.append(self.as_shown())
        was_thinking = self.is_thinking
        self._take(shown)
        self.changed_at = time.perf_counter()
        # Discord does not call it an edit when an answer takes the place of "thinking…".
        self.edited_at = self.edited_at if was_thinking else ids.now()

    def as_shown(self) -> Shown:
        """Give this version alone."""
        return Shown(**{one.name: getattr(self, one.name) for one in dataclasses.fields(Shown)})

    def json(self) -> Json:
        """Describe it as Discord does."""
        described: Json = {
            "id": str(self.id),
            "type": self.kind,
            "channel_id": str(self.channel.id),
            "author": self.author.json(),
            "content": self.content,
            "timestamp": ids.made_at(self.id),
            "edited_timestamp": self.edited_at,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [one.json() for one in self.attachments],
            "embeds": self.embeds,
            "components": self.components,
            "pinned": False,
            "flags": self.flags,
        }
        if self.asked is not None:
            described |= {
                "application_id": str(self.author.id),
                "webhook_id": str(self.author.id),
                "interaction_metadata": self.asked.metadata(),
            }
        return described

    def _take(self, shown: Shown) -> None:
        for one in dataclasses.fields(Shown):
            setattr(self, one.name, getattr(shown, one.name))


def walk(components: list[Json]) -> Iterator[Json]:
    """Go through components and all that is in them, in the order that people see."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            if isinstance(component.get(key), dict):
                yield from walk([component[key]])


def embed_texts(embed: Json) -> Iterator[str]:
    """Give the texts of an embed in the order that people see."""
    yield (embed.get("author") or {}).get("name") or ""
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    for one in embed.get("fields") or []:
        yield one.get("name") or ""
        yield one.get("value") or ""
    yield (embed.get("footer") or {}).get("text") or ""
