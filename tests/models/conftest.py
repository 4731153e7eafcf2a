"""One set of tiny checkpoints for all tests of the engine."""

import pytest
import pytest_asyncio

from tests.models.engine_help import running
from tests.models.tiny import Tiny


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    return Tiny(tmp_path_factory.mktemp("tiny"))


@pytest_asyncio.fixture
async def service(tiny: Tiny):
    async with running(tiny.root) as service:
        yield service
