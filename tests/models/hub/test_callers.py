"""Fetching from a Hub: many ask for one, and some go away."""

import asyncio
import threading
from pathlib import Path

import pytest

from models.hub.fetching import Hub
from models.reports import DownloadProgress
from tests.models.hub.repository import FILES, TOTAL, WEIGHTS, checkpoint, contents, silent
from tests.servers.hub import Fault, LoopbackHub, Repo
from tests.waiting import until, within


class TestCallers:
    async def test_however_many_ask_it_is_fetched_once(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        said: list[DownloadProgress] = []
        names = [f"tiny{number}" for number in range(8)]

        found = await asyncio.gather(
            *(hub.fetch(checkpoint(repo, name), said.append) for name in names)
        )

        assert [one.name for one in found] == names
        assert len({one.folder for one in found}) == 1
        assert server.count("/api/models/*") == 1
        assert server.count("*/model.safetensors", "GET") == 1
        assert {one.name for one in said if one.done_bytes == TOTAL} == set(names)

    async def test_at_most_two_downloads_run_at_once(self, hub: Hub, server: LoopbackHub) -> None:
        server.faults.append(Fault("*/model.safetensors", "GET", bytes_per_s=4 * len(WEIGHTS)))
        repos = [server.add(f"org/tiny{number}", FILES) for number in range(4)]
        begun: list[str] = []

        fetches = [
            asyncio.create_task(
                hub.fetch(checkpoint(one, one.repo_id), lambda said: begun.append(said.name))
            )
            for one in repos
        ]
        while not any(fetch.done() for fetch in fetches):
            assert len(set(begun)) <= 2
            await asyncio.sleep(0.01)
        await asyncio.gather(*fetches)

        assert len(set(begun)) == 4

    async def test_what_is_on_disk_need_not_wait_for_downloads(
        self, hub: Hub, repo: Repo, server: LoopbackHub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("models.hub.client.READ_S", 1000.0)
        await hub.fetch(checkpoint(repo), silent)
        speak = asyncio.Event()
        server.faults.append(Fault(held=speak))
        before = server.count()
        slow = [
            asyncio.create_task(hub.fetch(checkpoint(server.add(f"o/{n}", FILES)), silent))
            for n in range(3)
        ]
        await until(lambda: server.count() == before + 2, "two downloads have begun")

        async with within("what is on disk"):
            await hub.fetch(checkpoint(repo), silent)

        for fetch in slow:
            fetch.cancel()
        speak.set()
        await asyncio.gather(*slow, return_exceptions=True)

    async def test_a_cancelled_caller_leaves_the_others_their_download(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        server.faults.append(Fault("*/model.safetensors", bytes_per_s=3 * len(WEIGHTS)))
        first = asyncio.create_task(hub.fetch(checkpoint(repo), silent))
        second = asyncio.create_task(hub.fetch(checkpoint(repo), silent))
        await until(lambda: server.count("*/model.safetensors", "GET"), "the download")
        first.cancel()

        assert contents(await second) == FILES
        assert first.cancelled()
        assert server.count("*/model.safetensors", "GET") == 1

    async def test_a_download_that_nobody_waits_for_stops_and_may_begin_anew(
        self, hub: Hub, repo: Repo, server: LoopbackHub, tmp_path: Path
    ) -> None:
        slow = Fault("*/model.safetensors", "GET", bytes_per_s=len(WEIGHTS) // 3)
        server.faults.append(slow)
        came = asyncio.Event()
        only = asyncio.create_task(
            hub.fetch(checkpoint(repo), lambda said: came.set() if said.done_bytes else None)
        )
        async with within("the first bytes"):
            await came.wait()
        only.cancel()
        with pytest.raises(asyncio.CancelledError):
            await only
        server.faults.clear()

        assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES

        assert server.count("*/model.safetensors", "GET") == 2, "the slow one did not go on"
        assert list((tmp_path / "cache").rglob("*.incomplete")) == []

    async def test_close_stops_what_runs(self, hub: Hub, repo: Repo, server: LoopbackHub) -> None:
        server.faults.append(Fault("*/model.safetensors", "GET", bytes_per_s=len(WEIGHTS) // 9))
        fetch = asyncio.create_task(hub.fetch(checkpoint(repo), silent))
        await until(lambda: server.count("*/model.safetensors", "GET") == 1, "the download")

        hub.close()

        with pytest.raises(asyncio.CancelledError):
            await fetch
        await until(
            lambda: "hub_" not in str(threading.enumerate()),
            "the end of its threads",
            threading.enumerate,
        )

    async def test_nothing_is_removed_while_another_commit_of_it_comes(
        self, hub: Hub, server: LoopbackHub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("models.hub.client.READ_S", 1000.0)
        old = server.add("org/tiny", FILES)
        first = await hub.fetch(checkpoint(old), silent)
        new = server.commit(old, FILES | {"config.json": b'{"model_type": "roberta"}'})
        speak = asyncio.Event()
        server.faults.append(Fault("*/tokenizer.json", held=speak))
        fetch = asyncio.create_task(hub.fetch(checkpoint(new), silent))
        await until(lambda: server.count(f"*/{new.revision}/tokenizer.json") > 0, "it has begun")

        assert await hub.remove(checkpoint(old)) == 0

        speak.set()
        assert contents(await fetch)["model.safetensors"] == WEIGHTS
        assert contents(first) == FILES
        assert await hub.remove(checkpoint(old)) > 0

    async def test_what_comes_waits_for_what_is_removed(
        self, hub: Hub, server: LoopbackHub
    ) -> None:
        old = server.add("org/tiny", FILES)
        await hub.fetch(checkpoint(old), silent)
        new = server.commit(old, FILES | {"config.json": b'{"model_type": "roberta"}'})
        freed, found = await asyncio.gather(
            hub.remove(checkpoint(old)), hub.fetch(checkpoint(new), silent)
        )
        assert freed == TOTAL
        assert contents(found)["model.safetensors"] == WEIGHTS
