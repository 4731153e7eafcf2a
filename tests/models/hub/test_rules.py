"""Fetching from a Hub: what may not come."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import TooLarge, UnsafeWeights
from models.hub.fetching import Hub
from tests.models.hub.repository import (
    FILES,
    MB,
    cause_of_failure,
    checkpoint,
    contents,
    silent,
)
from tests.servers.hub import Fault, LoopbackHub, Repo


class TestRules:
    async def test_pickled_weights_only(self, hub: Hub, server: LoopbackHub) -> None:
        repo = server.add("org/old", {"config.json": b"{}", "pytorch_model.bin": b"pickle"})

        with pytest.raises(UnsafeWeights) as caught:
            await hub.fetch(checkpoint(repo), silent)

        assert caught.value.facts == {"name": "tiny"}
        assert server.count("*/resolve/*") == 0

    async def test_over_the_limit(
        self, make_hub: Callable[..., Hub], repo: Repo, server: LoopbackHub
    ) -> None:
        with pytest.raises(TooLarge) as caught:
            await make_hub(limit=MB).fetch(checkpoint(repo), silent)

        assert caught.value.facts == {
            "name": "tiny",
            "size_mb": 2,
            "limit_mb": 1,
            "setting": "TOKKI_MAX_DOWNLOAD_MB",
        }
        assert server.count("*/resolve/*") == 0

    async def test_a_listing_that_lies_about_a_size_gets_no_further(
        self, hub: Hub, repo: Repo, tmp_path: Path
    ) -> None:
        repo.claimed_sizes["model.safetensors"] = 1000

        assert await cause_of_failure(hub, repo) == "damaged"
        assert all(
            file.stat().st_size <= 1000
            for file in (tmp_path / "cache").rglob("*")
            if file.is_file()
        )

    @pytest.mark.parametrize(
        "name", ["../evil.json", "../../../evil.json", "..\\evil.json", "/evil.json", "C:evil.json"]
    )
    async def test_a_file_that_climbs_is_left_alone(
        self, hub: Hub, server: LoopbackHub, tmp_path: Path, name: str
    ) -> None:
        repo = server.add("org/evil", FILES | {name: b"evil"})

        assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES
        assert list(tmp_path.parent.rglob("*evil.json")) == []
        assert server.count("*evil.json") == 0

    @pytest.mark.parametrize("header", ["ETag", "X-Linked-Etag", "X-Repo-Commit"])
    async def test_headers_that_would_be_paths(
        self, hub: Hub, repo: Repo, server: LoopbackHub, tmp_path: Path, header: str
    ) -> None:
        server.faults.append(Fault("*/resolve/*", headers={header: '"../../../../../stray"'}))

        assert await cause_of_failure(hub, repo) == "odd_answer"
        assert list(tmp_path.parent.rglob("*stray*")) == []

    async def test_a_file_of_another_commit(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        server.faults.append(Fault("*/resolve/*", headers={"X-Repo-Commit": "a" * 40}))

        assert await cause_of_failure(hub, repo) == "damaged"

    async def test_a_listing_of_another_commit(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        body = json.dumps({"id": "org/tiny", "sha": "a" * 40, "siblings": []}).encode()
        server.faults.append(Fault("/api/*", status=200, body=body))

        assert await cause_of_failure(hub, repo) == "odd_answer"
