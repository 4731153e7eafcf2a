"""A door over a real database and tiny checkpoints, to be started and stopped by a test."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.app import App
from bot.doors import Serve
from bot.settings import Settings
from bot.web_server import WebServer
from handlers.commands import TABLE
from handlers.importing.job import new_job
from handlers.needs.people import PeopleOfPlatform
from handlers.needs.storage import Storage
from handlers.reading.lookup import CommandTable
from handlers.types import Language
from storage.records import ImportState
from tests.handlers.conftest import Bot, running
from tests.waiting import until, within

ROOT = Path(__file__).parents[2]


async def leave(storage: Storage, community: str, user: str) -> None:
    """Leave the first import of a database as a process does that is gone before it has begun."""
    one = await storage.imports.get(community, 1)
    new, plan = new_job(one, ImportState.RUNNING, user, Language.ENGLISH)
    job = await storage.jobs.start(new, "somebody who is gone", plan)
    await storage.jobs.release(job.id, "somebody who is gone", {})


class ServedTokki(ABC):
    """Tokki on one platform, as its operator starts and stops it."""

    serve: Serve

    def __init__(self, data_dir: Path, checkpoints: Path) -> None:
        self.data_dir = data_dir
        self.token = ""
        """Another than the platform's own."""
        self.port = 0
        """Of the web server; 0: any."""
        self.web_url = ""
        self.people: dict[str, PeopleOfPlatform] = {}
        self.table = TABLE
        self.said: list[str] = []
        self.bot: Bot | None = None
        self.web_server: WebServer | None = None
        self.serving: asyncio.Task[None] | None = None
        self._checkpoints = checkpoints

    @abstractmethod
    def settings(self) -> Settings:
        """What it is started with."""

    @abstractmethod
    async def connected(self) -> None:
        """Wait until the platform has it."""

    async def start(self) -> None:
        """Start, and wait until it is there."""
        self.begin()
        await self.connected()

    def begin(self) -> None:
        """Start without waiting."""
        self._stop = asyncio.Event()
        self.serving = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        """Stop as SIGTERM does."""
        if self.serving:
            self._stop.set()
            serving, self.serving = self.serving, None
            await serving

    async def crash(self) -> None:
        """End without a word, as a power cut does."""
        assert self.serving
        self.serving.cancel()
        await asyncio.gather(self.serving, return_exceptions=True)
        self.serving = None

    async def ended(self) -> None:
        """Wait until it ends by itself."""
        assert self.serving
        serving, self.serving = self.serving, None
        async with within("the door ends by itself", lambda: self.said):
            await serving

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            self.bot = await stack.enter_async_context(
                running(
                    self.data_dir,
                    self._checkpoints,
                    table=self.table,
                    web_url=self.web_url,
                    people=self.people,
                )
            )
            others = self.bot.services.others
            self.web_server = server = WebServer("127.0.0.1", self.port)
            app = App(
                self.bot.dispatcher,
                self.bot.services,
                others,
                server,
                lambda: None,
            )
            serve = type(self).serve
            await serve(app, self.settings(), Language.ENGLISH, self._stop, self.said.append)


async def run_as_its_operator(
    settings: Mapping[str, str], data_dir: Path, meanwhile: Callable[[], Awaitable[None]]
) -> str:
    """Run the command itself in a process of its own, until SIGTERM; return all that it said.

    What looks after it, such as a container's health check, has to find it well.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fixed = {
        "TOKKI_DATA_DIR": str(data_dir),
        "TOKKI_LANGUAGE": "en",
        "TOKKI_HTTP_PORT": str(port),
        "TOKKI_METRICS_TOKEN": "so that the port is open",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=ROOT,
        env=os.environ | fixed | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    await meanwhile()
    await until(lambda: _health(port), "it is well")
    process.send_signal(signal.SIGTERM)
    async with within("`tokki run` ends after SIGTERM"):
        out, err = await process.communicate()
    assert process.returncode == 0
    log = (data_dir / "logs" / "tokki.log").read_text("utf-8")
    return out.decode() + err.decode() + log


async def _health(port: int) -> bool:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as told:
        return (told.status, await told.text()) == (200, "ok")


@pytest.fixture
def lookups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every time that a command is looked up in the table, and how."""
    seen: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        find = getattr(CommandTable, name)

        def count(table: CommandTable, wanted: str) -> Any:
            seen.append(name)
            return find(table, wanted)

        return count

    for name in ("find", "of_form"):
        monkeypatch.setattr(CommandTable, name, counted(name))
    return seen
