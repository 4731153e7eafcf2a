"""Answers that browsers look at: kept in memory, each for the one who asked.

What a control of an answer does stands in its id, so a press goes on working where the answer
itself is gone, as after a restart.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.on_web.drawing.pictures import digest_of, is_picture
from handlers.types import File, Reply
from storage.records import JobMessage

_MOST = 2_000
_MOST_OF_ONE = 30
_MOST_BYTES = 128_000_000
"""Of all files in them."""

Owner = tuple[str, str]
"""A community and a person of it."""


@dataclass(eq=False, slots=True)
class KeptAnswer:
    """One answer, as far as it has come."""

    owner: Owner
    title: str
    """What was asked."""
    path: str = ""
    """Where it was asked, to ask again."""
    reply: Reply | None = None
    is_done: bool = False
    failure: Reply | None = None
    """Why a press changed nothing; it stands above the answer."""
    beside: "KeptAnswer | None" = None
    """What came of the last press in it, such as its code, which is shown next to it."""
    root: "KeptAnswer | None" = None
    """The answer that began it all, on whose page it is shown; None: itself."""
    is_drawn: bool = False
    """A page has drawn it unasked, and draws it anew the next time: what was asked stays longer."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def size(self) -> int:
        """In bytes, of its files."""
        return sum(len(file.content) for file in self.reply.files) if self.reply else 0

    @property
    def chain(self) -> Iterator["KeptAnswer"]:
        """It and what stands beside it, one after the other."""
        at: KeptAnswer | None = self
        while at:
            yield at
            at = at.beside

    def begin_anew(self) -> None:
        """Wait for what takes its place, which somebody has asked for."""
        self.is_done, self.is_drawn, self.failure = False, False, None
        self._done.clear()

    def show(self, reply: Reply, *, is_last: bool) -> None:
        """Take what is to be shown."""
        if is_last and reply.error and self.reply and not self.reply.error:
            self.failure = reply
        else:
            self.reply = reply
        if is_last:
            self.is_done = True
            self._done.set()

    async def wait(self, at_most_s: float) -> None:
        """Wait for its end, but not for long."""
        try:
            async with asyncio.timeout(at_most_s):
                await self._done.wait()
        except TimeoutError:
            pass


class Answers:
    """Keeps the newest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, KeptAnswer] = OrderedDict()

    def add(self, answer: KeptAnswer) -> KeptAnswer:
        """Keep one more; the oldest go where there are too many, of what pages have drawn first."""
        self._kept[answer.id] = answer
        kind = (answer.owner, answer.is_drawn)
        alike = [one for one in self._kept.values() if (one.owner, one.is_drawn) == kind]
        for one in alike[:-_MOST_OF_ONE]:
            del self._kept[one.id]
        while len(self._kept) > _MOST or self._size > _MOST_BYTES:
            del self._kept[max(self._kept.values(), key=lambda one: one.is_drawn).id]
        return answer

    def get(self, owner: Owner, answer_id: str) -> KeptAnswer | None:
        """Return an answer of somebody's; others are told that there is none."""
        found = self._kept.get(answer_id)
        if found is None or found.owner != owner:
            return None
        self._kept.move_to_end(answer_id)
        return found

    def picture(self, owner: Owner, digest: str) -> File | None:
        """Return a picture that somebody is shown, by its digest; of others' there is none."""
        theirs = (one.reply for one in reversed(self._kept.values()) if one.owner == owner)
        pictures = (file for reply in theirs if reply for file in reply.files if is_picture(file))
        return next((file for file in pictures if digest_of(file) == digest), None)

    @property
    def _size(self) -> int:
        return sum(one.size for one in self._kept.values())


class WebScreen:
    """Shows an answer to whoever looks; a `bot.answering.screen.Screen`."""

    message: JobMessage | None = None
    """There is none to be found again: after a restart, a job is told of in chat."""
    quiet_s = 0.0

    def __init__(self, answer: KeptAnswer) -> None:
        self._answer = answer

    async def acknowledge(self) -> None:
        """Nothing waits to be told: the page says that an answer is coming."""

    async def show(self, reply: Reply, *, is_last: bool) -> None:
        """Show a state of the answer in the place of the one before."""
        self._answer.show(reply, is_last=is_last)
