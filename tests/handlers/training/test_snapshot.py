"""What a training learns from: gold of the train side, frozen, and told with what is left out."""

import pytest

from handlers.learning.pool import training_examples
from handlers.training.snapshot import learned, snapshot_of
from handlers.types import Role
from storage.records import Side
from tests.handlers.judging import gather_labels

HOME = "terminal:local"
UNWILLING = [("movie the bad end of food", "neutral"), ("good food in the end", "neutral")]
pytestmark = pytest.mark.usefixtures("trains_here", "judged")


async def taken(bot):
    pool = await training_examples(bot.services, HOME, None, "m")
    return pool, await snapshot_of(bot.services, HOME, pool)


async def test_it_has_the_train_side_with_what_speaks_for_each_label(bot):
    pool, snapshot = await taken(bot)
    train = {one.example_id: one for one in pool.side(Side.TRAIN)}
    assert [row.example_id for row in snapshot.rows] == sorted(train)
    for row in snapshot.rows:
        assert (snapshot.labels[row.label],) == train[row.example_id].labels
        assert row.weight == pytest.approx(train[row.example_id].posterior, abs=1e-4)
    assert {one.text for one in learned(pool, snapshot)} == {one.text for one in train.values()}
    assert (await taken(bot))[1] == snapshot


async def test_another_word_on_a_text_makes_another_snapshot(bot):
    pool, before = await taken(bot)
    first = next(one for one in pool.side(Side.TRAIN) if one.labels == ("positive",))
    await bot.by("bob", Role.MODERATOR).press(f"fb:{first.example_id}:label", "positive")
    _, after = await taken(bot)
    assert after.hash != before.hash
    (row,) = [row for row in after.rows if row.example_id == first.example_id]
    assert row.weight > first.posterior


async def test_what_is_measured_on_changes_nothing(bot):
    pool, before = await taken(bot)
    tested = pool.side(Side.TEST)[0]
    await bot.by("bob", Role.MODERATOR).press(f"fb:{tested.example_id}:label", tested.labels[0])
    assert (await taken(bot))[1] == before


async def test_it_is_told_what_is_left_out_and_why(bot):
    pool, _ = await taken(bot)
    conflict, settled = [one.example_id for one in pool.side(Side.TRAIN)[:2]]
    await bot.by("bob", Role.MODERATOR).press(f"fb:{conflict}:label", "neutral")
    await bot.press(f"example:{settled}:leave_out")
    await gather_labels(bot.by("cid", Role.MODERATOR), UNWILLING)
    await bot.by("cid").ok("/me learn:no")
    _, snapshot = await taken(bot)
    assert snapshot.left_out["conflict"] == 1
    assert snapshot.left_out["settled"] == 1
    assert snapshot.left_out["unwilling"] >= 1
    await bot.say("/finetune epochs:1")
    said = " ".join(reply.text or "" for reply in bot.progress)
    assert "1 text on which people disagree" in said
    assert "1 text that moderators took out" in said
    assert "no model to learn from theirs" in said


async def test_a_version_knows_what_it_was_made_of(bot):
    done = await bot.ok("/finetune name:ours epochs:1")
    (version,) = await bot.services.storage.versions.all(HOME)
    snapshot = await bot.services.storage.snapshots.get(HOME, version.snapshot_id)
    assert snapshot and len(snapshot.rows) == len((await taken(bot))[0].side(Side.TRAIN))
    assert (version.recipe, version.base) == ("full", "fillmask@0")
    assert version.seed is not None and version.code_version
    assert done.footer["snapshot"] == f"#{snapshot.id} {snapshot.short_hash}"
    again = await bot.ok("/finetune name:ours epochs:1")
    assert again.footer["snapshot"] == done.footer["snapshot"]
    assert again.table.columns[1:] == ("ours@2", "ours@1")
    assert "looked at 2 times" in again.text and "looked at" not in done.text
