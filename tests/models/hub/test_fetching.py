"""Fetching from a Hub: what comes, and how it is told."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from models.hub import download
from models.hub.fetching import Hub
from models.reports import DownloadProgress
from models.results import Checkpoint, Origin
from tests.models.hub.repository import (
    FILES,
    TOTAL,
    UNWANTED,
    WEIGHTS,
    checkpoint,
    contents,
    silent,
)
from tests.servers.hub import LoopbackHub, Repo


class TestFetching:
    async def test_what_is_needed_comes_and_nothing_else(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        found = await hub.fetch(checkpoint(repo), silent)

        assert contents(found) == FILES
        assert found.folder is not None
        assert found.folder.name == repo.revision
        for name in UNWANTED:
            assert server.count(f"*/{name}") == 0, name

    async def test_the_second_time_there_is_no_network(
        self, hub: Hub, make_hub: Callable[..., Hub], repo: Repo, server: LoopbackHub
    ) -> None:
        first = await hub.fetch(checkpoint(repo), silent)
        server.seen.clear()
        said: list[DownloadProgress] = []

        assert await hub.fetch(checkpoint(repo), said.append) == first
        assert await make_hub().fetch(checkpoint(repo), said.append) == first
        assert server.seen == []
        assert said == []

    async def test_a_checkpoint_with_a_folder_is_there(
        self, hub: Hub, tmp_path: Path, server: LoopbackHub
    ) -> None:
        local = Checkpoint("x", "0", Origin.BUNDLED, tmp_path)

        assert await hub.fetch(local, silent) is local
        assert server.seen == []

    async def test_one_without_a_pinned_revision_is_a_mistake_of_ours(self, hub: Hub) -> None:
        with pytest.raises(ValueError, match="pinned"):
            await hub.fetch(Checkpoint("x", "0", Origin.HUB, None, repo_id="o/r"), silent)

    async def test_only_the_given_token_and_little_else_is_told(
        self,
        make_hub: Callable[..., Hub],
        repo: Repo,
        server: LoopbackHub,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("HF_TOKEN", "hf_of_the_user")

        await make_hub().fetch(checkpoint(repo), silent)

        assert {seen.token for seen in server.seen} == {None}
        assert {seen.user_agent for seen in server.seen} == {"tokki"}
        assert server.count("/api/agent-harnesses") == 0

    async def test_large_files_may_come_from_another_host_which_gets_no_token(
        self, make_hub: Callable[..., Hub], server: LoopbackHub
    ) -> None:
        server.redirects_large = server.offers_xet = True
        repo = server.add("org/tiny", FILES, is_private=True, readers=frozenset({"hf_good"}))

        assert contents(await make_hub("hf_good").fetch(checkpoint(repo), silent)) == FILES
        assert [seen.token for seen in server.seen if seen.path.startswith("/cdn/")] == [None]
        assert server.count("/xet*") == 0

    async def test_shards_come_with_their_index(self, hub: Hub, server: LoopbackHub) -> None:
        files = {
            "config.json": b"{}",
            "model.safetensors.index.json": b"{}",
            "model-00001-of-00002.safetensors": b"1",
            "model-00002-of-00002.safetensors": b"2",
        }
        repo = server.add("org/sharded", files | {"consolidated.safetensors": b"12"})

        assert contents(await hub.fetch(checkpoint(repo), silent)) == files

    async def test_two_revisions_live_side_by_side(self, hub: Hub, server: LoopbackHub) -> None:
        old = server.add("org/tiny", FILES)
        first = await hub.fetch(checkpoint(old), silent)
        new = server.add("org/tiny", FILES | {"model.safetensors": WEIGHTS[::-1]})
        second = await hub.fetch(checkpoint(new), silent)

        assert contents(first)["model.safetensors"] == WEIGHTS
        assert contents(second)["model.safetensors"] == WEIGHTS[::-1]


class TestProgress:
    @pytest.mark.parametrize(("every_s", "least", "most"), [(0.0, 16, 1000), (1000.0, 2, 2)])
    async def test_it_grows_to_the_total_in_the_loop(
        self,
        hub: Hub,
        repo: Repo,
        monkeypatch: pytest.MonkeyPatch,
        every_s: float,
        least: int,
        most: int,
    ) -> None:
        """Of every piece, or of the first and the last, by how often people are to be told."""
        monkeypatch.setattr("models.hub.download.TELL_EVERY_S", every_s)
        said: list[DownloadProgress] = []
        threads: set[threading.Thread] = set()

        def report(progress: DownloadProgress) -> None:
            threads.add(threading.current_thread())
            said.append(progress)

        await hub.fetch(checkpoint(repo), report)

        done = [progress.done_bytes for progress in said]
        assert {(one.name, one.total_bytes) for one in said} == {("tiny", TOTAL)}
        assert done == sorted(done)
        assert (done[0], done[-1]) == (0, TOTAL)
        assert least <= len(done) <= most
        assert threads == {threading.main_thread()}

    async def test_the_thread_of_the_loop_does_not_do_it(
        self, hub: Hub, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        threads: list[threading.Thread] = []

        def noted(work: Callable[..., Path | None]) -> Callable[..., Path | None]:
            return lambda *asked: threads.append(threading.current_thread()) or work(*asked)

        for work in (download.stored, download.download):
            monkeypatch.setattr(download, work.__name__, noted(work))
        await hub.fetch(checkpoint(repo), silent)

        assert len(threads) == 3
        assert threading.main_thread() not in threads
