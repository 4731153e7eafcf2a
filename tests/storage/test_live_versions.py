import asyncio

import pytest

from storage.database import Database
from storage.live_versions import LiveVersions
from storage.records import LiveVersion


async def test_the_first_of_a_name_is_live_and_later_ones_wait(database, checkpoint) -> None:
    for name in ("mood", "mood", "spam", "mood"):
        await database.versions.add(checkpoint(name=name))
    assert await database.live_versions.all("home") == {
        "mood": LiveVersion(1, None),
        "spam": LiveVersion(1, None),
    }
    assert await database.live_versions.get("home", "mood") == LiveVersion(1, None)
    assert await database.live_versions.get("home", "other") is None


async def test_a_decision_holds_whatever_is_trained_later(database, checkpoint) -> None:
    for _ in range(2):
        await database.versions.add(checkpoint())
    assert (await database.live_versions.all("home"))["mood"].number == 1
    await database.live_versions.put("home", "mood", LiveVersion(2, "ann"))
    await database.versions.add(checkpoint())
    assert await database.live_versions.all("home") == {"mood": LiveVersion(2, "ann")}
    assert await database.live_versions.get("home", "mood") == LiveVersion(2, "ann")


async def test_the_first_version_of_a_name_is_found_at_once(database, checkpoint) -> None:
    assert await database.live_versions.all("home") == {}
    await database.versions.add(checkpoint())
    assert await database.live_versions.get("home", "mood") == LiveVersion(1, None)


async def test_what_another_process_decides_is_seen_soon(database, path, checkpoint, clock) -> None:
    await database.versions.add(checkpoint())
    assert (await database.live_versions.all("home"))["mood"].number == 1
    second = await Database.open(path)
    await second.live_versions.put("home", "mood", LiveVersion(7, "bob"))
    await second.close()
    clock.now_s += 2.0
    assert (await database.live_versions.all("home"))["mood"].number == 7


async def test_what_is_live_is_answered_from_memory(database, monkeypatch) -> None:
    live = LiveVersions(database._connections)
    await live.all("home")
    monkeypatch.setattr(database._connections, "read", None)
    assert await live.all("home") == {}
    with pytest.raises(TypeError):
        await live.all("away")


async def test_of_many_at_once_one_is_first(database, checkpoint) -> None:
    await asyncio.gather(*(database.versions.add(checkpoint()) for _ in range(20)))
    assert await database.live_versions.get("home", "mood") == LiveVersion(1, None)
