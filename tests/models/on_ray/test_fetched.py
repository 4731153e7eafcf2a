"""What replicas keep on the disk of their machine: what is asked, and no more than a bound."""

import os
import time
from pathlib import Path

import pytest

from models.on_ray import fetched
from models.on_ray.fetched import Fetched
from models.on_ray.store import Store, StoreFailed

HOUR_S = 3600
GB = 10**9


@pytest.fixture
def kept(store: Store, tmp_path: Path) -> Fetched:
    return Fetched(store, tmp_path / "checkpoints")


def put(store: Store, tmp_path: Path, name: str) -> str:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "config.json").write_text(name)
    return store.put(folder)


def grown(folder: Path, asked_h: float, size: int = 8 * GB) -> Path:
    """Let a folder be large, though it takes no room, and nobody have asked it for some hours."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    weights = folder / "files" / "model.safetensors"
    with weights.open("wb") as file:
        file.truncate(size)
    asked_s = time.time() - asked_h * HOUR_S
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (asked_s, asked_s))
    return folder


def test_those_that_nobody_asked_for_longest_go_first(store, kept, tmp_path):
    root = tmp_path / "checkpoints"
    old = [grown(root / f"old-{hours}", hours) for hours in (4, 2, 3, 5)]
    half = grown(root / ".fetching-by-who-was-killed", 6)
    new = kept.get(put(store, tmp_path, "new"))
    assert (new / "config.json").read_text() == "new"
    assert [folder.exists() for folder in (*old, half)] == [False, True, True, False, False]
    assert {path.name for path in root.iterdir() if path.is_dir()} == {"old-2", "old-3", new.name}


def test_what_is_asked_stays_beyond_the_bound(store, tmp_path):
    root = tmp_path / "checkpoints"
    here, beside = Fetched(store, root), Fetched(store, root)
    digests = [put(store, tmp_path, name) for name in ("one", "two", "three")]
    folders = [grown(here.get(digest), asked_h=2) for digest in digests]
    for digest in digests:
        assert beside.get(digest) == root / digest
    here.get(put(store, tmp_path, "new"))
    assert all(folder.exists() for folder in folders)


def test_what_went_is_fetched_again(store, kept, tmp_path):
    digest = put(store, tmp_path, "one")
    grown(kept.get(digest), asked_h=2, size=30 * GB)
    new = put(store, tmp_path, "new")
    kept.get(new)
    assert not (tmp_path / "checkpoints" / digest).exists()
    assert (kept.get(digest) / "config.json").read_text() == "one"
    with pytest.raises(StoreFailed):
        kept.get("0" * 64)


def test_who_answers_for_hours_says_so_now_and_then(store, kept, tmp_path, monkeypatch):
    digest = put(store, tmp_path, "one")
    assert not kept.is_due(digest)
    folder = grown(kept.get(digest), asked_h=2)
    assert not kept.is_due(digest)
    monkeypatch.setattr(fetched, "time", Later())
    assert kept.is_due(digest)
    kept.get(digest)
    assert not kept.is_due(digest)
    assert time.time() - folder.stat().st_mtime < HOUR_S


class Later:
    """Stands in for `time`, an hour from now."""

    def monotonic(self) -> float:
        return time.monotonic() + HOUR_S

    def time(self) -> float:
        return time.time() + HOUR_S
