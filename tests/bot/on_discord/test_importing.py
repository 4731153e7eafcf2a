"""`/dataset import` on Discord: looked at, put in while it is told how far it is, and out again."""

from tests.bot.serving import leave
from tests.waiting import until

MANY = "text,label\n" + "".join(f"{n} texts that take a while,bug\n" for n in range(20_000))
FILE = ("text,label\n" + "".join(f"text {n} of it,bug\n" for n in range(1_000))).encode()


async def told(person, channel, command, **options):
    return await (await person.slash(channel, command, options)).answered()


async def looked_at(lab, file):
    """What a file would bring, once it has been read."""
    asked = await lab.boss.slash(lab.channel, "dataset import", {"file": file})
    return await asked.until(lambda message: "nothing is kept yet" in message.text)


async def test_a_file_is_put_in_and_taken_back_in_one_message(lab, tokki):
    await told(lab.boss, lab.channel, "dataset create", name="feedback", labels="bug, praise")
    file = ("notes.csv", "text/csv", FILE)
    looked = await looked_at(lab, file)
    assert looked.is_ephemeral and "1,000 new texts" in looked.text
    put = await lab.boss.press(looked, looked.button("Put it in"))
    done = await put.until(lambda message: "is in “feedback”" in message.text)
    assert done.id == looked.id and "1,000 new texts, 1,000 labels" in done.text
    out = await lab.boss.press(done, done.button("Take it back"))
    await out.until(lambda message: "is out again" in message.text)
    storage = tokki.bot.services.storage
    (dataset,) = await storage.datasets.all(f"discord:{lab.guild.id}")
    assert not await storage.examples.all(dataset.community, dataset.id)


async def test_an_import_is_cancelled_from_jobs(lab, tokki):
    await told(lab.boss, lab.channel, "dataset create", name="feedback", labels="bug, praise")
    file = ("notes.csv", "text/csv", MANY.encode())
    looked = await looked_at(lab, file)
    put = await lab.boss.press(looked, looked.button("Put it in"))
    await put.until(lambda message: "put in …" in message.text)
    jobs = await told(lab.boss, lab.channel, "jobs")
    await (await lab.boss.press(jobs, jobs.button("Cancel notes.csv"))).answered()
    await put.until(lambda message: "was cancelled" in message.text)


def written_to(server, person):
    """What Tokki has written to somebody alone."""
    return [message.text for message in server.dm(person).messages if message.author.is_bot]


async def test_who_began_an_import_in_private_is_told_of_its_end_after_a_restart(
    lab, tokki, server
):
    await told(lab.boss, lab.channel, "dataset create", name="feedback", labels="bug, praise")
    looked = await looked_at(lab, ("notes.csv", "text/csv", FILE))
    await leave(tokki.bot.services.storage, f"discord:{lab.guild.id}", str(lab.boss.id))
    await tokki.stop()
    assert not written_to(server, lab.boss)
    await tokki.start()
    await until(lambda: written_to(server, lab.boss), "the end is told")
    (said,) = written_to(server, lab.boss)
    assert "is in “feedback”" in said and "in Lab; /jobs 1" in said
    (message,) = server.dm(lab.boss).messages
    assert not message.controls  # there, they would be of another community
    assert "nothing is kept yet" in looked.text and len(lab.channel.messages) == 1
    storage = tokki.bot.services.storage
    await until(lambda: is_told(storage), "it is noted that the end is told")
    await tokki.stop()
    await tokki.start()
    assert len(written_to(server, lab.boss)) == 1


async def is_told(storage):
    return not await storage.jobs.untold("discord", "somebody else", 0.0)


async def test_whoever_takes_no_messages_finds_it_in_jobs(lab, tokki, server):
    await told(lab.boss, lab.channel, "dataset create", name="feedback", labels="bug, praise")
    await looked_at(lab, ("notes.csv", "text/csv", FILE))
    lab.boss.accepts_dms = False
    await leave(tokki.bot.services.storage, f"discord:{lab.guild.id}", str(lab.boss.id))
    await tokki.stop()
    await tokki.start()

    async def has_ended():
        return "done" in (await told(lab.boss, lab.channel, "jobs", number=1)).text

    await until(has_ended, "the end")
    assert not written_to(server, lab.boss)


async def test_the_end_of_an_import_is_told_where_its_message_cannot_be_edited(lab, server):
    await told(lab.boss, lab.channel, "dataset create", name="feedback", labels="bug, praise")
    looked = await looked_at(lab, ("notes.csv", "text/csv", FILE))
    server.refuse_callback(code=10062)
    await lab.boss.press(looked, looked.button("Put it in"))
    await until(lambda: written_to(server, lab.boss), "the end is told")
    (said,) = written_to(server, lab.boss)
    assert "is in “feedback”" in said and "in Lab; /jobs 1" in said


async def test_jobs_takes_an_import_back_for_moderators_whatever_became_of_its_message(
    lab, tokki, server
):
    await told(lab.boss, lab.channel, "dataset create", name="feedback", labels="bug, praise")
    looked = await looked_at(lab, ("notes.csv", "text/csv", FILE))
    put = await lab.boss.press(looked, looked.button("Put it in"))
    done = await put.until(lambda message: "is in “feedback”" in message.text)
    card = await (await lab.boss.press(done, done.button("Label"))).answered()
    assert "1,000 left for you, 0 done" in card.text  # in the place of what has been read
    member = await told(lab.mina, lab.channel, "jobs", number=1)
    assert not [control for control in member.controls if "import" in control["custom_id"]]
    shown = await told(lab.boss, lab.channel, "jobs", number=1)
    out = await lab.boss.press(shown, shown.button("Take back what notes.csv brought"))
    await out.until(lambda message: "is out again" in message.text)
    storage = tokki.bot.services.storage
    (dataset,) = await storage.datasets.all(f"discord:{lab.guild.id}")
    assert not await storage.examples.all(dataset.community, dataset.id)
