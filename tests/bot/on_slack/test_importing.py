"""`/dataset import` on Slack: a form, a preview, and one message from there to the end."""

from tests.bot.on_slack.conftest import saying
from tests.bot.serving import leave
from tests.waiting import until

KOREAN = "문장,분류\r\n자꾸 꺼져요,버그\r\n고마워요,칭찬\r\n".encode("cp949")
SOME = "".join(f"{n} texts that take some seconds\n" for n in range(20_000)).encode()


async def looked_at(lab, person, name, content, offers="put"):
    """What a file would bring, by the form that a bare command opens."""
    asked = await person.command(lab.channel, "/dataset", "import")
    file = person.upload(name, content)
    sent = await person.submit(await asked.opened(), {"option:file": [file]})
    return await sent.until(
        lambda m: any(one["action_id"].endswith(f":{offers}") for one in m.controls)
    )


async def made(lab, person, labels="bug, praise"):
    await (
        await person.command(lab.channel, "/dataset", f"create name:feedback {labels}")
    ).answered()


async def pressed(person, message, label, says):
    asked = await person.press(message, message.button(label))
    return await asked.until(lambda m: says in m.text_shown)


async def texts(lab, tokki):
    storage = tokki.bot.services.storage
    (dataset,) = await storage.datasets.all(f"slack:{lab.server.team.id}")
    return await storage.examples.all(dataset.community, dataset.id)


async def test_a_file_is_put_in_and_taken_back_in_one_message(lab, tokki, server):
    sora = server.add_person("sora", locale="ko-KR", is_admin=True)
    await made(lab, sora, "버그, 칭찬")
    looked = await looked_at(lab, sora, "의견.csv", KOREAN)
    assert looked.is_ephemeral and "새 글 2개" in looked.text_shown
    assert "CP949" in looked.text_shown and not await texts(lab, tokki)
    done = await pressed(sora, looked, "넣기", "데이터셋에 넣었어요")
    assert done.ts == looked.ts and len(await texts(lab, tokki)) == 2
    await pressed(sora, done, "되돌리기", "뺐어요")
    assert not await texts(lab, tokki)


async def test_the_queue_is_one_press_away_from_what_was_put_in(lab, server):
    await made(lab, lab.boss)
    looked = await looked_at(lab, lab.boss, "a.txt", b"it crashes\nwell done\n")
    done = await pressed(lab.boss, looked, "Put it in", "is in “feedback”")
    asked = await lab.boss.press(done, done.button("Label"))
    window = await asked.opened()
    await window.until(lambda view: "2 left for you" in view.text_shown)


async def test_an_import_is_cancelled_and_nothing_of_it_stays(lab, tokki):
    await made(lab, lab.boss)
    looked = await looked_at(lab, lab.boss, "notes.txt", SOME)
    put = await lab.boss.press(looked, looked.button("Put it in"))
    shown = await put.until(lambda m: "put in …" in m.text_shown)
    await lab.boss.press(shown, shown.button("Cancel"))
    await put.until(lambda m: "was cancelled" in m.text_shown)
    assert not await texts(lab, tokki)


async def test_who_began_an_import_in_private_is_told_of_its_end_after_a_restart(
    lab, tokki, server
):
    await made(lab, lab.boss)
    await looked_at(lab, lab.boss, "notes.txt", b"it crashes\nwell done\n")
    await leave(tokki.bot.services.storage, f"slack:{server.team.id}", lab.boss.id)
    direct = server.dm(lab.boss)
    await tokki.stop()
    assert not saying(direct, "feedback")
    await tokki.start()
    await until(lambda: saying(direct, "is in “feedback”"), "its end is told")
    (message,) = saying(direct, "is in “feedback”")
    await pressed(lab.boss, message, "Take it back", "is out again")
    assert not await texts(lab, tokki) and not saying(lab.channel, "is in “feedback”")
