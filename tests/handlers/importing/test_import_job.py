"""An import goes on where it was cut, whoever cut it, and what is cancelled leaves nothing."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from handlers.importing.carrying import at_once
from handlers.importing.job import ImportJob, new_job
from handlers.importing.reading import PIECE
from handlers.importing.telling import begun, progress
from handlers.jobs import telling
from handlers.jobs.carrying import Lease
from handlers.jobs.runner import JobRunner
from handlers.types import Language
from storage.records import ImportState, JobState, NewLabelVote, Settled, Settlement
from tests.handlers.importing import importer
from tests.handlers.importing.test_import_command import ROWS, control, give, made, texts, votes
from tests.waiting import until

_BEING_PUT_IN = "A file is being put in"
MANY = "text,label\n" + "".join(f"text {n} of it,bug\n" for n in range(2_000))


async def child(path, word):
    words = ("-m", "tests.handlers.importing.importer", str(path), word)
    return await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE
    )


async def rows_told(process):
    while line := (await process.stdout.readline()).decode().split():
        yield line[0], int(line[1])


def has_begun(bot):
    """What tells of the first rows that are in."""
    return next((said for said in bot.progress if said.bars), None)


def counts(path):
    with closing(sqlite3.connect(path)) as file:
        tables = ("examples", "votes", "votes_history")
        counted = [file.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables]
        lost = file.execute(
            "SELECT count(*) FROM examples WHERE id NOT IN"
            " (SELECT example_id FROM near_duplicate_keys)"
        ).fetchone()
        return [n for (n,) in counted], lost[0]


@pytest.mark.parametrize("rows_first", [0, 1_000])
async def test_a_process_that_is_killed_leaves_nothing_half_and_loses_nothing(tmp_path, rows_first):
    path = tmp_path / "tokki.db"
    process = await child(path, "put")
    async for _, rows in rows_told(process):
        if rows >= rows_first:
            process.kill()
    await process.wait()
    (there, said, history), lost = counts(path)
    assert there == said == history and there < importer.ROWS and lost == 0
    again = await child(path, "go on")
    states = [state async for state, _ in rows_told(again)]
    assert await again.wait() == 0 and states[-1] == "done"
    assert counts(path) == ([importer.ROWS] * 3, 0)


async def test_it_goes_on_where_tokki_was_stopped(bot):
    await made(bot)
    reply = await give(bot, MANY)
    press = asyncio.create_task(bot.press(control(reply, "put")))
    await until(lambda: has_begun(bot), "rows that are in")
    await bot.services.jobs.close()
    told = await press
    assert "goes on by itself at the next start" in told.text and 0 < len(await texts(bot)) < 2_000
    (job,) = await bot.services.storage.jobs.recent(bot.place.community, 5)
    assert job.state is JobState.RUNNING and job.owner is None


async def test_what_is_cancelled_is_taken_out_again(bot):
    await made(bot)
    reply = await give(bot, MANY)
    press = asyncio.create_task(bot.press(control(reply, "put")))
    shown = await until(lambda: has_begun(bot), "rows that are in")
    cancelled = await bot.press(control(shown, "cancel"))
    assert cancelled.error is None and "a.csv is being stopped" in cancelled.text
    told = await press
    assert "was cancelled" in told.text
    assert not await texts(bot) and not await votes(bot)
    assert (await bot.press(control(reply, "put"))).error.code == "import_gone"


async def taken_back(bot):
    """What has come of a file that was put in and is being taken back, elsewhere."""
    await made(bot)
    done = await bot.press(control(await give(bot, ROWS), "put"))
    storage, community = bot.services.storage, bot.place.community
    number = int(control(done, "undo").split(":")[1])
    one = await storage.imports.get(community, number)
    new, plan = new_job(one, ImportState.UNDOING, "mod", Language.ENGLISH)
    job = await storage.jobs.start(new, "another process", plan)
    await storage.imports.start(community, number, ImportState.UNDOING)
    return job, number


async def test_what_is_being_taken_back_cannot_be_cancelled(bot):
    job, _ = await taken_back(bot)
    for shown in (await bot.ok("/jobs"), await bot.ok(f"/jobs {job.id}")):
        assert not any("cancel" in one.id for one in shown.controls)
    going_on = replace(job, progress={"rows": 1, "of": 3})
    for shown in (begun(job, Language.ENGLISH), progress(going_on, Language.ENGLISH)):
        assert not shown.controls
    refused = await bot.press(f"job:{job.id}:cancel")
    assert refused.error.code == "import_taking_back" and "import the file again" in refused.text
    (still,) = await bot.services.storage.jobs.unended(bot.place.community, "import")
    assert still.state is JobState.RUNNING


async def test_whoever_leaves_while_it_is_taken_back_does_not_cancel_that(bot):
    job, _ = await taken_back(bot)
    told = []

    async def tell(reply):
        told.append(reply)

    following = telling.follow_or_cancel(bot.services.jobs, job, Language.ENGLISH, tell)
    task = asyncio.create_task(following)
    await until(lambda: told, "the first word of it")
    assert told[0].goes_on and "being taken out" in told[0].text
    task.cancel()
    await asyncio.wait({task})
    left = await bot.services.storage.jobs.get(bot.place.community, job.id)
    assert left.state is JobState.RUNNING
    assert "at the next start" in (await telling.told(left, Language.ENGLISH)).text


async def test_what_is_cancelled_while_it_is_taken_back_leaves_nothing_half(bot):
    job, number = await taken_back(bot)
    storage, community = bot.services.storage, bot.place.community
    runner = JobRunner(storage.jobs, Lease(ttl_s=0.0, beat_s=0.05, look_s=0.05))
    runner.add("import", ImportJob(bot.services))
    assert await runner.cancel(community, job.id)
    assert (await storage.jobs.get(community, job.id)).state is JobState.CANCELLED
    assert (await storage.imports.get(community, number)).state is ImportState.UNDONE
    assert not await texts(bot) and not await votes(bot)
    await runner.close()


async def test_nobody_learns_from_half_a_file(bot):
    await made(bot)
    await bot.ok("/dataset create name:second bug, question")
    reply = await give(bot, MANY, dataset="feedback")
    press = asyncio.create_task(bot.press(control(reply, "put")))
    await until(lambda: has_begun(bot), "rows that are in")
    for line in ("/finetune", "/finetune dataset:feedback"):
        refused = await bot.say(line)
        assert refused.error.code == "import_running" and "“feedback”" in refused.text
    assert await bot.code("/finetune dataset:second") == "too_few_gold"
    assert _BEING_PUT_IN in (await bot.ok("/dataset show feedback")).text
    assert _BEING_PUT_IN not in (await bot.ok("/dataset show second")).text
    await press
    assert _BEING_PUT_IN not in (await bot.ok("/dataset show feedback")).text
    assert await bot.code("/finetune dataset:feedback") == "too_few_gold", "all of it is in"


async def test_what_others_have_judged_stays_and_is_said(bot):
    await made(bot)
    done = await bot.press(control(await give(bot, ROWS), "put"))
    first, second, _ = await texts(bot)
    storage, community = bot.services.storage, bot.place.community
    await storage.votes.label(NewLabelVote(community, first.id, "ann", ("praise",)))
    await storage.examples.settle(community, second.id, Settlement("mod", Settled.LEFT_OUT))
    undone = await bot.press(control(done, "undo"))
    assert "2 texts stay" in undone.text
    assert [one.id for one in await texts(bot)] == [first.id, second.id]
    assert await votes(bot) == [(("praise",), False)]


def test_fewer_rows_at_once_where_each_takes_long():
    assert at_once(PIECE, 0.2) == PIECE and at_once(PIECE, 0.0) == PIECE
    assert at_once(PIECE, 4.0) == PIECE // 4
    assert 0 < at_once(100, 60.0) <= 100 < at_once(100, 0.01) <= PIECE


async def test_jobs_tells_of_imports(bot):
    await made(bot)
    await bot.press(control(await give(bot, ROWS), "put"))
    (row,) = (await bot.ok("/jobs")).table.rows
    assert (
        row[:3] == ("#1", "a.csv", "done") and row[-2] == "" and row[-1] == "3 new texts, 3 labels."
    )
    told = await bot.ok("/jobs 1")
    assert told.title == "a.csv"
    await bot.press(control(told, "undo"))
    assert not (await bot.ok("/jobs 1")).controls, "it is out already"


async def test_a_file_that_cannot_be_read_any_more_fails_in_words(bot):
    await made(bot)
    reply = await give(bot, ROWS)
    number = int(control(reply, "put").split(":")[1])
    storage, community = bot.services.storage, bot.place.community
    await storage.imports.choose(community, number, {"type": "csv", "text": "nowhere"})
    told = await bot.press(control(reply, "put"))
    assert told.error.code == "import_no_column" and "nowhere" in told.text
    assert not await texts(bot)
