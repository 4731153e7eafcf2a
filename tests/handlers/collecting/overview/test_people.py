"""Who labels, how reliably, and who suddenly disagrees: told to moderators alone."""

from dataclasses import replace

from handlers.types import Request, Role
from tests.handlers.conftest import used_once

TEXTS = 36


async def label(bot):
    """Ann and Bob agree on everything; Eve does so on the first texts, and on no later one."""
    await bot.ok("/dataset create name:feedback bug, praise open_to:members")
    for number in range(1, TEXTS + 1):
        await bot.ok(f"/dataset add text number {number} {'abcdefghij'[number % 10] * 9}")
        control = f"example:{number}:label"
        for user in ("ann", "bob", "eve"):
            is_right = user != "eve" or number <= TEXTS // 2
            reply = await bot.by(user).press(control, "bug" if is_right else "praise")
            assert reply.error is None


labelled = used_once(label)


async def test_moderators_see_who_is_reliable_and_who_has_jumped(labelled):
    text = (await labelled.by("mod", Role.MODERATOR).ok("/dataset show")).text
    lines = {line.partition(":")[0]: line for line in text.splitlines()}
    assert f"{TEXTS} of {TEXTS} as the others" in lines["ann"] and "right about" in lines["ann"]
    assert f"{TEXTS // 2} of {TEXTS} as the others" in lines["eve"]
    percent = {name: int(lines[name].rpartition("about ")[2].split()[0]) for name in ("ann", "eve")}
    assert percent["ann"] > 90 and percent["eve"] < 65
    assert "suddenly disagree" in lines["eve"] and "suddenly" not in lines["ann"]
    korean = labelled.korean()
    assert "갑자기" in (await korean.ok("/데이터셋 보기")).text


async def test_moderators_are_told_while_they_work_and_whoever_it_is_is_not(labelled):
    mod, eve = labelled.by("mod", Role.MODERATOR), labelled.by("eve")
    for command in ("/label", "/label what:conflicts", "/dataset list"):
        said = (await mod.ok(command)).text
        assert "eve suddenly disagrees" in said and "ann" not in said and "bob" not in said
    assert "suddenly" not in (await mod.press("label:1:next")).text  # once is enough
    for command in ("/label", "/dataset list"):
        assert "suddenly" not in (await eve.ok(command)).text
    promoted = labelled.by("eve", Role.MODERATOR)
    assert "suddenly" not in (await promoted.ok("/label")).text
    await mod.ok("/dataset create name:second bug, praise open_to:members")
    assert "eve suddenly disagrees" in (await mod.ok("/label")).text  # asked which dataset
    assert "갑자기" in (await labelled.korean().ok("/라벨 feedback")).text


async def test_a_crowd_that_only_agrees_with_itself_is_said_to_be_unchecked(labelled):
    mod = labelled.by("mod", Role.MODERATOR)
    text = (await mod.ok("/dataset show")).text
    (line,) = (line for line in text.splitlines() if line.startswith("No moderator"))
    assert "ann" in line and "bob" in line and "eve" in line and "who:" in line
    assert "중재자가 붙인 라벨이 없어서" in (await labelled.korean().ok("/데이터셋 보기")).text
    await mod.press("example:1:label", "bug")
    assert "No moderator" not in (await mod.ok("/dataset show")).text, "all three labelled that one"


async def test_members_see_nobody(labelled):
    text = (await labelled.by("ann").ok("/dataset show")).text
    assert not any(name in text for name in ("ann", "bob", "eve", "Who labels", "suddenly"))


async def test_who_has_taken_back_all_that_they_said_is_not_told_of(bot):
    await bot.ok("/dataset create name:feedback bug, praise open_to:members")
    await bot.ok("/dataset add it crashes label:bug")
    newcomer = bot.by("ann")
    await newcomer.press("example:1:label", "praise")
    assert "ann: 1 vote" in (await bot.ok("/dataset show")).text
    await newcomer.press("example:1:undo")
    text = (await bot.ok("/dataset show")).text
    assert "admin: 1 vote" in text and "ann:" not in text


async def test_people_are_called_what_the_platform_calls_them(bot):
    await bot.ok("/dataset create name:feedback bug, praise")
    await bot.by("U1", Role.MODERATOR).ok("/dataset add it crashes label:bug")
    await bot.by("U2", Role.MODERATOR).ok("/dataset add well done label:praise")
    asked = bot.dispatcher.read("/dataset show")
    seen = []

    async def names(users):
        seen.extend(users)
        return {"U1": "미나 🐇"}

    async def nothing(_):
        pass

    request = Request(asked.command, asked.options, bot.actor, bot.place, nothing, names)
    text = (await bot.dispatcher.run(request)).text
    assert "미나 🐇: 1 vote" in text and "U2: 1 vote" in text and sorted(seen) == ["U1", "U2"]
    member = replace(request, actor=bot.by("x").actor)
    seen.clear()
    assert "미나" not in (await bot.dispatcher.run(member)).text and not seen


async def test_the_votes_of_who_is_shut_out_count_for_nothing_until_they_are_back(bot):
    await bot.ok("/dataset create name:feedback bug, praise open_to:members")
    await bot.ok("/dataset add it crashes")

    async def stands():
        return (await bot.ok("/dataset preview")).table.rows[0]

    for fake in ("sock-1", "sock-2"):
        await bot.by(fake).press("example:1:label", "praise")
    assert "praise" in str(await stands())
    said = await bot.ok("/settings who:sock-1 may:shut_out")
    assert "count for nothing" in said.text and "praise" not in (await stands())[2]
    await bot.ok("/settings who:sock-2 may:shut_out")
    shown = (await bot.ok("/dataset show")).text
    assert "count for nothing: sock-1, sock-2" in shown and "sock-1:" not in shown
    for honest in ("ann", "bob"):
        await bot.by(honest).press("example:1:label", "bug")
    assert "bug" in (await stands())[2], "as if the others had said nothing"
    await bot.ok("/settings who:sock-1 may:permissions")
    await bot.press(said.controls[0].id.replace("sock-1", "sock-2"))
    assert "bug" not in (await stands())[2], "two against two"
    assert "count for nothing" not in (await bot.ok("/dataset show")).text


async def test_who_puts_in_a_text_does_not_lose_it(bot):
    await bot.ok("/dataset create name:feedback bug, praise open_to:members")
    await bot.by("eve").ok("/dataset add it crashes label:bug")
    await bot.ok("/settings who:eve may:shut_out")
    assert len((await bot.ok("/dataset preview")).table.rows) == 1
