"""A modal, or somebody's App Home: what it shows now, and what it showed before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.servers.slack_server.ids import Ids, secret
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen import shown
from tests.servers.slack_server.seen.message import as_kept, with_block_ids
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from tests.servers.slack_server.channel import Channel
    from tests.servers.slack_server.people.person import Person
    from tests.servers.slack_server.people.user_action import UserAction


class View:
    """A view."""

    def __init__(self, ids: Ids, person: Person, content: Json, asked: UserAction | None) -> None:
        self._ids = ids
        self.id = ids.take_fresh("V")
        self.person = person
        self.asked = asked
        """What opened it."""
        self.stack: list[View] = [self]
        """The modals that lie on each other, this one among them; the last is seen."""
        self.is_open = True
        self.state: dict[str, dict[str, Json]] = {}
        """What was filled in last."""
        self.offers: dict[str, list[Json]] = {}
        """What the bot offered last, by the action_id of its external selects."""
        self.history: list[Json] = []
        """What it was before, oldest first."""
        self.content: Json = {}
        self.hash = ""
        self._show(content)

    def __repr__(self) -> str:
        return f"<View {self.content.get('callback_id', '')!r} {self.text_shown[:60]!r}>"

    @property
    def blocks(self) -> list[Json]:
        """Its blocks; each has an id."""
        return list(self.content["blocks"])

    @property
    def channel(self) -> Channel | None:
        """Where the person was when it was opened."""
        return None if self.asked is None else self.asked.channel

    @property
    def callback_id(self) -> str:
        """What the bot knows it by."""
        return str(self.content.get("callback_id", ""))

    @property
    def title(self) -> str:
        """What stands at its top."""
        return str((self.content.get("title") or {}).get("text", ""))

    @property
    def text_shown(self) -> str:
        """All text that people read, in order, a line each; labels of buttons are not in it."""
        return "\n".join(text for text in (self.title, *shown.texts(self.blocks)) if text)

    @property
    def inputs(self) -> list[Json]:
        """The blocks that can be filled in."""
        return [block for block in self.blocks if block["type"] == "input"]

    @property
    def buttons(self) -> list[Json]:
        """All buttons in its blocks, in order."""
        found = (element for _, element in shown.elements(self.blocks))
        return [element for element in found if element["type"] == "button"]

    def button(self, label: str) -> str:
        """Find the action_id of the first button with a label, or raise a LookupError."""
        for button in self.buttons:
            if shown.label(button) == label:
                return str(button["action_id"])
        raise LookupError(f"no button {label!r} among {[shown.label(one) for one in self.buttons]}")

    def change(self, content: Json) -> None:
        """Show something else from now on."""
        self.history.append(self.content)
        self._show(content)
        self.tell()

    def close(self) -> None:
        """Take it off its stack."""
        self.is_open = False
        if self in self.stack:
            self.stack.remove(self)
        self.tell()

    async def until(
        self,
        fits: Callable[[View], object],
        timeout: float = PATIENCE_S,  # noqa: ASYNC109
    ) -> View:
        """Wait until it shows what fits."""
        changed = asyncio.Event()
        self.person.view_watchers.append(changed.set)
        try:
            async with asyncio.timeout(timeout):
                while not fits(self):
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            story = f"the view shows nothing that fits in {timeout} s: {self!r}"
            raise AssertionError(story) from None
        finally:
            self.person.view_watchers.remove(changed.set)
        return self

    def tell(self) -> None:
        """Tell those who watch this person's views that one has changed."""
        for watch in tuple(self.person.view_watchers):
            watch()

    def json(self) -> Json:
        """Describe it as Slack does."""
        team = self.person.team
        place = self.stack.index(self) if self in self.stack else 0
        return {
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "title": None,
            "submit": None,
            "close": None,
            **as_kept(self.content),
            "id": self.id,
            "team_id": team.id,
            "app_id": team.bot.app_id,
            "app_installed_team_id": team.id,
            "bot_id": team.bot_id,
            "hash": self.hash,
            "state": {"values": self.state},
            "root_view_id": self.stack[0].id if self.stack else self.id,
            "previous_view_id": self.stack[place - 1].id if place else None,
        }

    def _show(self, content: Json) -> None:
        blocks = with_block_ids(content.get("blocks") or [], lambda: secret()[:5])
        self.content = {**content, "blocks": blocks}
        self.hash = f"{self._ids.ts()}.{secret()[:8]}"
