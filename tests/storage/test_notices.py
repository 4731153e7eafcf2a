"""Admins are told once, and a version is taken back once."""

import asyncio

from storage.records import Deed, LiveVersion, NewAuditEntry, NewNotice, NewVersion, NoticeKind

HOME = "discord:1"
DRIFT = NewNotice(HOME, NoticeKind.LABELS, "ours@1", {"amount": 0.4})
FELL = NewNotice(HOME, NoticeKind.ROLLED_BACK, "ours@2", {"to": "ours@1"})
DEED = NewAuditEntry(HOME, "tokki", Deed.ROLLED_BACK, {"name": "ours"})


async def three_versions(database):
    for _ in range(3):
        await database.versions.add(NewVersion(HOME, "ours", "models/ours", "base@1", ("bug",)))


async def test_of_each_kind_and_model_there_is_one(database):
    assert sum(await asyncio.gather(*(database.notices.add(DRIFT) for _ in range(4)))) == 1
    (found,) = await database.notices.of(HOME)
    assert (found.kind, found.model, found.facts) == (NoticeKind.LABELS, "ours@1", {"amount": 0.4})
    assert found.told_at is None


async def test_what_was_told_is_not_told_again(database):
    await database.notices.add(DRIFT)
    (found,) = await database.notices.of(HOME, is_untold=True)
    await database.notices.told("discord:2", [found.id])
    assert await database.notices.of(HOME, is_untold=True) == [found]
    await database.notices.told(HOME, [found.id])
    assert await database.notices.of(HOME, is_untold=True) == []
    assert not await database.notices.add(DRIFT)
    assert (await database.notices.of(HOME))[0].told_at


async def test_a_version_that_falls_is_taken_back_once(database):
    await three_versions(database)
    live = database.live_versions
    await live.put(HOME, "ours", LiveVersion(2, "ann"))
    back = (HOME, "ours", 2, LiveVersion(1, "tokki"), FELL, DEED)
    taken = await asyncio.gather(*(live.take_back(*back) for _ in range(3)))
    assert sorted(taken) == [False, False, True]
    assert (await live.all(HOME))["ours"] == LiveVersion(1, "tokki")
    move, *_ = await live.moves(HOME, "ours")
    assert (move.number, move.user, move.reason) == (1, "tokki", "rolled_back")
    assert [one.deed for one in await database.audit.recent(HOME, 9)] == [Deed.ROLLED_BACK]
    await live.put(HOME, "ours", LiveVersion(2, "ann"))
    assert not await live.take_back(*back), "an admin has decided"
    assert (await live.all(HOME))["ours"].number == 2


async def test_what_means_another_version_by_now_is_left_alone(database):
    await three_versions(database)
    await database.live_versions.put(HOME, "ours", LiveVersion(3, "ann"))
    back = (HOME, "ours", 2, LiveVersion(1, "tokki"), FELL, DEED)
    assert not await database.live_versions.take_back(*back)
    assert await database.notices.of(HOME) == []


async def test_a_version_that_is_gone_does_not_come_back(database):
    await three_versions(database)
    await database.live_versions.put(HOME, "ours", LiveVersion(2, "ann"))
    back = (HOME, "ours", 2, LiveVersion(4, "tokki"), FELL, DEED)
    assert not await database.live_versions.take_back(*back)
    assert (await database.live_versions.all(HOME))["ours"].number == 2
    assert await database.notices.of(HOME) == []
