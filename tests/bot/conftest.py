"""What tests of the process that runs have in common."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture
def restored_log() -> Iterator[logging.Logger]:
    """The root logger, which is afterwards as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    logging.basicConfig(level=level, handlers=handlers, force=True)
