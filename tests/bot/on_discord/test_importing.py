"""`/dataset import` on Discord: looked at, put in while it is told how far it is, and out again."""

MANY = "text,label\n" + "".join(f"{n} texts that take a while,bug\n" for n in range(20_000))
FILE = ("text,label\n" + "".join(f"text {n} of it,bug\n" for n in range(2_500))).encode()


async def told(person, channel, command, **options):
    return await (await person.slash(channel, command, options)).answered()


async def test_a_file_is_put_in_and_taken_back_in_one_message(lab, tokki):
    await told(lab.boss, lab.channel, "dataset create", name="feedback", labels="bug, praise")
    file = ("notes.csv", "text/csv", FILE)
    looked = await told(lab.boss, lab.channel, "dataset import", file=file)
    assert looked.is_ephemeral and "2,500 new texts" in looked.text
    put = await lab.boss.press(looked, looked.button("Put it in"))
    done = await put.until(lambda message: "is in “feedback”" in message.text)
    assert done.id == looked.id and "2,500 new texts, 2,500 labels" in done.text
    out = await lab.boss.press(done, done.button("Take it back"))
    await out.until(lambda message: "is out again" in message.text)
    storage = tokki.bot.services.storage
    (dataset,) = await storage.datasets.all(f"discord:{lab.guild.id}")
    assert not await storage.examples.all(dataset.community, dataset.id)


async def test_an_import_is_cancelled_from_jobs(lab, tokki):
    await told(lab.boss, lab.channel, "dataset create", name="feedback", labels="bug, praise")
    file = ("notes.csv", "text/csv", MANY.encode())
    looked = await told(lab.boss, lab.channel, "dataset import", file=file)
    put = await lab.boss.press(looked, looked.button("Put it in"))
    await put.until(lambda message: "put in …" in message.text)
    jobs = await told(lab.boss, lab.channel, "jobs")
    await (await lab.boss.press(jobs, jobs.button("Cancel notes.csv"))).answered()
    await put.until(lambda message: "was cancelled" in message.text)
