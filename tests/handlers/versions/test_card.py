"""The card of a version: what it learned from, how good it is, and how it is loaded elsewhere."""

import re
from dataclasses import replace

import pytest
import yaml

from handlers.texts import say
from handlers.types import Language, Role
from handlers.versions.card_facts import facts_of
from handlers.versions.card_text import card_of
from storage.records import Label, NewDataset, NewExample, NewJob, NewSnapshot, SnapshotRow
from tests.handlers.conftest import ELSEWHERE, PLACE

HOME = "terminal:local"


async def snapshot(bot, left_out, name="mood *of* us"):
    labels = ("negative", "neutral", "positive")
    new = NewDataset(tuple(Label(one, one) for one in labels), community=HOME, name=name)
    dataset = await bot.services.storage.datasets.create(new)
    rows = []
    for n in range(30):
        key = f"text {n}".encode()
        new_text = NewExample(HOME, dataset.id, "ann", f"text {n}", key, key, "typed")
        added = await bot.services.storage.examples.add(new_text)
        rows.append(SnapshotRow(added.example_id, n % 3, 0.9))
    return await bot.services.storage.snapshots.take(
        NewSnapshot(HOME, dataset.id, "ab" * 32, labels, tuple(rows), left_out)
    )


def front_of(text):
    return yaml.safe_load(text.split("---")[1])


async def card(bot, typed):
    reply = await bot.ok(f"/version card {typed}")
    (file,) = reply.files
    return reply, file.content.decode()


async def test_it_tells_where_it_comes_from_in_both_languages(bot, made):
    of = await snapshot(bot, {"unwilling": 3, "conflict": 1})
    await made("ours", snapshot_id=of.id, recipe="full", seed=7, code_version="0.1")
    version = await made("ours", base="ours@1", current="ours@1", snapshot_id=of.id, seed=8)
    reply, text = await card(bot, "ours@2")
    assert (reply.title, reply.files[0].name) == ("The card of ours@2", "ours-2.md")
    for said in (reply.text, text):
        assert "ours@2 is better than ours@1" in said
        assert "3 texts of people who want no model to learn from theirs" in said
    assert f"SHA-256 `{'ab' * 32}`" in text and "mood \\*of\\* us" in text
    assert "the dataset mood *of* us, with" in reply.text, "a chat shows markup as it is typed"
    assert f"snapshot #{of.id} abababab." in reply.text
    english, korean = text.split("\n\n---\n\n")
    assert "ours\\@2 ← ours\\@1 ← fillmask\\@0" in english and "`seed`: 8" in english
    assert "| negative | 10 | 20 | 100.0% (84–100) |" in english
    assert "학습에 쓰지 말라고 한 사람의 글 3개" in korean and "## 한계" in korean
    assert "학습에 쓰지 말라고 한 사람은 없었어요" not in korean
    for key in ("data", "training", "figures", "limits", "loading"):
        assert f"## {say(Language.ENGLISH, f'card.{key}')}" in english
        assert f"## {say(Language.KOREAN, f'card.{key}')}" in korean
    assert reply.table.columns == ("on 60 texts", "ours@2")
    assert reply.table.rows[0] == ("accuracy", "100.0% (94–100)")
    assert version.full_name == "ours@2"


async def test_its_front_is_what_the_hub_takes(bot, made, tmp_path):
    of = await snapshot(bot, {})
    version = await made("ours", snapshot_id=of.id, right=45)
    base = "---\nlicense: cc-by-sa-4.0\nlanguage:\n- ko\n- en\n---\n# its base\n"
    (tmp_path / version.folder / "README.md").write_text(base)
    _, text = await card(bot, "ours@1")
    front = front_of(text)
    assert front["license"] == "cc-by-sa-4.0" and front["language"] == ["ko", "en"]
    assert "base_model" not in front and front["trained_from"] == "fillmask@0"
    (result,) = front["model-index"][0]["results"]
    assert result["dataset"]["name"].startswith("test side of mood *of* us (60 texts)")
    by_type = {one["type"]: one["value"] for one in result["metrics"]}
    assert by_type["accuracy"] == 0.75 and 0 < by_type["f1"] < 1
    facts = await facts_of(bot.services, version)
    on_hub = replace(facts, version=replace(version, base="org/body@0123abc"))
    told = await bot.services.releases.text(version.folder, card_of(on_hub, "x"))
    assert front_of(told)["base_model"] == "org/body"


async def test_promoting_writes_it_beside_the_weights(bot, made, tmp_path):
    for _ in range(2):
        version = await made("ours")
    await bot.ok("/version promote ours@2 reason:x")
    text = (tmp_path / version.folder / "README.md").read_text("utf-8")
    assert "# ours\\@2" in text and "## 한계" in text
    assert (await bot.ok("/modelinfo ours@2")).error is None
    assert "fillmask@0" in str((await bot.ok("/modelinfo ours@2")).table.rows)
    assert [one.name for one in (tmp_path / version.folder).glob(".*")] == []


async def test_a_card_that_cannot_be_written_stops_no_promotion(bot, made, tmp_path, caplog):
    for _ in range(2):
        version = await made("ours")
    (tmp_path / version.folder / "README.md").mkdir()
    await bot.ok("/version promote ours@2 reason:x")
    assert "the card of ours@2 could not be written" in caplog.text


async def test_of_a_version_of_before_it_says_what_nobody_knows(bot, made):
    await made("ours", metrics={})
    reply, text = await card(bot, "ours")
    assert "nobody knows that any more" in reply.text and reply.table is None
    assert "model-index" not in front_of(text) and "not measured" in text


async def test_few_and_rare_are_said(bot, made):
    labels = ("negative", "neutral", "never <seen>")
    await made("ours", right=30, labels=labels)
    reply, _ = await card(bot, "ours@1")
    assert "It knows 3 labels" in reply.text and "60 texts of one community" in reply.text
    assert "hardly known" not in reply.text and "The gate has not judged it" in reply.text


async def test_a_label_that_was_not_measured_is_named(bot, made):
    await made("ours", labels=("negative", "neutral", "positive", "never <seen>"))
    reply, text = await card(bot, "ours@1")
    assert "no held-out text has the label: never <seen>." in reply.text
    assert "no held-out text has the label: never \\<seen\\>." in text


async def test_a_training_ends_in_a_card(bot, trains_here, tmp_path):
    from tests.handlers.judging import gather_labels  # noqa: PLC0415

    await gather_labels(bot)
    await bot.ok("/finetune epochs:1 name:ours model:sentiment")
    (version,) = await bot.services.storage.versions.all(HOME)
    written = (tmp_path / version.folder / "README.md").read_text("utf-8")
    _, text = await card(bot, "ours")
    assert written == text
    assert "`epochs`: 1" in text and "`seed`: 2026" in text and "`recipe`: full" in text
    assert "good movie" not in text and "admin" not in text
    assert "SHA-256" in text


async def test_its_five_lines_run_and_answer_alike(bot, made, tmp_path, monkeypatch):
    version = await made("ours")
    _, text = await card(bot, "ours@1")
    korean = text.split("\n\n---\n\n")[1]
    (code,) = re.findall(r"```python\n(.*?)```", korean, re.DOTALL)
    assert len(code.strip().splitlines()) == 5
    monkeypatch.chdir(tmp_path / version.folder.rpartition("/")[0])
    (tmp_path / version.folder).rename(tmp_path / "models" / "trained" / "ours-1")
    said = []
    exec(code, {"print": lambda *words: said.append(words)})
    (tmp_path / "models" / "trained" / "ours-1").rename(tmp_path / version.folder)
    answer = await bot.ok(f"/classify {say(Language.KOREAN, 'card.example')} model:ours@1")
    (label, share) = said[0]
    best = max(answer.bars, key=lambda bar: bar.score)
    assert (label, share) == (best.label, pytest.approx(best.score, abs=1e-4))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/version card ours@9", "not_trained_here"),
        ("/version card nobody", "version_wanted"),
        ("/version card sentiment", "version_wanted"),
        ("/version card sentiment@0", "not_trained_here"),
        ("/version card ../x@1", "version_wanted"),
    ],
)
async def test_what_is_no_version_is_told(bot, made, line, code):
    await made("ours")
    await made("sentiment")
    assert await bot.code(line) == code


async def test_members_may_read_it_and_strangers_see_nothing(bot, made):
    await made("ours")
    assert (await bot.by("mina").ok("/version card ours@1")).files
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    assert await stranger.code("/version card ours@1") == "not_trained_here"


async def test_its_pictures_are_there_again_for_whoever_looks(bot, made):
    await made("우리", right=40)
    reply, _ = await card(bot, "우리@1")
    (button,) = reply.controls
    shown = await bot.by("ann").press(button.id)
    (picture,) = shown.files
    assert "우리@1" in picture.alt and "우리@1" in shown.title
    assert (await bot.by("ann", place=ELSEWHERE).press(button.id)).error.code == "not_trained_here"


@pytest.mark.parametrize("button", ["charts:", "charts:x", "charts:우리@9", "charts:a@1:2"])
async def test_a_forged_button_shows_nothing(bot, button):
    code = (await bot.press(button)).error.code
    assert code == ("not_trained_here" if "9" in button else "unknown_control")


async def test_jobs_tell_how_far_they_are(bot):
    jobs = bot.services.storage.jobs
    params = {"name": "ours", "dataset": 1, "language": "en"}
    for number, done in ((1, {"done": 1, "of": 4}), (2, {})):
        job = await jobs.start(NewJob(f"{HOME}{number}", "ann", "measure", params), "somebody")
        await jobs.beat(job.id, "somebody", done)
    for number, share in ((1, 0.25), (2, 0.0)):
        there = bot.by("ann", place=replace(PLACE, community=f"{HOME}{number}"))
        for asked in ("/jobs", f"/jobs {number}"):
            assert [bar.score for bar in (await there.ok(asked)).bars] == [share]
    assert (
        "1 of 4"
        in (await bot.by("ann", place=replace(PLACE, community=f"{HOME}1")).ok("/jobs 1")).text
    )
