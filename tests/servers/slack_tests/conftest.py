"""A server of Slack's kind, with a workspace."""

from collections.abc import AsyncIterator

import pytest

from tests.servers.slack_server import LoopbackSlack


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as server:
        yield server
