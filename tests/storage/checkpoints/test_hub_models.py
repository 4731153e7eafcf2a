"""Which models of the Hub communities have added, and how much room they take."""

import pytest

from storage.errors import HubModelsFull
from storage.records import Deed, NewAuditEntry, NewHubModel

HOME, AWAY = "discord:1", "slack:T1"
OLD, NEW = "a" * 40, "b" * 40


def model(community=HOME, name="mood", repo="org/mood", revision=OLD, size=600):
    return NewHubModel(community, "ann", name, repo, revision, size, "mit")


def deed(what=Deed.HUB_ADDED):
    return NewAuditEntry(HOME, "ann", what, {"name": "mood"})


async def test_a_name_is_of_its_community_and_keeps_its_number_through_updates(database):
    first = await database.hub_models.add(model(), 1_000, deed())
    newer = await database.hub_models.add(model(revision=NEW, size=700), 1_000)
    assert newer.id == first.id and newer.revision == NEW and newer.size_bytes == 700
    assert await database.hub_models.all(HOME) == [newer]
    assert await database.hub_models.all(AWAY) == []
    assert [one.deed for one in await database.audit.recent(HOME, 9)] == [Deed.HUB_ADDED]


async def test_a_commit_counts_once_and_what_is_replaced_does_not(database):
    await database.hub_models.add(model(), 1_000)
    await database.hub_models.add(model(AWAY, "same"), 1_000)
    await database.hub_models.check_room(model(AWAY, "other", "org/other", size=400), 1_000)
    with pytest.raises(HubModelsFull) as refused:
        await database.hub_models.add(model(AWAY, "other", "org/other", size=500), 1_000)
    assert refused.value.facts["left_mb"] == 0
    await database.hub_models.remove(AWAY, "same")
    await database.hub_models.add(model(revision=NEW, size=900), 1_000)
    for name, most in (("mood", 700), ("other", 1_600)):
        await database.hub_models.check_room(model(name=name, revision="c" * 40, size=700), most)
        with pytest.raises(HubModelsFull):
            new = model(name=name, revision="c" * 40, size=700)
            await database.hub_models.check_room(new, most - 1)


async def test_what_is_removed_is_held_as_long_as_another_has_it(database):
    await database.hub_models.add(model(), 1_000)
    await database.hub_models.add(model(AWAY, "same"), 1_000)
    removed = await database.hub_models.remove(HOME, "mood", deed(Deed.HUB_REMOVED))
    assert removed.repo_id == "org/mood" and await database.hub_models.is_held("org/mood", OLD)
    assert await database.hub_models.remove(HOME, "mood", deed(Deed.HUB_REMOVED)) is None
    assert len(await database.audit.recent(HOME, 9)) == 1
    (last,) = await database.hub_models.all(AWAY)
    assert not await database.hub_models.is_held("org/mood", OLD, besides=last.id)
    await database.hub_models.remove(AWAY, "same")
    assert not await database.hub_models.is_held("org/mood", OLD)
