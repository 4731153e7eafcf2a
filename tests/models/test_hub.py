"""Fetching from a Hub: unmodified huggingface_hub, real sockets, a server of our own."""

import asyncio
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from models.errors import HubFailed, TooLarge, UnsafeWeights
from models.hub import Hub
from models.results import Checkpoint, DownloadProgress, Origin
from tests.servers.hub import Fault, LoopbackHub, Repo

WEIGHTS = bytes(range(256)) * 4096  # 1 MiB
FILES = {
    "config.json": b'{"model_type": "bert"}',
    "vocab.txt": b"[PAD]\n[UNK]\n",
    "tokenizer.json": b"{}",
    "README.md": "토끼 🐇".encode(),
    "model.safetensors": WEIGHTS,
}
UNWANTED = {
    "modeling_x.py": b"raise SystemExit",
    "pytorch_model.bin": b"pickle",
    "model.fp16.safetensors": bytes(10),
    "onnx/model.onnx": bytes(10),
    "onnx/config.json": b"{}",
    ".gitattributes": b"x",
}
TOTAL = sum(map(len, FILES.values()))
MB = 1_000_000


@pytest.fixture
async def server() -> AsyncIterator[LoopbackHub]:
    async with LoopbackHub() as running:
        yield running


@pytest.fixture
def repo(server: LoopbackHub) -> Repo:
    return server.add("org/tiny", FILES | UNWANTED)


@pytest.fixture
def make_hub(tmp_path: Path, server: LoopbackHub) -> Callable[..., Hub]:
    def make(token: str | None = None, limit: int = 100 * MB, url: str = server.url) -> Hub:
        return Hub(tmp_path / "cache", url, token, limit)

    return make


@pytest.fixture
def hub(make_hub: Callable[..., Hub]) -> Hub:
    return make_hub()


def checkpoint(repo: Repo, name: str = "tiny") -> Checkpoint:
    return Checkpoint(
        name, repo.revision[:7], Origin.HUB, None, repo_id=repo.repo_id, revision=repo.revision
    )


def silent(_: DownloadProgress) -> None: ...


def contents(found: Checkpoint) -> dict[str, bytes]:
    assert found.folder is not None
    return {file.name: file.read_bytes() for file in found.folder.iterdir()}


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  (threads have no events of the loop)
        await asyncio.sleep(0.01)


async def cause_of_failure(hub: Hub, repo: Repo) -> str:
    with pytest.raises(HubFailed) as caught:
        await hub.fetch(checkpoint(repo), silent)
    facts = caught.value.facts
    assert facts["name"] == "tiny"
    assert str(facts["reason"]).endswith(".")
    return str(facts["cause"])


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
    async def test_it_grows_to_the_total_in_the_loop(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        server.faults.append(Fault("*/model.safetensors", "GET", bytes_per_s=len(WEIGHTS)))
        said: list[tuple[float, DownloadProgress]] = []
        threads: set[threading.Thread] = set()

        def report(progress: DownloadProgress) -> None:
            threads.add(threading.current_thread())
            said.append((time.monotonic(), progress))

        await hub.fetch(checkpoint(repo), report)

        done = [progress.done_bytes for _, progress in said]
        assert {(one.name, one.total_bytes) for _, one in said} == {("tiny", TOTAL)}
        assert done == sorted(done)
        assert (done[0], done[-1]) == (0, TOTAL)
        assert 4 <= len(done) <= 2 + (said[-1][0] - said[0][0]) * 5
        assert threads == {threading.main_thread()}

    async def test_the_loop_is_never_blocked(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        server.faults.append(Fault("*/model.safetensors", bytes_per_s=2 * len(WEIGHTS)))
        late = 0.0

        async def watch() -> None:
            nonlocal late
            while True:
                before = time.monotonic()
                await asyncio.sleep(0.01)
                late = max(late, time.monotonic() - before - 0.01)

        watching = asyncio.create_task(watch())
        await hub.fetch(checkpoint(repo), silent)
        watching.cancel()

        assert late < 0.3, "the imports of huggingface_hub hold the interpreter for a moment"


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
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        await hub.fetch(checkpoint(repo), silent)
        server.faults.append(Fault(delay_s=1))
        slow = [
            asyncio.create_task(hub.fetch(checkpoint(server.add(f"o/{n}", FILES)), silent))
            for n in range(3)
        ]
        await asyncio.sleep(0.2)

        await asyncio.wait_for(hub.fetch(checkpoint(repo), silent), 0.3)

        for fetch in slow:
            fetch.cancel()
        await asyncio.gather(*slow, return_exceptions=True)

    async def test_a_cancelled_caller_leaves_the_others_their_download(
        self, hub: Hub, repo: Repo, server: LoopbackHub
    ) -> None:
        server.faults.append(Fault("*/model.safetensors", bytes_per_s=3 * len(WEIGHTS)))
        first = asyncio.create_task(hub.fetch(checkpoint(repo), silent))
        second = asyncio.create_task(hub.fetch(checkpoint(repo), silent))
        await asyncio.sleep(0.3)
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
        await came.wait()
        only.cancel()
        with pytest.raises(asyncio.CancelledError):
            await only
        server.faults.clear()

        before = time.monotonic()
        assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES

        assert time.monotonic() - before < 2.5, "the slow one, of 3 s, did not go on"
        assert list((tmp_path / "cache").rglob("*.incomplete")) == []

    async def test_close_stops_what_runs(self, hub: Hub, repo: Repo, server: LoopbackHub) -> None:
        server.faults.append(Fault("*/model.safetensors", "GET", bytes_per_s=len(WEIGHTS) // 9))
        fetch = asyncio.create_task(hub.fetch(checkpoint(repo), silent))
        await until(lambda: server.count("*/model.safetensors", "GET") == 1)

        hub.close()

        with pytest.raises(asyncio.CancelledError):
            await fetch
        await until(lambda: "hub_" not in str(threading.enumerate()))


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


class TestFailures:
    async def test_a_closed_port_is_told_within_seconds(
        self, make_hub: Callable[..., Hub], repo: Repo
    ) -> None:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            hub = make_hub(url=f"http://127.0.0.1:{held.getsockname()[1]}")
            before = time.monotonic()
            assert await cause_of_failure(hub, repo) == "unreachable"

        assert time.monotonic() - before < 3

    async def test_a_host_that_has_no_address(
        self, make_hub: Callable[..., Hub], repo: Repo
    ) -> None:
        before = time.monotonic()

        assert await cause_of_failure(make_hub(url="http://hub.invalid"), repo) == "unreachable"
        assert time.monotonic() - before < 5

    async def test_a_server_that_says_nothing(
        self,
        make_hub: Callable[..., Hub],
        repo: Repo,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("models.hub_client.READ_S", 0.5)
        with socket.create_server(("127.0.0.1", 0)) as mute:
            hub = make_hub(url=f"http://127.0.0.1:{mute.getsockname()[1]}")
            assert await cause_of_failure(hub, repo) == "unreachable"

    async def test_the_network_goes_in_the_middle(
        self, hub: Hub, repo: Repo, server: LoopbackHub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """huggingface_hub alone would try for 6 minutes."""
        monkeypatch.setattr("models.hub_client.READ_S", 0.5)
        server.faults.append(Fault("*/resolve/*", delay_s=30))
        before = time.monotonic()

        assert await cause_of_failure(hub, repo) == "unreachable"
        assert time.monotonic() - before < 3

    async def test_no_such_repository(self, hub: Hub) -> None:
        assert await cause_of_failure(hub, Repo("org/none", "a" * 40, {})) == "not_found"

    async def test_no_such_revision(self, hub: Hub, repo: Repo) -> None:
        assert await cause_of_failure(hub, Repo("org/tiny", "a" * 40, {})) == "no_revision"

    @pytest.mark.parametrize(
        ("token", "cause"), [(None, "not_found"), ("hf_other", "not_found"), ("hf_good", None)]
    )
    async def test_a_private_repository(
        self,
        make_hub: Callable[..., Hub],
        server: LoopbackHub,
        token: str | None,
        cause: str | None,
    ) -> None:
        server.tokens.add("hf_other")
        repo = server.add("org/ours", FILES, is_private=True, readers=frozenset({"hf_good"}))

        if cause is not None:
            assert await cause_of_failure(make_hub(token), repo) == cause
        else:
            assert contents(await make_hub(token).fetch(checkpoint(repo), silent)) == FILES

    @pytest.mark.parametrize(
        ("token", "cause"), [(None, "gated"), ("hf_other", "no_access"), ("hf_good", None)]
    )
    async def test_a_gated_repository(
        self,
        make_hub: Callable[..., Hub],
        server: LoopbackHub,
        token: str | None,
        cause: str | None,
    ) -> None:
        server.tokens.add("hf_other")
        repo = server.add("org/gated", FILES, is_gated=True, readers=frozenset({"hf_good"}))

        if cause is not None:
            assert await cause_of_failure(make_hub(token), repo) == cause
        else:
            assert contents(await make_hub(token).fetch(checkpoint(repo), silent)) == FILES

    async def test_gated_says_what_to_do(self, hub: Hub, server: LoopbackHub) -> None:
        repo = server.add("org/gated", FILES, is_gated=True)

        with pytest.raises(HubFailed, match="HF_TOKEN"):
            await hub.fetch(checkpoint(repo), silent)

    async def test_a_token_that_is_none(self, make_hub: Callable[..., Hub], repo: Repo) -> None:
        assert await cause_of_failure(make_hub("hf_wrong"), repo) == "bad_token"

    @pytest.mark.parametrize("path", ["/api/*", "*/resolve/*"])
    @pytest.mark.parametrize(
        ("headers", "says"),
        [
            ({"Retry-After": "45"}, "45 seconds"),
            ({"Retry-After": "3600"}, "60 minutes"),
            ({"RateLimit": '"api";r=0;t=290'}, "5 minutes"),
        ],
    )
    async def test_too_many_requests(
        self,
        hub: Hub,
        repo: Repo,
        server: LoopbackHub,
        path: str,
        headers: dict[str, str],
        says: str,
    ) -> None:
        server.faults.append(Fault(path, status=429, headers=headers))
        before = time.monotonic()

        with pytest.raises(HubFailed, match=says) as caught:
            await hub.fetch(checkpoint(repo), silent)

        assert caught.value.facts["cause"] == "rate_limited"
        assert time.monotonic() - before < 3, "huggingface_hub would wait as long as it is told"

    async def test_a_short_wait_is_waited(self, hub: Hub, repo: Repo, server: LoopbackHub) -> None:
        server.faults.append(
            Fault("*/vocab.txt", "GET", times=1, status=429, headers={"Retry-After": "0"})
        )

        assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES

    @pytest.mark.parametrize("status", [500, 503])
    @pytest.mark.parametrize(("path", "method"), [("/api/*", "*"), ("*/resolve/*", "GET")])
    async def test_trouble_of_the_hub(
        self, hub: Hub, repo: Repo, server: LoopbackHub, path: str, method: str, status: int
    ) -> None:
        server.faults.append(Fault(path, method, status=status))

        assert await cause_of_failure(hub, repo) == "server"

    async def test_trouble_that_passes(self, hub: Hub, repo: Repo, server: LoopbackHub) -> None:
        server.faults.append(Fault("*/config.json", "HEAD", times=1, status=500))

        assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES

    @pytest.mark.parametrize("body", [b"<html>Please log in</html>", b"[]", b"{}", b'"x"'])
    async def test_something_else_answers(
        self, hub: Hub, repo: Repo, server: LoopbackHub, body: bytes
    ) -> None:
        server.faults.append(Fault("/api/*", status=200, body=body))

        assert await cause_of_failure(hub, repo) == "odd_answer"

    async def test_forbidden(self, hub: Hub, repo: Repo, server: LoopbackHub) -> None:
        server.faults.append(Fault(status=403))

        assert await cause_of_failure(hub, repo) == "forbidden"

    async def test_a_file_that_is_gone(self, hub: Hub, repo: Repo, server: LoopbackHub) -> None:
        server.faults.append(
            Fault("*/vocab.txt", status=404, headers={"X-Error-Code": "EntryNotFound"})
        )

        assert await cause_of_failure(hub, repo) == "damaged"

    async def test_offline_by_choice(
        self, hub: Hub, repo: Repo, server: LoopbackHub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

        assert await cause_of_failure(hub, repo) == "offline"
        assert server.seen == []

    async def test_the_disk_has_less_room_than_the_files_need(
        self, make_hub: Callable[..., Hub], repo: Repo, server: LoopbackHub
    ) -> None:
        repo.claimed_sizes["model.safetensors"] = 10**17

        assert await cause_of_failure(make_hub(limit=10**18), repo) == "disk_full"
        assert server.count("*/resolve/*") == 0

    async def test_the_cache_cannot_be_written(self, hub: Hub, repo: Repo, tmp_path: Path) -> None:
        (tmp_path / "cache").write_text("a file, where a folder should be")

        assert await cause_of_failure(hub, repo) == "cache"


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


FETCH = """
import asyncio, resource, sys
from pathlib import Path
from models.errors import HubFailed
from models.hub import Hub
from models.results import Checkpoint, Origin

hosts = set()
def audit(event, facts):
    if event in ("socket.getaddrinfo", "socket.connect"):
        hosts.add(facts[0] if event == "socket.getaddrinfo" else facts[1][0])
sys.addaudithook(audit)
url, cache, revision, biggest_file = sys.argv[1:]
if int(biggest_file):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(biggest_file), int(biggest_file)))
hub = Hub(Path(cache), url, None, 10**9)
wanted = Checkpoint("tiny", revision[:7], Origin.HUB, None, "org/tiny", revision)
try:
    found = asyncio.run(hub.fetch(wanted, lambda said: print(said.done_bytes, flush=True)))
    print(found.folder, *hosts)
except HubFailed as error:
    print(error.facts["cause"])
"""


class TestOtherProcesses:
    def start(
        self, server: LoopbackHub, repo: Repo, cache: Path, biggest_file: int = 0
    ) -> "subprocess.Popen[str]":
        arguments = [server.url, str(cache), repo.revision, str(biggest_file)]
        return subprocess.Popen(
            [sys.executable, "-c", FETCH, *arguments], stdout=subprocess.PIPE, text=True
        )

    def test_killed_in_the_middle_then_done_by_another(self, tmp_path: Path) -> None:
        with LoopbackHub() as server:
            repo = server.add("org/tiny", FILES)
            slow = Fault("*/model.safetensors", "GET", bytes_per_s=len(WEIGHTS) // 2)
            server.faults.append(slow)
            with self.start(server, repo, tmp_path) as first:
                assert first.stdout is not None
                while int(first.stdout.readline()) < len(WEIGHTS) // 4:
                    pass
                os.kill(first.pid, signal.SIGKILL)
            assert list(tmp_path.rglob("*.incomplete"))
            server.faults.clear()
            server.seen.clear()

            with self.start(server, repo, tmp_path) as second:
                *_, folder, _ = second.communicate()[0].split()

            assert {file.name: file.read_bytes() for file in Path(folder).iterdir()} == FILES
            assert server.count("*/config.json") == 0, "it was whole already"

    def test_nothing_but_the_endpoint_is_ever_asked(self, tmp_path: Path) -> None:
        """Left alone, huggingface_hub asks the real Hub for a list of coding agents, too."""
        with LoopbackHub() as server:
            repo = server.add("org/tiny", FILES)
            with self.start(server, repo, tmp_path) as process:
                *_, _folder, host = process.communicate()[0].splitlines()[-1].split()

        assert host == "127.0.0.1"

    def test_the_disk_gets_full_in_the_middle(self, tmp_path: Path) -> None:
        with LoopbackHub() as server:
            repo = server.add("org/tiny", FILES)
            with self.start(server, repo, tmp_path, biggest_file=len(WEIGHTS) // 2) as process:
                *_, cause = process.communicate()[0].split()

        assert cause == "disk_full"
        assert list(tmp_path.rglob("*.incomplete")) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_by_its_number(number: int) -> None:
    from models.hub_reasons import explain  # noqa: PLC0415

    assert explain(OSError(number, "full"), has_token=False) == ("disk_full", "The disk is full.")
