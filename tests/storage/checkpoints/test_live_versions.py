import asyncio

import pytest

from storage.checkpoints.live_versions import LiveVersions
from storage.database import Database
from storage.errors import VersionGone, VersionLive, VersionMoved
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


async def test_what_another_process_decides_is_seen_soon(
    database, place, checkpoint, clock
) -> None:
    for _ in range(2):
        await database.versions.add(checkpoint())
    assert (await database.live_versions.all("home"))["mood"].number == 1
    second = await Database.open(place)
    await second.live_versions.put("home", "mood", LiveVersion(2, "bob"))
    await second.close()
    clock.now_s += 2.0
    assert (await database.live_versions.all("home"))["mood"].number == 2


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


async def test_of_two_decisions_about_the_same_one_holds(database, checkpoint) -> None:
    for _ in range(3):
        await database.versions.add(checkpoint())
    put, first = database.live_versions.put, (LiveVersion(1, None),)
    said = await asyncio.gather(
        *(put("home", "mood", LiveVersion(n, "ann"), instead_of=first) for n in (2, 3)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in said) == ["NoneType", "VersionMoved"]
    assert len(await database.live_versions.moves("home", "mood")) == 2
    with pytest.raises(VersionMoved):
        await put("home", "mood", LiveVersion(1, "ann"), instead_of=(None,))
    live = await database.live_versions.get("home", "mood")
    await put("home", "mood", LiveVersion(1, "ann"), instead_of=(None, live))
    assert (await database.live_versions.all("home"))["mood"].number == 1


async def test_what_is_gone_cannot_be_meant(database, checkpoint) -> None:
    for _ in range(2):
        await database.versions.add(checkpoint())
    put = database.live_versions.put
    await database.versions.remove("home", "mood", 2)
    for number in (2, 3):
        with pytest.raises(VersionGone):
            await put("home", "mood", LiveVersion(number, "ann"))
    assert len(await database.live_versions.moves("home", "mood")) == 1
    await put("home", "mood", LiveVersion(0, "ann"))
    with pytest.raises(VersionGone):
        await put("away", "mood", LiveVersion(1, "ann"))


async def test_removing_and_promoting_at_once_leave_no_name_without_its_version(
    database, checkpoint
) -> None:
    for _ in range(2):
        await database.versions.add(checkpoint())
    said = await asyncio.gather(
        database.versions.remove("home", "mood", 2),
        database.live_versions.put("home", "mood", LiveVersion(2, "ann")),
        return_exceptions=True,
    )
    failed = [one for one in said if one is not None]
    assert len(failed) == 1 and isinstance(failed[0], VersionGone | VersionLive)
    live = await database.live_versions.get("home", "mood")
    assert await database.versions.find("home", "mood", live.number) is not None
