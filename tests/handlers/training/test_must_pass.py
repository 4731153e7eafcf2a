"""What every version must get right: put in, shown, never learned from, and asked for."""

import pytest

from handlers.learning.gate.verdict import Fault, Verdict
from handlers.learning.pool import pools
from handlers.training.report import from_json
from handlers.types import Language, Role
from tests.handlers.conftest import ELSEWHERE

HOME = "terminal:local"
pytestmark = pytest.mark.usefixtures("trains_here", "judged")


async def test_it_is_put_in_shown_taken_back_and_noted(bot):
    assert "has to be right yet" in (await bot.ok("/dataset mustpass")).text
    added = await bot.ok("/dataset mustpass food is good label:positive")
    assert "#1" in added.text and "food is good" in added.text and "positive" in added.text
    listed = await bot.ok("/dataset mustpass")
    assert listed.table.rows == (("#1", "positive", "food is good"),)
    assert "1 text has to be right" in (await bot.ok("/dataset show")).text
    removed = await bot.press(added.controls[0].id)
    assert "need not be right" in removed.text
    assert "has to be right yet" in (await bot.ok("/dataset mustpass")).text
    await bot.press(removed.controls[0].id)
    listed = await bot.ok("/dataset mustpass")
    assert len(listed.table.rows) == 1
    assert (
        "need not" in (await bot.press(listed.controls[0].id, listed.controls[0].options[0])).text
    )
    noted = await bot.ok("/audit what:mustpass")
    assert len(noted.table.rows) == 2 and "food is good" not in str(noted)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/dataset mustpass label:positive", "must_pass_text_missing"),
        ("/dataset mustpass some text", "label_unsaid"),
        ("/dataset mustpass some text label:nonsense", "unknown_label"),
        ("/dataset mustpass some text label:-", "unknown_label"),
        ("/dataset mustpass x label:positive dataset:nothing", "no_such_dataset"),
    ],
)
async def test_what_cannot_be_put_in(bot, line, code):
    assert await bot.code(line) == code


async def test_the_same_text_twice_is_refused_with_its_number(bot):
    await bot.ok("/dataset mustpass food is good label:positive")
    reply = await bot.say("/dataset mustpass food   is good label:negative")
    assert reply.error.code == "must_pass_there" and "#1" in reply.text


async def test_only_admins_of_this_community_may(bot):
    await bot.ok("/dataset mustpass food is good label:positive")
    moderator = bot.by("m", Role.MODERATOR)
    assert await moderator.code("/dataset mustpass") == "role_admin"
    assert (await moderator.press("mustpass:1:remove")).error.code == "role_admin"
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    assert (await stranger.press("mustpass:1:remove")).error.code == "no_such_must_pass"
    assert await stranger.code("/dataset mustpass") == "no_dataset"


@pytest.mark.parametrize(
    "control", ["mustpass:1:x", "mustpass:", "mustpass:1:which", "mustpass:9:remove"]
)
async def test_a_button_that_is_not_ours(bot, control):
    assert (await bot.press(f"mustpass:{control}")).error.code in (
        "unknown_control",
        "no_such_must_pass",
    )


async def test_nothing_is_learned_from_a_text_that_says_the_same(bot):
    (pool,) = await pools(bot.services, HOME)
    text = next(one for one in pool.examples if one.side == "train")
    await bot.ok(f"/dataset mustpass {text.text.upper()}! label:{text.labels[0]}")
    await bot.ok("/finetune name:ours epochs:1")
    said = " ".join(reply.text or "" for reply in bot.progress)
    assert "1 text that must be right" in said
    (version,) = await bot.services.storage.versions.all(HOME)
    snapshot = await bot.services.storage.snapshots.get(HOME, version.snapshot_id)
    assert text.example_id not in {row.example_id for row in snapshot.rows}
    assert snapshot.left_out["must_pass"] == 1


async def test_the_gate_names_what_is_wrong_and_nothing_is_wrong_of_what_is_right(bot):
    await bot.ok("/finetune name:ours epochs:1")
    for label in ("positive", "negative", "neutral"):
        await bot.ok(f"/dataset mustpass good good good {label} label:{label}")
    done = await bot.ok("/finetune model:sentiment name:ours epochs:1")
    versions = await bot.services.storage.versions.all(HOME)
    report = from_json(versions[-1].metrics["report"])
    wrong = [one.number for one in report.must_pass_wrong]
    assert len(wrong) >= 2, "one text can have one label, and the three say nearly the same"
    assert report.judgement.verdict is Verdict.WORSE
    assert [one.amount for one in report.judgement.findings if one.fault is Fault.MUST_PASS] == [
        len(wrong)
    ]
    assert all(f"#{number}" in done.text for number in wrong)
    assert f"wrong on {len(wrong)} texts that must be right" in done.text


async def test_what_was_put_in_after_the_training_is_asked_before_it_answers(bot, monkeypatch):
    """The report let it through; by now there is more that it must get right."""
    await bot.ok("/finetune name:ours epochs:1")
    await bot.ok("/finetune name:ours epochs:1")
    for label in ("positive", "negative"):
        await bot.ok(f"/dataset mustpass the good end of {label} label:{label}")
    monkeypatch.setattr("handlers.versions.permission._of_report", lambda *_: None)
    refused = await bot.say("/version promote ours@2")
    assert refused.error.code == "gate_closed" and "/dataset mustpass shows" in refused.text
    forced = await bot.ok("/version promote ours@2 reason:fairer")
    assert "ours@2" in forced.text


async def contradictory(bot):
    """Three texts that say nearly the same, of three labels: no version gets all of them right."""
    for label in ("positive", "negative", "neutral"):
        await bot.ok(f"/dataset mustpass good good good {label} label:{label}")


async def test_a_first_version_that_is_wrong_does_not_answer_until_an_admin_says_why(bot):
    await contradictory(bot)
    done = await bot.ok("/finetune name:ours recipe:head")
    (version,) = await bot.services.storage.versions.all(HOME)
    wrong = from_json(version.metrics["report"]).must_pass_wrong
    assert wrong and all(f"#{one.number}" in done.text for one in wrong)
    assert "does not answer to ours alone" in done.text
    assert await bot.services.storage.live_versions.get(HOME, "ours") is None

    refused = await bot.say("/classify good model:ours")
    assert refused.error.code == "none_answers" and "ours@1" in refused.text
    assert (await bot.ok("/classify good model:ours@1")).footer["model"] == "ours@1"
    assert await bot.code("/version rollback ours") == "none_answers"
    assert (await bot.ok("/version list")).table.rows[0][:2] == ("ours@1", "–")
    assert await bot.code("/version promote ours@1") == "gate_closed"
    assert await bot.code("/version promote ours@1 reason:") == "option_without_value"
    assert (await bot.press("live:ours@1")).error.code == "gate_closed"

    await bot.ok('/version promote ours@1 reason:"the rest is right"')
    assert (await bot.ok("/classify good model:ours")).footer["model"] == "ours@1"
    assert "the rest is right" in str((await bot.ok("/audit")).table)


async def test_the_first_version_that_is_right_answers_whatever_its_number(bot):
    await contradictory(bot)
    await bot.ok("/finetune name:ours recipe:head")
    listed = await bot.ok("/dataset mustpass")
    for option in listed.controls[0].options:
        await bot.press(listed.controls[0].id, option)
    assert "It is live" in (await bot.ok("/finetune name:ours epochs:1")).text
    assert (await bot.ok("/classify good model:ours")).footer["model"] == "ours@2"


async def test_it_is_said_in_korean_too(bot):
    korean = bot.korean()
    added = await korean.ok("/데이터셋 필수 밥이 맛있어요 라벨:positive")
    assert "밥이 맛있어요" in added.text and "꼭 맞혀야" in added.text
    assert added.language is Language.KOREAN
    assert "1개" in (await korean.ok("/데이터셋 필수")).title


async def test_a_retired_label_asks_nothing_any_more(bot):
    await bot.ok("/dataset create name:mine red, green, blue")
    await bot.ok("/dataset mustpass a rose label:red dataset:mine")
    change = await bot.ok("/dataset edit what:retire label:red dataset:mine")
    await bot.press(change.controls[0].id)
    listed = await bot.ok("/dataset mustpass dataset:mine")
    assert listed.table.rows[0][0] == "#1"
