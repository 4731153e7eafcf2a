"""PostgreSQL dies under two Tokkis that people ask without a pause, twice, and comes back.

Each question has its answer, or is told in words that there is none; what was answered is kept, and
once; each process has its shards again, and nobody but the server was started anew.
"""

import asyncio
import logging
import os
import signal
import time
from collections import Counter
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import pytest

from tests.parity.doors.process import LoopThread, TokkiRun
from tests.scale.test_processes import SHARDS, Servers, begun, loop
from tests.servers.discord_server import UserAction
from tests.servers.postgresql import PostgreSQL, free_port, running_server
from tests.storage.places import rows_in
from tests.waiting import PATIENCE_S, until

__all__ = ["loop"]

pytestmark = pytest.mark.scale

LEASES = (
    "SELECT owner, string_agg(name, ',' ORDER BY name) FROM leases WHERE name LIKE '%:shard:%'"
    " AND expires_at > timezone('utc', now()) GROUP BY owner"
)
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE usename = 'tokki' AND pid <> pg_backend_pid()"
LONGER_THAN_A_LEASE_S = 15.0

log = logging.getLogger(__name__)


def held(url: str) -> dict[str, str]:
    """The shards of each process."""
    return dict(rows_in(url, LEASES))


def are_halves(found: dict[str, str]) -> bool:
    return [names.count(",") + 1 for names in found.values()] == [SHARDS // 2] * 2


def health(port: int) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except HTTPError as error:
        log.warning("%s", error.read().decode())
        return error.code


def kill_a_backend(server: PostgreSQL) -> None:
    """Its server ends all others then, for what they share may be damaged."""
    with server.admin() as admin:
        (pid,) = admin.execute(BACKENDS).fetchone() or (0,)
    os.kill(pid, signal.SIGKILL)


def kill(server: PostgreSQL) -> None:
    """The server's own process, whose children end once they notice."""
    children = psutil.Process(server.pid).children()
    server.stop(signal.SIGKILL)
    assert not psutil.wait_procs(children, PATIENCE_S)[1]


class Two:
    """Processes that share one server, each with a port of its own."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.ports = (free_port(), free_port())
        shared = settings | {"TOKKI_METRICS_TOKEN": "x", "TOKKI_SHARDS": "auto"}
        self.runs = [TokkiRun(folder, shared | {"TOKKI_HTTP_PORT": str(p)}) for p in self.ports]

    async def are(self, status: int) -> None:
        """Wait until both say so of themselves."""
        for port in self.ports:
            is_so = lambda port=port: asyncio.to_thread(lambda: health(port) == status)  # noqa: E731
            await until(is_so, f"/healthz says {status}")


def words(asked: UserAction) -> str:
    return asked.answer.text if asked.answer else ""


def test_a_server_that_is_killed_under_load(tmp_path: Path, loop: LoopThread) -> None:
    servers, every = Servers(), set(range(SHARDS))
    loop.do(servers.open())
    with running_server() as server:
        url = server.new(server.tidy)
        two = Two(tmp_path, servers.discord.settings | {"TOKKI_DATABASE_URL": url})
        try:
            asyncio.run(until(lambda: are_halves(held(url)), "each has its share"))
            loop.do(servers.discord.ready())
            loop.do(servers.are_answered(every))
            before, asking = held(url), loop.do(begun(servers))
            time.sleep(2)

            kill_a_backend(server)
            died_s = time.monotonic()
            loop.do(servers.are_answered(every))
            log.warning("a backend was killed: answered after %.1f s", time.monotonic() - died_s)

            kill(server)
            loop.do(two.are(503))
            time.sleep(LONGER_THAN_A_LEASE_S)
            unsure = loop.do(told(servers))
            server.start()
            back_s = time.monotonic()
            loop.do(servers.are_answered(every))
            log.warning("the server is back: answered after %.1f s", time.monotonic() - back_s)
            loop.do(two.are(200))
            assert held(url) == before, "nobody took what was another's"
            assert all("database" in text for text in unsure), unsure
            servers.is_asking = False
            loop.do(all_answered(servers, asking))
            check(servers, url)
            for run in two.runs:
                run.stop()
        finally:
            for run in two.runs:
                run.kill()
            loop.do(servers.discord.stop())
    assert not servers.discord.violations


async def told(servers: Servers) -> list[str]:
    """What people hear who ask while nobody can know whose shard it is."""
    asked = [await servers.ask(shard) for shard in range(SHARDS)]
    return [(await one.answered()).text for one in asked]


async def all_answered(servers: Servers, asking: "asyncio.Task[None]") -> None:
    await asking
    for some in servers.asked.values():
        for _, one in some:
            await one.answered()


def check(servers: Servers, url: str) -> None:
    kept = Counter(dict(rows_in(url, "SELECT text, count(*) FROM queries GROUP BY text")))
    assert set(kept.values()) == {1}
    asked = [one for some in servers.asked.values() for one in some]
    said = Counter("answer" if "%" in words(one) else words(one) for _, one in asked)
    log.warning("%d questions: %s", len(asked), said)
    for text, one in asked:
        assert len(one.callbacks) == 1, text
        assert "%" in words(one) or "database" in words(one), (text, words(one))
        if "%" in words(one):
            assert kept[text] == 1, text
