"""The loop: answers are judged, a classifier is trained from that, measured and asked."""

import asyncio
import json
import shutil
import sqlite3
import unicodedata
from contextlib import asynccontextmanager

import psutil
import pytest

from bot.on_terminal.conversation import Conversation
from bot.on_terminal.user_input import CommandLine
from handlers.jobs.carrying import Lease
from handlers.learning.pool import pools
from handlers.types import Role
from models.checkpoints.catalog import AllowedModel
from storage.errors import DatabaseLocked, StorageError
from storage.records import JobState, NewJob
from tests.handlers.conftest import ELSEWHERE, run_line, running
from tests.handlers.judging import ALL, gather_labels
from tests.models.tiny import KINDS
from tests.waiting import turns, until, within

trains_here = pytest.mark.usefixtures("trains_here")


async def test_without_labels_it_says_how_to_get_some(bot):
    reply = await bot.say("/finetune")
    assert reply.error.code == "no_labels"
    assert "3 of each label" in reply.text


async def test_too_few_labels_are_counted_by_label(bot):
    await gather_labels(bot, [("good", "positive"), ("bad", "negative"), ("bad food", "negative")])
    reply = await bot.say("/finetune")
    assert reply.error.code == "too_few_labels" and "train and test side together" in reply.text
    for missing in ("positive 2", "negative 1", "neutral 3"):
        assert missing in reply.text


async def test_texts_that_say_nearly_the_same_cannot_measure(bot):
    alike = [(f"{label} number {n}", label) for n in range(4) for label in ("positive", "negative")]
    await gather_labels(bot, [*alike, *((f"neutral number {n}", "neutral") for n in range(4))])
    reply = await bot.say("/finetune")
    assert reply.error.code == "all_on_one_side" and "12" in reply.text


async def test_ties_between_people_are_left_out(judged, bot):
    other = bot.by("other")
    before = (await pools(bot.services, "terminal:local"))[0]
    await other.press("fb:1:label", "negative")
    after = (await pools(bot.services, "terminal:local"))[0]
    assert len(after.examples) == len(before.examples) - 1


@trains_here
async def test_the_whole_loop(judged, bot):
    assert offered(bot) == []
    done = await bot.ok("/finetune model:sentiment name:우리 epochs:3")
    assert done.title == "우리@1 is trained"
    assert done.table.columns == ("on held-out texts", "우리@1", "sentiment@0")
    loss, confusion = done.files
    assert loss.name == "loss.png" and "loss" in loss.alt
    assert confusion.name == "confusion.png" and "right on" in confusion.alt
    assert "우리@1 is" in done.text and "than sentiment@0" in done.text
    measures = [row[0] for row in done.table.rows]
    assert {"accuracy", "macro-F1", "calibration error"} < set(measures)

    said = " ".join(f"{reply.title} {reply.text}" for reply in bot.progress)
    for part in ("held out to measure", "positive 6", "loss", "left"):
        assert part in said
    stages = [reply.stage for reply in bot.progress if reply.job]
    assert stages[0] is None and stages[-1].split() in (["training", "10"], ["evaluating", "10"])

    reply = await bot.ok("/classify good movie model:우리@1")
    assert reply.footer["model"] == "우리@1"
    assert (await bot.ok("/classify good movie model:우리")).footer["model"] == "우리@1"
    typed = unicodedata.normalize("NFD", "우리")
    assert (await bot.ok(f"/classify good model:{typed}")).footer["model"] == "우리@1"
    assert offered(bot) == ["우리@1"]
    assert "우리@1" in {row[0] for row in (await bot.ok("/models")).table.rows}
    info = dict((await bot.ok("/modelinfo 우리@1")).table.rows)
    assert info["came from"] == "trained here"

    (job,) = await bot.services.storage.jobs.recent("terminal:local", 5)
    assert job.state is JobState.DONE and job.metrics["version"] == 1
    assert job.metrics["new"]["accuracy"] is not None
    assert "우리@1" in (await bot.ok("/jobs")).table.rows[0][1]

    # Another community knows nothing of it.
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    assert await stranger.code("/classify good model:우리@1") == "unknown_model"
    assert await stranger.code("/finetune") == "no_labels"
    assert offered(stranger) == []

    # The labels given to the new version teach the same task.
    await gather_labels(bot, [("good good", "positive")], model="우리@1")
    pool = (await pools(bot.services, "terminal:local"))[0]
    assert len(pool.examples) == len(ALL) + 1 and pool.model == "우리@1"


def offered(bot):
    found = bot.dispatcher.completions("/classify x model:우", bot.actor, bot.place)
    return [each.text for each in found]


@trains_here
async def test_a_training_that_repeats_one_says_so(judged, bot):
    first = await bot.ok("/finetune model:sentiment name:ours epochs:1")
    assert "much the same" not in first.text
    second = await bot.ok("/finetune model:sentiment name:ours epochs:1")
    assert "those from which ours@1 was trained" in second.text
    assert any("those from which ours@1" in (one.text or "") for one in bot.progress)
    other = await bot.ok("/finetune model:sentiment name:ours epochs:2")
    assert "much the same" not in other.text
    korean = await bot.korean().ok("/학습 모델:sentiment 이름:ours 에폭:2")
    assert "설정이 ours@3 버전을 학습할 때와 같아서" in korean.text


@trains_here
async def test_beside_what_answered_then_a_version_is_listed(judged, bot):
    await bot.ok("/finetune model:sentiment name:ours epochs:1")
    assert "(what answered then: " in (await bot.ok("/jobs")).table.rows[0][-1]
    assert "(그때 답하던 버전은 " in (await bot.korean().ok("/작업")).table.rows[0][-1]


@trains_here
async def test_by_default_it_begins_from_the_body_and_names_the_next_version(judged, bot):
    done = await bot.ok("/finetune epochs:1")
    assert any("model:sentiment@0 would go on" in (reply.text or "") for reply in bot.progress)
    assert done.footer["base"] == "fillmask@0"
    assert (await bot.ok("/classify good model:sentiment@1")).footer["model"] == "sentiment@1"
    assert (await bot.ok("/classify good model:sentiment")).footer["model"] == "sentiment@0"
    assert (await bot.ok("/finetune recipe:head")).title == "sentiment@2 is trained"
    assert "epochs" not in dict((await bot.ok("/jobs 2")).table.rows)


@asynccontextmanager
async def with_a_second_label_set(tmp_path, checkpoints):
    folder = tmp_path / "replies"
    KINDS["bert"](folder)
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {"0": "yes", "1": "no", "2": "maybe"}
    config["label2id"] = {"yes": 0, "no": 1, "maybe": 2}
    (folder / "config.json").write_text(json.dumps(config))
    async with running(tmp_path, checkpoints, [AllowedModel("replies", folder=folder)]) as bot:
        yield bot


async def test_no_labels_for_a_model_are_told_from_no_labels_at_all(tmp_path, checkpoints):
    async with with_a_second_label_set(tmp_path, checkpoints) as bot:
        assert await bot.code("/finetune model:replies") == "no_labels"
        await gather_labels(bot, ALL[:1])
        reply = await bot.say("/finetune model:replies")
        assert reply.error.code == "no_labels_for"
        assert "yes, no, maybe" in reply.text


@trains_here
async def test_of_two_label_sets_the_one_that_will_do_is_learned(judged, tmp_path, checkpoints):
    async with with_a_second_label_set(tmp_path, checkpoints) as bot:
        await gather_labels(bot, [(f"movie {n}", "yes") for n in range(20)], model="replies")
        largest = (await pools(bot.services, "terminal:local"))[0]
        assert "yes" in largest.label_set
        assert (await bot.ok("/finetune epochs:1")).title == "sentiment@1 is trained"


@trains_here
async def test_a_current_model_that_is_gone_does_not_stop_a_training(judged, bot, tmp_path):
    await bot.ok("/finetune name:ours epochs:1")
    await gather_labels(bot, [("good good", "positive")], model="ours@1")
    shutil.rmtree(tmp_path / "models" / "trained")
    done = await bot.ok("/finetune name:later epochs:1")
    assert "no live version" in done.text


@trains_here
async def test_a_database_that_hiccups_does_not_stop_a_training(
    judged, tmp_path, checkpoints, monkeypatch
):
    hiccups = []

    async def locked(*_):
        hiccups.append(DatabaseLocked(seconds=5.0))
        raise hiccups[-1]

    async with running(tmp_path, checkpoints, lease=Lease(beat_s=0.02)) as bot:
        monkeypatch.setattr(bot.services.storage.jobs, "beat", locked)
        assert (await bot.ok("/finetune epochs:1")).title == "sentiment@1 is trained"
    assert hiccups


@trains_here
async def test_progress_that_cannot_be_shown_does_not_stop_a_training(judged, bot):
    failures = []

    async def progress(reply):
        if "loss" in (reply.text or ""):
            failures.append(ConnectionError("the message was deleted"))
            raise failures[-1]

    reply = await run_line(bot.dispatcher, "/finetune epochs:1", bot.actor, bot.place, progress)
    assert reply.title == "sentiment@1 is trained"
    assert failures


async def test_whoever_leaves_while_a_job_is_written_down_leaves_none_behind(
    judged, bot, monkeypatch
):
    jobs = bot.services.storage.jobs
    is_written, may_go_on, start = asyncio.Event(), asyncio.Event(), jobs.start

    async def slow_start(*given):
        job = await start(*given)
        is_written.set()
        await may_go_on.wait()
        return job

    monkeypatch.setattr(jobs, "start", slow_start)
    training = asyncio.create_task(bot.say("/finetune epochs:50"))
    async with within("the job is written down"):
        await is_written.wait()
    training.cancel()
    await turns()
    may_go_on.set()
    await asyncio.wait({training})
    (job,) = await jobs.recent("terminal:local", 5)
    assert job.state is JobState.CANCELLED


@pytest.mark.parametrize("line", ["/finetune", "/finetune epochs:2", "/학습"])
async def test_a_training_is_long_however_it_is_typed(bot, line):
    assert is_long(bot, line)
    assert not is_long(bot, "/jobs")


async def _started(bot):
    await until(
        lambda: any("loss" in (reply.text or "") for reply in bot.progress),
        "word of the first steps",
        lambda: [reply.text for reply in bot.progress],
    )


async def _has_a_process():
    """Before it has imported anything, which takes seconds."""

    def children():
        return [
            child
            for child in psutil.Process().children()
            if child.is_running() and "models.finetune.child" in child.cmdline()
        ]

    return await until(children, "a process that trains")


async def test_a_training_leaves_the_chat_usable_and_can_be_cancelled(judged, bot, tmp_path):
    training = asyncio.create_task(bot.say("/finetune epochs:50 name:slow model:fillmask"))
    await _started(bot)
    assert (await bot.ok("/classify good movie")).bars
    assert await bot.code("/classify x model:slow@1") == "model_training"
    assert await bot.code("/finetune name:slow") == "training_busy"
    listed = await bot.ok("/jobs")
    (cancel,) = listed.controls
    assert (cancel.id, cancel.label) == ("job:1:cancel", "Cancel slow")
    assert listed.table.rows[0][:3] == ("#1", "slow", "running")
    shown = await bot.by("m").ok("/jobs 1")
    assert shown.title == "slow" and ("epochs", "50") in shown.table.rows
    assert not shown.controls and not (await bot.by("m").ok("/jobs")).controls
    assert (await bot.by("m").press(cancel.id)).error.code == "role_admin"
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    assert (await stranger.press(cancel.id)).error.code == "nothing_to_cancel"
    assert await stranger.code("/jobs 1") == "unknown_job"
    await a_second_one_waits_behind_the_first(bot)
    assert "being stopped" in (await bot.press(cancel.id)).text
    reply = await training
    assert reply.error is None and "cancelled" in reply.text
    jobs = await bot.services.storage.jobs.recent("terminal:local", 5)
    assert [job.state for job in jobs] == [JobState.CANCELLED] * 2
    assert not list((tmp_path / "models" / "trained").glob("*"))
    assert (await bot.press(cancel.id)).error.code == "nothing_to_cancel"
    assert not (await bot.ok("/jobs")).controls
    assert (await bot.press("job:1:else")).error.code == "unknown_control"
    assert await bot.code("/jobs 3") == "unknown_job"
    assert await bot.code("/finetune cancel") == "former_finetune"


async def a_second_one_waits_behind_the_first(bot):
    second = asyncio.create_task(bot.say("/finetune epochs:1 name:next"))
    await until(
        lambda: any("1 training is before yours" in (reply.text or "") for reply in bot.progress),
        "word of its place",
        lambda: [reply.text for reply in bot.progress],
    )
    assert await bot.code("/classify good model:next") == "model_training"
    assert await bot.code("/finetune name:next") == "training_busy"
    assert [row[1] for row in (await bot.ok("/jobs")).table.rows] == ["next", "slow"]
    await bot.press("job:2:cancel")
    assert "cancelled" in (await second).text


async def test_a_training_is_stopped_for_whose_texts_are_in_it_and_says_why(judged, bot):
    await bot.ok('/dataset create name:fb labels:"bug, praise" open_to:members')
    await bot.by("mina").ok('/dataset add text:"It crashes" label:bug dataset:fb')
    training = asyncio.create_task(bot.say("/finetune epochs:50 name:slow"))
    await _started(bot)
    assert "stopped" not in (await bot.by("mina").press("mine:erase_now")).text
    assert (await bot.services.storage.jobs.get("terminal:local", 1)).state is JobState.RUNNING
    assert "These trainings were stopped" in (await bot.press("mine:erase_now")).text
    assert "Somebody had texts erased that were in it" in (await training).text
    assert "Somebody had texts erased" in repr((await bot.ok("/jobs 1")).table.rows)


async def test_leaving_the_chat_ends_the_training_as_cancelled(judged, bot):
    training = asyncio.create_task(bot.say("/finetune epochs:50 name:slow"))
    await _has_a_process()
    training.cancel()
    await asyncio.wait({training})
    assert training.cancelled()
    await bot.services.jobs.close()
    (job,) = await bot.services.storage.jobs.recent("terminal:local", 5)
    assert job.state is JobState.CANCELLED


QUICK = Lease(ttl_s=0.5, beat_s=0.1, look_s=0.05)


async def left_behind(bot, place="terminal:local", **params):
    """A job of an earlier version of Tokki, which kept nothing to go on from."""
    gone = NewJob(place, "admin", "finetune", {"name": "lost", **params})
    job = await bot.services.storage.jobs.start(gone, "gone")
    await bot.services.storage.jobs.release(job.id, "gone", {})
    return job


async def test_a_job_that_cannot_go_on_is_interrupted_by_whoever_takes_it_up(bot):
    job = await left_behind(bot)
    taken = bot.services.jobs.take_up("terminal")
    assert (await anext(taken)).id == job.id
    states = [each.state async for each in bot.services.jobs.watch(job.community, job.id)]
    assert states == [JobState.INTERRUPTED]
    assert "interrupted" in (await bot.ok("/jobs")).table.rows[0]


@trains_here
async def test_what_nobody_carries_can_be_cancelled(judged, bot):
    await left_behind(bot)
    assert await bot.code("/finetune name:lost") == "training_busy"
    assert (await bot.press("job:1:cancel")).error is None
    assert (await bot.ok("/finetune name:lost epochs:1")).title == "lost@1 is trained"


async def test_a_training_whose_process_is_killed_goes_on(judged, bot):
    training = asyncio.create_task(bot.ok("/finetune epochs:3 name:slow"))
    (child,) = await _has_a_process()
    child.kill()
    assert (await training).title == "slow@1 is trained"
    stages = [reply.stage.split() for reply in bot.progress if reply.stage]
    assert stages[-1] in (["training", "10"], ["evaluating", "10"])
    assert (await bot.ok("/classify good movie model:slow")).footer["model"] == "slow@1"


async def test_a_job_is_watched_and_cancelled_from_another_process(judged, tmp_path, checkpoints):
    async with (
        running(tmp_path, checkpoints, lease=QUICK) as bot,
        running(tmp_path, checkpoints, lease=QUICK) as other,
    ):
        training = asyncio.create_task(bot.say("/finetune epochs:50 name:slow"))
        await _has_a_process()
        (job,) = await other.services.storage.jobs.recent("terminal:local", 5)
        watching = other.services.jobs.watch(job.community, job.id)
        assert (await anext(watching)).owner == job.owner
        assert (await other.press(f"job:{job.id}:cancel")).error is None
        assert [each.state async for each in watching][-1] is JobState.CANCELLED
        assert "was cancelled" in (await training).text


@trains_here
async def test_a_locked_database_does_not_cost_a_training(judged, bot, tmp_path, monkeypatch):
    jobs = bot.services.storage.jobs
    failures, end = [], jobs.end_with_version
    other = sqlite3.connect(tmp_path / "tokki.sqlite3", isolation_level=None)

    async def locked_at_first(*given, **named):
        try:
            if not failures:  # by another program, for longer than the database waits for it
                other.execute("BEGIN IMMEDIATE")
            return await end(*given, **named)
        except StorageError as error:
            failures.append(error)
            raise

    monkeypatch.setattr(jobs, "end_with_version", locked_at_first)
    training = asyncio.create_task(bot.say("/finetune epochs:1 name:late"))
    await until(lambda: failures, "a version that cannot be stored")
    other.execute("COMMIT")
    other.close()
    reply = await training
    assert reply.title == "late@1 is trained", reply.text


def is_long(bot, line):
    conversation = Conversation(bot.dispatcher, bot.actor, bot.place, bot.actor.language)
    return conversation.understand(CommandLine(line)).is_long


@trains_here
async def test_two_communities_train_one_after_the_other(bot):
    here, there = bot, bot.by("boss", Role.ADMIN, ELSEWHERE)
    await gather_labels(here)
    await gather_labels(there, [each for n, each in enumerate(ALL) if n % 3])  # few a minute
    line = bot.services.storage.turns
    first = asyncio.create_task(here.say("/finetune epochs:40 name:ours"))
    await until(lambda: line.line("finetune", 20.0), "the first to stand in line")
    second = asyncio.create_task(there.say("/finetune epochs:1 name:theirs"))

    def waiting():
        return [reply for reply in there.progress if "waits for its turn" in (reply.title or "")]

    await until(waiting, "word of the wait", lambda: [each.text for each in there.progress])
    assert "1 training is before yours" in waiting()[0].text
    assert "1 epoch over" in waiting()[0].text, "the estimate stays in sight"
    assert (await first).title == "ours@1 is trained"
    assert (await second).title == "theirs@1 is trained"


async def test_who_waits_may_cancel(judged, bot):
    blocking = NewJob("discord:9", "admin", "finetune", {"name": "other", "estimate_s": 300.0})
    blocked_by = await bot.services.storage.jobs.start(blocking, "another process")
    taken = (blocked_by.id, "another process", "finetune", 1, 20.0)
    assert await bot.services.storage.turns.take(*taken)
    training = asyncio.create_task(bot.korean().say("/학습 이름:우리"))

    async def waits():
        found = await bot.services.storage.jobs.recent("terminal:local", 1)
        return [job for job in found if job.progress.get("phase") == "waiting"]

    (job,) = await until(waits, "a job that waits")
    listed = await bot.ok("/jobs")
    assert listed.table.rows[0][2] == "waiting, 1 before it"
    assert (await bot.press(f"job:{job.id}:cancel")).error is None
    assert "취소했어요" in (await training).text


@trains_here
async def test_a_head_is_learned_on_the_best_of_what_is_there(judged, bot):
    done = await bot.ok("/finetune recipe:head name:quick")
    assert done.title == "quick@1 is trained"
    # What gave the answers knows these labels, so it is one of the bases.
    assert any("sentiment@0" in (reply.text or "") for reply in bot.progress)
    assert done.footer["base"] in {"fillmask@0", "sentiment@0"}
    (version,) = await bot.services.storage.versions.all("terminal:local")
    assert version.recipe == "head" and version.base == done.footer["base"]
    assert (await bot.ok("/classify good movie model:quick")).footer["model"] == "quick@1"

    # A version is never stacked upon: the next one begins from what the first began from.
    again = await bot.ok("/학습 방법:헤드 이름:quick")
    assert again.footer["base"] in {"fillmask@0", "sentiment@0"}


async def test_a_head_has_no_epochs(judged, bot):
    reply = await bot.say("/finetune recipe:head epochs:3")
    assert reply.error.code == "recipe_without_steps" and "recipe:full" in reply.text


@trains_here
async def test_the_recipe_is_chosen_and_what_was_tried_is_told(judged, bot):
    done = await bot.ok("/finetune name:best")
    assert "Learned by head" in done.text and "tfidf" in done.text
    assert "TF-IDF, which only counts letters, has" in done.text
    (version,) = await bot.services.storage.versions.all("terminal:local")
    assert version.recipe == "head"


@trains_here
async def test_what_is_tuned_is_kept_with_the_version(judged, bot):
    done = await bot.ok(
        "/finetune recipe:loop epochs:2 name:mine learning_rate:3e-4 batch_size:4 seed:7 "
        "warmup:20 weight_decay:0.1 max_length:64"
    )
    assert "Loss after each epoch" in done.text
    (version,) = await bot.services.storage.versions.all("terminal:local")
    assert version.seed == 7 and version.recipe == "loop"
    assert version.metrics["tuning"] == {
        "learning_rate": 3e-4,
        "batch_size": 4,
        "warmup": 0.2,
        "weight_decay": 0.1,
        "max_length": 64,
    }


@pytest.mark.parametrize("typed", ["learning_rate:fast", "learning_rate:1", "weight_decay:nan"])
async def test_a_number_that_no_training_bears(judged, bot, typed):
    reply = await bot.say(f"/finetune {typed}")
    assert reply.error.code == "bad_tuning"
    assert typed in reply.text


async def test_options_are_named_in_the_language_of_who_asks(judged, bot):
    admin = bot.korean()
    assert "학습률:100 값은" in (await admin.say("/학습 학습률:100")).text
    refused = await admin.say("/학습 방법:헤드 에폭:2 최대길이:64")
    assert "에폭, 최대길이 옵션" in refused.text
