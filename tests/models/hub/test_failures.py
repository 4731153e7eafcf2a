"""Fetching from a Hub: whatever fails has its sentence."""

import asyncio
import errno
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from models.hub.client import PAUSE_S
from models.hub.fetching import Hub
from models.reasons import Reason
from tests.models.hub.repository import FILES, cause_of_failure, checkpoint, contents, silent
from tests.servers.hub import Fault, LoopbackHub, Repo


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were asked, however often."""
    sent: list[str] = []
    send = httpx2.Client.send

    def noted(self: httpx2.Client, request: httpx2.Request, **how: Any) -> httpx2.Response:
        sent.append(str(request.url))
        return send(self, request, **how)

    monkeypatch.setattr(httpx2.Client, "send", noted)
    return sent


class TestFailures:
    async def test_a_closed_port_is_tried_twice(
        self, make_hub: Callable[..., Hub], repo: Repo, sent: list[str], naps: list[float]
    ) -> None:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            hub = make_hub(url=f"http://127.0.0.1:{held.getsockname()[1]}")
            assert await cause_of_failure(hub, repo) == "unreachable"

        assert len(sent) == 2
        assert naps == [PAUSE_S]

    async def test_a_host_that_has_no_address(
        self, make_hub: Callable[..., Hub], repo: Repo, sent: list[str], naps: list[float]
    ) -> None:
        assert await cause_of_failure(make_hub(url="http://hub.invalid"), repo) == "unreachable"
        assert len(sent) == 2
        assert naps == [PAUSE_S]

    async def test_a_server_that_says_nothing(
        self,
        make_hub: Callable[..., Hub],
        repo: Repo,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("models.hub.client.READ_S", 0.5)
        with socket.create_server(("127.0.0.1", 0)) as mute:
            hub = make_hub(url=f"http://127.0.0.1:{mute.getsockname()[1]}")
            assert await cause_of_failure(hub, repo) == "unreachable"

    async def test_the_network_goes_in_the_middle(
        self,
        hub: Hub,
        repo: Repo,
        server: LoopbackHub,
        monkeypatch: pytest.MonkeyPatch,
        naps: list[float],
    ) -> None:
        """huggingface_hub alone would try for 6 minutes."""
        monkeypatch.setattr("models.hub.client.READ_S", 0.5)
        server.faults.append(Fault("*/resolve/*", held=asyncio.Event()))

        assert await cause_of_failure(hub, repo) == "unreachable"
        assert server.count("*/resolve/*") == 1
        assert naps == []

    async def test_no_such_repository(self, hub: Hub) -> None:
        assert await cause_of_failure(hub, Repo("org/none", "a" * 40, {})) == "not_found"

    async def test_no_such_revision(self, hub: Hub, repo: Repo) -> None:
        assert await cause_of_failure(hub, Repo("org/tiny", "a" * 40, {})) == "no_revision"

    @pytest.mark.parametrize(
        ("guard", "token", "cause"),
        [
            ("is_private", None, "not_found"),
            ("is_private", "hf_other", "not_found"),
            ("is_private", "hf_good", None),
            ("is_gated", None, "gated"),
            ("is_gated", "hf_other", "no_access"),
            ("is_gated", "hf_good", None),
        ],
    )
    async def test_a_guarded_repository(
        self,
        make_hub: Callable[..., Hub],
        server: LoopbackHub,
        guard: str,
        token: str | None,
        cause: str | None,
    ) -> None:
        server.tokens.add("hf_other")
        repo = server.add("org/ours", FILES, readers=frozenset({"hf_good"}), **{guard: True})

        if cause is not None:
            assert await cause_of_failure(make_hub(token), repo) == cause
        else:
            assert contents(await make_hub(token).fetch(checkpoint(repo), silent)) == FILES

    async def test_a_token_that_is_none(self, make_hub: Callable[..., Hub], repo: Repo) -> None:
        assert await cause_of_failure(make_hub("hf_wrong"), repo) == "bad_token"

    @pytest.mark.parametrize("path", ["/api/*", "*/resolve/*"])
    @pytest.mark.parametrize(
        ("headers", "says"),
        [
            ({"Retry-After": "45"}, "rate_limited_seconds:45"),
            ({"Retry-After": "3600"}, "rate_limited_minutes:60"),
            ({"RateLimit": '"api";r=0;t=290'}, "rate_limited_minutes:5"),
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
        naps: list[float],
    ) -> None:
        """huggingface_hub would wait as long as it is told."""
        server.faults.append(Fault(path, status=429, headers=headers))

        assert await cause_of_failure(hub, repo) == says

        assert server.count(path) == 1
        assert naps == []

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


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_by_its_number(number: int) -> None:
    from models.hub.reasons import explain  # noqa: PLC0415

    assert explain(OSError(number, "full"), has_token=False) is Reason.DISK_FULL
