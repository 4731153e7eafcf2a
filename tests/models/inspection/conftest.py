"""Checkpoints that nobody here has made."""

import shutil
from pathlib import Path

import pytest

from models.results import Checkpoint, Origin
from tests.models.tiny import Tiny


@pytest.fixture
def stranger(tiny: Tiny, tmp_path: Path) -> Checkpoint:
    """A checkpoint that nobody here has made."""
    folder = tmp_path / "stranger"
    shutil.copytree(str(tiny.get("bert").folder), folder)
    return Checkpoint("stranger", "0", Origin.FOLDER, folder)
