"""What all doors of `tokki run` have in common: a loopback platform, and a Tokki before it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from tests.parity.doors.door import Control, VisibleAnswer
from tests.parity.doors.process import LONG_S, LoopThread, TokkiRun

Shown = TypeVar("Shown")
"""A message of the platform."""


class Platform(Protocol):
    """A loopback server."""

    @property
    def settings(self) -> dict[str, str]: ...

    async def cut(self) -> None:
        """Drop every connection."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Question(Protocol, Generic[Shown]):
    """Something that somebody asked there."""

    async def answered(self, timeout: float = 5) -> Shown: ...  # noqa: ASYNC109

    async def until(
        self,
        fits: Callable[[Shown], object],
        timeout: float = 60,  # noqa: ASYNC109
    ) -> Shown: ...


class ServedDoor(ABC, Generic[Shown]):
    """Somebody who may do everything, before a platform that `tokki run` serves."""

    def __init__(self, data_dir: Path, platform: Platform) -> None:
        self.loop = LoopThread()
        self._data_dir = data_dir
        self._platform = platform
        self._begun: Question[Shown] | None = None
        self._message: Shown | None = None
        self.loop.do(_opened(platform))
        self.furnish()
        self._tokki = self._start()

    @abstractmethod
    def furnish(self) -> None:
        """Let there be people and a place for them."""

    def settings(self) -> Mapping[str, str]:
        """What `tokki run` has to know."""
        return self._platform.settings

    @abstractmethod
    async def connected(self) -> None:
        """Wait until Tokki is there."""

    @abstractmethod
    async def typed(self, command: str, options: Mapping[str, str | int]) -> Question[Shown]:
        """Type a command."""

    @abstractmethod
    async def attached(self, command: str, name: str, content: bytes) -> Question[Shown]:
        """Give a command with a file."""

    @abstractmethod
    async def pressed(self, message: Shown, control: str) -> Question[Shown]:
        """Press a button."""

    @abstractmethod
    async def chosen(self, message: Shown, control: str, option: str) -> Shown:
        """Choose in a select, and wait for what comes of it."""

    @abstractmethod
    def words(self, message: Shown) -> str:
        """What people read, without markup."""

    @abstractmethod
    def history(self, message: Shown) -> str:
        """What they read there before."""

    @abstractmethod
    def seen(self, message: Shown) -> VisibleAnswer:
        """All that people see."""

    def ask(self, command: str, **options: str | int) -> VisibleAnswer:
        return self.seen(self.loop.do(self._answer(command, options)))

    def begin(self, command: str, **options: str | int) -> None:
        self._begun = self.loop.do(self.typed(command, options))
        self.loop.do(self._begun.answered())

    def give(self, command: str, name: str, content: bytes) -> VisibleAnswer:
        return self.seen(self.loop.do(self._given(command, name, content)))

    def begin_push(self, seen: VisibleAnswer, control: Control) -> None:
        message: Any = seen.handle
        self._begun = self.loop.do(self.pressed(message, control.id))
        self.loop.do(self._begun.answered())

    def finish(self, says: str) -> VisibleAnswer:
        assert self._begun
        found = self._begun.until(lambda m: says in self.words(m), timeout=LONG_S)
        self._message = self.loop.do(found, LONG_S)
        return self.seen(self._message)

    def progress(self) -> str:
        assert self._message
        return self.history(self._message)

    def push(self, seen: VisibleAnswer, control: Control) -> VisibleAnswer:
        return self.seen(self.loop.do(self._pushed(seen, control)))

    def choose(self, seen: VisibleAnswer, option: str) -> VisibleAnswer:
        message: Any = seen.handle
        return self.seen(self.loop.do(self.chosen(message, seen.select.id, option)))

    def restart(self) -> None:
        self._tokki.stop()
        self.begin_anew()

    def end(self) -> None:
        self.kill()
        self.begin_anew()

    def kill(self) -> None:
        """End Tokki whatever it does."""
        self._tokki.kill()

    def begin_anew(self) -> None:
        """Start Tokki again, on the same data."""
        # What a process that has ended held open may not be read yet: a press would go there.
        self.loop.do(self._platform.cut())
        self._tokki = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tokki.kill()
        try:
            self.loop.do(self._platform.__aexit__(kind, error, trace))
        finally:
            self.loop.close()

    async def _answer(self, command: str, options: Mapping[str, str | int]) -> Shown:
        asked = await self.typed(command, options)
        return await asked.until(self._is_answer)

    async def _given(self, command: str, name: str, content: bytes) -> Shown:
        self._begun = asked = await self.attached(command, name, content)
        return await asked.until(lambda m: self.seen(m).controls)

    async def _pushed(self, seen: VisibleAnswer, control: Control) -> Shown:
        message: Any = seen.handle
        asked = await self.pressed(message, control.id)
        return await asked.answered()

    def _is_answer(self, message: Shown) -> bool:
        words = self.words(message)
        is_coming = words.endswith((" …", "Writing…"))  # a slow machine tells before it answers
        return bool(words) and "Loading" not in words and not is_coming

    def _start(self) -> TokkiRun:
        tokki = TokkiRun(self._data_dir, self.settings())
        self.loop.do(self.connected())
        return tokki


async def _opened(platform: Platform) -> Platform:
    return await platform.__aenter__()
