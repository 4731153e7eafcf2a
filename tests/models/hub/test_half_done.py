"""Fetching from a Hub: what was cut off is taken up, never taken for whole."""

import os
from pathlib import Path

import pytest

from models.hub.fetching import Hub
from tests.models.hub.repository import (
    FILES,
    TOTAL,
    WEIGHTS,
    cause_of_failure,
    checkpoint,
    contents,
    silent,
)
from tests.servers.hub import Fault, LoopbackHub, Repo


class TestHalfDone:
    """A part of a snapshot is never taken for the whole."""

    async def test_wrong_content_of_the_right_size(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        server.faults.append(Fault("*/model.safetensors", "GET", times=1, body=bytes(len(WEIGHTS))))
        assert await cause_of_failure(hub, repo) == "damaged"

        assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES

    async def test_wrong_content_of_a_small_file(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        server.faults.append(
            Fault("*/config.json", "GET", times=1, body=FILES["config.json"][::-1])
        )
        assert await cause_of_failure(hub, repo) == "damaged"

        assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES

    async def test_wrong_size(self, hub: Hub, repo: Repo, server: LoopbackHub) -> None:
        server.faults.append(Fault("*/model.safetensors", "GET", times=1, body=WEIGHTS[:-1]))

        assert await cause_of_failure(hub, repo) == "damaged"
        assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES

    async def test_a_connection_that_breaks_is_taken_up_where_it_broke(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        server.faults.append(
            Fault("*/model.safetensors", "GET", times=1, cut_after=len(WEIGHTS) // 2)
        )
        done: list[int] = []

        found = await hub.fetch(checkpoint(repo), lambda said: done.append(said.done_bytes))

        assert contents(found) == FILES
        assert done == sorted(done)
        assert server.count("*/model.safetensors", "GET") == 2

    async def test_a_failure_keeps_the_files_that_were_whole(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        server.faults.append(Fault("*/model.safetensors", times=1, status=403))
        assert await cause_of_failure(hub, repo) == "forbidden"
        server.seen.clear()
        done: list[int] = []

        found = await hub.fetch(checkpoint(repo), lambda said: done.append(said.done_bytes))

        assert contents(found) == FILES
        assert done[-1] == TOTAL
        assert server.count("*/resolve/*") == 2

    @pytest.mark.parametrize("harm", ["emptied", "deleted", "pointer only"])
    async def test_a_cache_that_has_come_to_harm_is_mended(
        self, hub: Hub, repo: Repo, harm: str
    ) -> None:
        folder = (await hub.fetch(checkpoint(repo), silent)).folder
        assert folder is not None
        weights = folder / "model.safetensors"
        match harm:
            case "emptied":
                weights.write_bytes(b"")
            case "deleted":
                weights.unlink()
            case _:
                weights.resolve().unlink()

        assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES

    async def test_a_snapshot_that_another_program_began_is_completed(
        self, hub: Hub, repo: Repo, server: LoopbackHub, tmp_path: Path
    ) -> None:
        folder = tmp_path / "cache" / "models--org--tiny" / "snapshots" / repo.revision
        folder.mkdir(parents=True)
        (folder / "config.json").write_bytes(FILES["config.json"])
        (folder / "vocab.txt").write_bytes(b"half")

        assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES
        assert server.count("*/config.json") == 0

    async def test_what_killed_downloads_left_is_swept_up(
        self, hub: Hub, repo: Repo, tmp_path: Path
    ) -> None:
        blobs = tmp_path / "cache" / "models--org--tiny" / "blobs"
        blobs.mkdir(parents=True)
        old, new = blobs / "a.incomplete", blobs / "b.incomplete"
        old.write_bytes(b"x")
        new.write_bytes(b"x")
        os.utime(old, (1, 1))

        await hub.fetch(checkpoint(repo), silent)

        assert not old.exists()
        assert new.exists(), "it may be another program's, at work"
