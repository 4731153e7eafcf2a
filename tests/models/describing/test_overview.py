"""What a checkpoint is for is kept, but never longer than its files are the same."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from models.describing.overview import overview
from models.errors import BrokenCheckpoint
from models.results import Checkpoint, Origin


def rewritten(path: Path, text: str) -> None:
    """As the card of a version is: in one step."""
    growing = path.with_name(".growing")
    growing.write_text(text, "utf-8")
    growing.replace(path)


def figures(share: float) -> str:
    return json.dumps({"tests": {"of_us": {"accuracy": share}}})


CHANGES: list[Callable[[Path], object]] = [
    lambda folder: (folder / "metrics.json").write_text(figures(0.75), "utf-8"),
    lambda folder: (folder / "metrics.json").unlink(),
    lambda folder: rewritten(folder / "README.md", "# Another\n"),
    lambda folder: (folder / "config.json").write_text('{"model_type": "bert"}', "utf-8"),
    lambda folder: (folder / "model.safetensors").unlink(),
]


@pytest.fixture
def checkpoint(tmp_path: Path) -> Checkpoint:
    config = {"architectures": ["BertForSequenceClassification"], "id2label": {"0": "a", "1": "b"}}
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    (tmp_path / "metrics.json").write_text(figures(0.5), "utf-8")
    (tmp_path / "README.md").write_text("# Ours\n", "utf-8")
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / name).write_text("{}", "utf-8")
    return Checkpoint("ours", "1", Origin.TRAINED, tmp_path)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_once(checkpoint: Checkpoint, change: Callable[[Path], object]) -> None:
    assert checkpoint.folder
    (checkpoint.folder / "gone").symlink_to(checkpoint.folder / "nowhere")
    before = overview(checkpoint)
    assert overview(checkpoint) is before
    change(checkpoint.folder)
    assert overview(checkpoint) != before


def test_what_is_gone_or_broken_is_said_every_time(checkpoint: Checkpoint) -> None:
    assert checkpoint.folder
    overview(checkpoint)
    (checkpoint.folder / "config.json").write_text("no JSON", "utf-8")
    for _ in range(2):
        with pytest.raises(BrokenCheckpoint):
            overview(checkpoint)
