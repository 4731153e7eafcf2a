"""Fetching from a Hub: what may not come."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import BrokenCheckpoint, TooLarge, UnsafeWeights
from models.hub.fetching import Hub
from models.reasons import Reason
from tests.models.hub.repository import FILES, MB, cause_of_failure, checkpoint, contents, silent
from tests.servers.hub import Fault, LoopbackHub, Repo
from tests.servers.hub_repo import read


class TestRules:
    async def test_pickled_weights_only(self, hub: Hub, server: LoopbackHub) -> None:
        repo = server.add("org/old", {"config.json": b"{}", "pytorch_model.bin": b"pickle"})

        with pytest.raises(UnsafeWeights) as caught:
            await hub.fetch(checkpoint(repo), silent)

        assert caught.value.facts == {"name": "tiny"}
        assert server.count("*/resolve/*") == 0

    @pytest.mark.parametrize(
        ("names", "reason"),
        [
            (("model-Q4.gguf",), Reason.WEIGHTS_GGUF.of("model-Q4.gguf")),
            (("config.json", "onnx/model.onnx"), Reason.WEIGHTS_ONNX.of("onnx/model.onnx")),
            (("config.json", "tf_model.h5"), Reason.WEIGHTS_OTHER_PROGRAM.of("tf_model.h5")),
            (("adapter_config.json", "adapter_model.safetensors"), Reason.ADAPTER),
            (("config.json", "diffuser.safetensors"), Reason.WEIGHTS_MISNAMED),
            (("config.json", "0_Part/config.json"), Reason.WEIGHTS_MISSING),
        ],
    )
    async def test_weights_of_another_kind_are_named_and_not_fetched(
        self, hub: Hub, server: LoopbackHub, names: tuple[str, ...], reason: str
    ) -> None:
        repo = server.add("org/other", dict.fromkeys(names, b"{}"))

        with pytest.raises(BrokenCheckpoint) as caught:
            await hub.fetch(checkpoint(repo), silent)

        assert str(caught.value.facts["reason"]).startswith(reason)
        assert server.count("*/resolve/*") == 0

    async def test_the_modules_of_sentence_transformers_come_along(
        self, hub: Hub, server: LoopbackHub
    ) -> None:
        modules = {
            "modules.json": b"[]",
            "1_Pooling/config.json": b"{}",
            "2_Dense/config.json": b"{}",
            "2_Dense/model.safetensors": bytes(100),
        }
        others = {"2_Dense/pytorch_model.bin": b"pickle", "3_Own/code.py": b"exit()"}
        repo = server.add("org/encoder", FILES | modules | others)

        found = await hub.fetch(checkpoint(repo), silent)

        assert found.folder is not None
        assert read(found.folder) == FILES | modules
        assert await hub.kept(checkpoint(repo)) == found

    async def test_a_tokenizer_alone_may_come(self, hub: Hub, server: LoopbackHub) -> None:
        files = {"tokenizer.json": b"{}", "tokenizer_config.json": b"{}"}
        repo = server.add("org/tokenizer", files)

        assert contents(await hub.fetch(checkpoint(repo), silent)) == files

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

    async def test_more_files_than_a_checkpoint_has(self, hub: Hub, server: LoopbackHub) -> None:
        sides = {f"side{number}.json": b"{}" for number in range(1_100)}
        repo = server.add("org/many", FILES | sides)

        with pytest.raises(BrokenCheckpoint) as caught:
            await hub.fetch(checkpoint(repo), silent)
        assert caught.value.facts["reason"] == Reason.FOLDER_TOO_FULL
        assert server.count("*side*.json") == 0

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
