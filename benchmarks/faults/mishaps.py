"""What goes wrong around Tokki while people ask it: each is begun, held, and over."""

import asyncio
import shutil
import struct
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.data_folder import DATABASE_FILE
from tests.servers.discord_server import LoopbackDiscord
from tests.servers.slack_server import LoopbackSlack
from tests.storage.small_disk import NoDisk, fill, small_disk
from tests.storage.sqlite.test_failures import HOLDING

_HOUR_S = 3600
_AGAIN_S = 1.0
_DISK = "256m"
_SOURCE = Path(__file__).with_name("clock.c")
_FULL = Path("/dev/full")


class CannotBe(Exception):
    """This machine lacks what it takes."""


@dataclass(frozen=True)
class Scene:
    """Where it happens."""

    folder: Path
    """Tokki's data."""
    beside: Path
    """Beside it: for what is told to the process from outside."""
    discord: LoopbackDiscord
    slack: LoopbackSlack
    seconds: float


@contextmanager
def nothing(scene: Scene) -> Iterator[Mapping[str, str]]:
    """Nothing has to be there before Tokki starts."""
    yield {}


@dataclass(frozen=True)
class Mishap:
    """One thing that goes wrong."""

    name: str
    strike: Callable[[Scene], Awaitable[None]]
    """Lets it last for the scene's seconds."""
    around: Callable[[Scene], AbstractContextManager[Mapping[str, str]]] = nothing
    """What is there before Tokki starts until all is counted; gives the environment."""
    is_of_the_platform: bool = False
    """So the platform itself may have to tell people that nobody is there."""


async def _cut(scene: Scene) -> None:
    async for _ in _turns(scene):
        await scene.discord.cut()
        await scene.slack.cut()


def _fail(status: int) -> Callable[[Scene], Awaitable[None]]:
    async def strike(scene: Scene) -> None:
        try:
            async for _ in _turns(scene):
                scene.discord.faults.clear()  # those that nobody has met yet
                scene.slack.web_api.faults.clear()
                for path in ("/interactions/*/callback", "/webhooks/*", "/channels/*"):
                    scene.discord.fail("*", path, status)
                for method in ("chat.*", "response_url", "users.info"):
                    scene.slack.fail(method, status=status)
        finally:
            scene.discord.faults.clear()
            scene.slack.web_api.faults.clear()

    return strike


async def _twice(scene: Scene) -> None:
    scene.discord.deliver_twice = scene.slack.deliver_twice = True
    await asyncio.sleep(scene.seconds)
    scene.discord.deliver_twice = scene.slack.deliver_twice = False


@contextmanager
def _clock(scene: Scene) -> Iterator[Mapping[str, str]]:
    """A clock that can be set, for this process alone; what counts seconds goes on as it did."""
    compiler, library = shutil.which("cc"), scene.beside / "clock.so"
    if compiler is None:
        raise CannotBe("no C compiler here for a clock that can be set")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, _SOURCE], check=True)
    hand = _hand(scene)
    hand.write_bytes(bytes(8))
    yield {"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(hand)}


async def _leap(scene: Scene) -> None:
    for hours in (-1, 48, 0):
        with _hand(scene).open("r+b") as hand:  # as it is read: it may not be empty for a moment
            hand.write(struct.pack("q", hours * _HOUR_S))
        await asyncio.sleep(scene.seconds / 3)


def _hand(scene: Scene) -> Path:
    return scene.beside / "clock"


@contextmanager
def _disk(scene: Scene) -> Iterator[Mapping[str, str]]:
    try:
        with small_disk(scene.folder, _DISK):
            yield {}
    except NoDisk as reason:
        raise CannotBe(str(reason)) from reason


async def _full(scene: Scene) -> None:
    async for _ in _turns(scene):
        ballast = await asyncio.to_thread(fill, scene.folder)
    ballast.unlink()


async def _locked(scene: Scene) -> None:
    """Another process is in the middle of writing."""
    path = str(scene.folder / DATABASE_FILE)
    holder = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDING, path), stdin=PIPE, stdout=PIPE
    )
    assert holder.stdout
    assert await holder.stdout.readline() == b"held\n"
    await asyncio.sleep(scene.seconds)
    await holder.communicate(b"go\n")


@contextmanager
def _no_log(scene: Scene) -> Iterator[Mapping[str, str]]:
    if not _FULL.exists():
        raise CannotBe(f"no {_FULL} here")
    logs = scene.folder / "logs"
    logs.mkdir(parents=True)
    (logs / "tokki.log").symlink_to(_FULL)
    yield {"TOKKI_LOG_LEVEL": "DEBUG"}


async def _wait(scene: Scene) -> None:
    await asyncio.sleep(scene.seconds)


async def _out(scene: Scene) -> None:
    """Neither takes anything that it is sent."""
    scene.discord.fail("*", "*", 503, None)
    scene.slack.fail(status=503, times=None)
    await asyncio.sleep(scene.seconds)
    scene.discord.faults.clear()
    scene.slack.web_api.faults.clear()


MISHAPS = (
    Mishap("sockets cut every second", _cut, is_of_the_platform=True),
    Mishap("429 every second", _fail(429), is_of_the_platform=True),
    Mishap("500 every second", _fail(500), is_of_the_platform=True),
    Mishap("503 and nothing else", _out, is_of_the_platform=True),
    Mishap("everything delivered twice", _twice),
    Mishap("clock an hour back, two days on, and right again", _leap, _clock),
    Mishap("disk full", _full, _disk),
    Mishap("database locked by another", _locked),
    Mishap("disk of the log full", _wait, _no_log),
)


async def _turns(scene: Scene) -> AsyncIterator[None]:
    """Go on with it again and again until the time is over."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + scene.seconds
    while loop.time() < ends_at:
        yield
        await asyncio.sleep(_AGAIN_S)
