"""Folders in a store: whole or not at all, and only as they were put there."""

import asyncio
from pathlib import Path

import pytest

from models.on_ray.store import Store, StoreFailed, digest_of
from models.reasons import Reason
from tests.models.syncs import syncs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "기분"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(bytes(range(256)) * 4_096)
    (folder / "1_Pooling" / "config.json").write_text("{}")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store((tmp_path / "a store").as_uri())


def files_of(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "a store").rglob("*") if path.is_file()]


def test_a_folder_comes_out_as_it_was_put(store, folder, tmp_path):
    digest = store.put(folder)
    assert store.put(folder) == digest == digest_of(folder)
    store.get(digest, tmp_path / "came")
    assert digest_of(tmp_path / "came") == digest
    store.remove(digest)
    assert files_of(tmp_path) == []
    with pytest.raises(StoreFailed):
        store.get(digest, tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("change", ["cut short", "other bytes", "another manifest", "astray"])
def test_what_was_changed_is_not_taken(store, folder, tmp_path, change):
    digest = store.put(folder)
    for path in files_of(tmp_path):
        if path.name == "manifest.json":
            text = path.read_text()
            if change == "another manifest":
                path.write_text(text.replace("model.safetensors", "model.bin"))
                path.parent.joinpath("files/model.bin").write_bytes(b"")
            if change == "astray":
                path.write_text(text.replace("model.safetensors", "../../../out"))
        elif path.name == "model.safetensors":
            whole = path.read_bytes()
            if change == "cut short":
                path.write_bytes(whole[:-1])
            if change == "other bytes":
                path.write_bytes(whole[:-1] + b"\0")
    with pytest.raises(StoreFailed, match=Reason.STORE_CHANGED):
        store.get(digest, tmp_path / "came" / "model")
    assert list((tmp_path / "came").iterdir()) == []


def test_small_files_are_held_against_their_digests(store, tmp_path):
    assert store.read("a/b.json") is None
    store.write("a/b.json", b"one\ntwo")
    assert store.read("a/b.json") == b"one\ntwo"
    (tmp_path / "a store" / "a" / "b.json").write_bytes(b"one\ntwo")
    with pytest.raises(StoreFailed, match=Reason.STORE_CHANGED):
        store.read("a/b.json")
    store.forget("a")
    store.forget("a")
    assert store.read("a/b.json") is None
    store.try_out()
    assert files_of(tmp_path) == []


@pytest.mark.parametrize("disk", ["512k"], indirect=True)
def test_a_store_that_is_full_says_so_and_keeps_no_half(disk, folder):
    store = Store(disk.as_uri())
    with pytest.raises(StoreFailed, match=Reason.STORE_FULL):
        store.put(folder)
    assert [path for path in disk.rglob("*") if path.is_file()] == []
    store.write("small", b"it takes something again")


def test_the_disk_has_all_that_came_before_it_has_its_name(store, folder, tmp_path):
    digest, came = store.put(folder), tmp_path / "came" / "model"
    with syncs(came) as synced:
        store.get(digest, came)
    all_of_it = (came, *came.rglob("*"))
    assert {(path.stat().st_ino, False) for path in all_of_it} <= set(synced)
    assert synced[-1] == (came.parent.stat().st_ino, True)


async def test_many_may_fetch_the_same_at_once(store, folder, tmp_path):
    digest = store.put(folder)
    came = tmp_path / "came" / "model"
    await asyncio.gather(*(asyncio.to_thread(store.get, digest, came) for _ in range(8)))
    assert digest_of(came) == digest
    assert list(came.parent.iterdir()) == [came]


def test_a_kind_of_store_that_nothing_speaks_to_is_refused():
    with pytest.raises(StoreFailed, match=Reason.STORE_FAILED):
        Store("nosuch://place/folder")
