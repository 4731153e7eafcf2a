"""Long work: told of in one message, edited every two seconds at most, beyond a restart."""

import aiosqlite
import pytest

from tests.waiting import until


@pytest.fixture
def teach(lab, tokki):
    async def teach():
        """Label three texts of each label, as people do by pressing buttons."""
        for number in range(9):
            asked = await lab.boss.command(lab.channel, "/classify", f"text {number}")
            message = await asked.answered()
            (query,) = await tokki.bot.services.storage.queries.recent(
                community(lab), lab.boss.id, 1
            )
            labels = query.result["labels"]
            wanted = sorted(labels)[number % len(labels)]
            if wanted == labels[0]:
                pressed = await lab.boss.press(message, message.button("Right"))
                await pressed.answered()
                continue
            question = await (await lab.boss.press(message, message.button("Wrong"))).answered()
            chosen = await lab.boss.select(question, f"fb:{query.id}:label", wanted)
            await chosen.until(lambda m, wanted=wanted: f"is {wanted}" in m.text_shown)

    return teach


async def test_a_training_outlives_a_stop_in_one_message(lab, teach, server, tokki):
    await teach()
    server.watch_edits = True
    before = len(lab.channel.messages)
    asked = await lab.boss.command(lab.channel, "/finetune", "epochs:20 name:ours")
    message = await asked.until(lambda m: "20 epochs over" in m.text_shown)
    server.watch_edits = False  # another process knows nothing of the edits before it
    await tokki.stop()
    assert "was stopped" in message.text_shown
    await tokki.start()
    await asked.until(lambda m: "goes on where it was" in m.text_shown)
    done = await asked.until(lambda m: "ours@1 is trained" in m.text_shown)
    assert done.ts == message.ts and not done.is_ephemeral
    assert len([each for each in lab.channel.messages if not each.thread_ts]) == before + 1
    chart = await asked.until(lambda m: m.files)
    assert chart.thread_ts == done.ts and "curve of the loss" in chart.files[0].alt_text
    answer = await lab.boss.command(lab.channel, "/classify", "warm model:ours@1")
    assert "ours@1" in (await answer.answered()).text_shown


async def test_a_training_is_cancelled(lab, teach):
    await teach()
    asked = await lab.boss.command(lab.channel, "/finetune", "epochs:50 name:ours")
    await asked.answered()
    listed = await (await lab.boss.command(lab.channel, "/jobs", "")).answered()
    stop = await lab.boss.press(listed, listed.button("Cancel ours"))
    await stop.until(lambda m: "being stopped" in m.text_shown)
    await asked.until(lambda m: "was cancelled" in m.text_shown)


async def test_after_a_crash_the_old_message_tells_the_end_of_what_cannot_go_on(lab, teach, tokki):
    await teach()
    asked = await lab.boss.command(lab.channel, "/finetune", "epochs:50 name:ours")
    message = await asked.answered()
    storage = tokki.bot.services.storage
    (job,) = await storage.jobs.recent(community(lab), 1)
    await until(lambda: storage.jobs.shown_in(job.id), "where the training is told of is stored")
    await tokki.stop()
    async with aiosqlite.connect(tokki.data_dir / "tokki.sqlite3") as connection:
        await connection.execute(  # the row of a process that is gone, which kept no plan
            "UPDATE jobs SET state='running', owner=NULL, plan=NULL, ended_at=NULL WHERE id=?",
            (job.id,),
        )
        await connection.commit()
    await tokki.start()
    await asked.until(lambda m: "cut off" in m.text_shown)
    assert "cut off" in message.text_shown


def community(lab):
    return f"slack:{lab.server.team.id}"
