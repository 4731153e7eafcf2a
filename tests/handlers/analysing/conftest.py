"""A model of meaning, and a bot that has it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from models.checkpoints.catalog import AllowedModel
from tests.handlers.conftest import Bot, running
from tests.models.tasks.test_embedding import POOLING, make, write_modules


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint of vectors."""
    folder = tmp_path_factory.mktemp("encoders") / "meaning"
    make(folder)
    write_modules(folder, POOLING, "Normalize")
    return folder


@pytest_asyncio.fixture
async def comparer(tmp_path: Path, checkpoints: Path, encoder: Path) -> AsyncIterator[Bot]:
    """A bot that may use it."""
    async with running(tmp_path, checkpoints, [AllowedModel("meaning", folder=encoder)]) as bot:
        yield bot
