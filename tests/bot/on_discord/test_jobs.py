"""Long work: told of in one message, beyond the token's life and a restart."""

import aiosqlite
import pytest

from tests.waiting import until


@pytest.fixture
def teach(lab, tokki):
    async def teach():
        """Label three texts of each label, as people do by pressing buttons."""
        for number in range(9):
            asked = await lab.boss.slash(lab.channel, "classify", {"text": f"text {number}"})
            message = await asked.answered()
            labels = await labels_of(tokki, lab)
            wanted = sorted(labels)[number % len(labels)]
            if wanted == labels[0]:
                pressed = await lab.boss.press(message, message.button("Right"))
            else:
                wrong = await lab.boss.press(message, message.button("Wrong"))
                question = await wrong.answered()
                (select,) = [each for each in question.controls if each.get("options")]
                pressed = await lab.boss.select(question, select["custom_id"], [wanted])
            await pressed.answered()

    return teach


async def labels_of(tokki, lab):
    """The labels of the last answer, best first."""
    (query,) = await tokki.bot.services.storage.queries.recent(
        f"discord:{lab.guild.id}", str(lab.boss.id), 1
    )
    return query.result["labels"]


async def test_a_training_outlives_the_token_of_its_command_in_one_message(lab, teach):
    await teach()
    before = len(lab.channel.messages)
    asked = await lab.boss.slash(lab.channel, "finetune", {"epochs": 9, "name": "ours"})
    message = await asked.until(lambda m: "9 epochs over" in plain(m))
    asked.expire()
    done = await asked.until(lambda m: "ours@1 is trained" in plain(m))
    assert done.id == message.id and len(lab.channel.messages) == before + 1
    answer = await lab.boss.slash(lab.channel, "classify", {"text": "warm", "model": "ours@1"})
    assert "ours@1" in plain(await answer.answered())
    choices = await lab.boss.autocomplete(lab.channel, "classify", "model", "ours")
    assert [each["value"] for each in choices] == ["ours@1"]


async def test_a_training_whose_message_is_deleted_tells_its_end_in_a_new_one(lab, teach, server):
    await teach()
    asked = await lab.boss.slash(lab.channel, "finetune", {"epochs": 50, "name": "ours"})
    message = await asked.answered()
    asked.expire()
    server.fail(
        "PATCH", f"/channels/*/messages/{message.id}", status=404, times=100, json={"code": 10008}
    )
    listed = await (await lab.boss.slash(lab.channel, "jobs")).answered()
    stop = await lab.boss.press(listed, listed.button("Cancel ours"))
    assert "being stopped" in plain(await stop.answered())
    done = await asked.until(lambda m: "was cancelled" in plain(m))
    assert done.id != message.id


async def test_after_a_crash_the_old_message_tells_the_end_of_what_cannot_go_on(lab, teach, tokki):
    await teach()
    asked = await lab.boss.slash(lab.channel, "finetune", {"epochs": 50, "name": "ours"})
    message = await asked.answered()
    storage = tokki.bot.services.storage
    (job,) = await storage.jobs.recent(f"discord:{lab.guild.id}", 1)
    await until(lambda: storage.jobs.shown_in(job.id), "where the training is told of is stored")
    await tokki.stop()
    await leave_as_before(tokki.data_dir, job.id)
    await tokki.start()
    await asked.until(lambda m: "cut off" in plain(m))
    assert "cut off" in plain(message)


async def leave_as_before(data_dir, job_id):
    """The row of a process that is gone, which kept no plan to go on with."""
    async with aiosqlite.connect(data_dir / "tokki.sqlite3") as connection:
        await connection.execute(
            "UPDATE jobs SET state='running', owner=NULL, plan=NULL, ended_at=NULL WHERE id=?",
            (job_id,),
        )
        await connection.commit()


def plain(message):
    return message.text.replace("\\", "")
