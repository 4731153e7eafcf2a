"""A Hub server on loopback with one repository, and a Hub that fetches from it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from models.hub.fetching import Hub
from tests.models.hub.repository import FILES, MB, UNWANTED
from tests.servers.hub import LoopbackHub, Repo


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
