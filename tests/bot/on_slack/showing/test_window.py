"""`/label` in a modal that stays open, each press changing what it shows."""

import pytest_asyncio

TEXTS = ["it crashes", "<b>how</b> do I *stop* it", "lovely & fine"]


@pytest_asyncio.fixture
async def filled(tokki, lab, server):
    for n, command in enumerate(
        [
            "create name:feedback open_to:members bug, question, praise",
            *(f'add "{text}"' for text in TEXTS),
        ]
    ):
        channel = server.add_channel(f"making-{n}")
        await (await lab.boss.command(channel, "/dataset", command)).answered()
    return lab


def shows(words):
    return lambda view: words in view.text_shown


async def opened(person, channel, text=""):
    asked = await person.command(channel, "/label", text)
    view = await asked.opened()
    return await view.until(
        lambda one: "One moment" not in one.text_shown and "잠깐만" not in one.text_shown
    )


async def votes(tokki):
    storage, community = tokki.bot.services.storage, f"slack:{tokki.server.team.id}"
    (dataset,) = await storage.datasets.all(community)
    return await storage.examples.label_votes(community, dataset.id)


async def test_a_press_changes_the_window_into_the_next_text(filled, tokki, lab):
    view = await opened(lab.boss, lab.channel)
    seen = []
    for n in range(3):
        await view.until(shows(f"{3 - n} left for you, {n} done"))
        seen += [text for text in TEXTS if text in view.text_shown]
        await lab.boss.press(view, "bug")
    await view.until(shows("has nothing for you now"))
    assert sorted(seen) == sorted(TEXTS) and lab.boss.views == [view]
    assert not [one for one in lab.channel.messages if "crashes" in one.text_shown]
    assert len(await votes(tokki)) == 3


async def test_in_korean_and_back_again(filled, lab):
    view = await opened(lab.mina, lab.channel)
    assert "남은 글 3개" in view.text_shown and view.title == "토끼"
    text = view.text_shown
    await lab.mina.close(view)
    again = await opened(lab.mina, lab.channel)
    assert again is not view and again.text_shown == text
    await lab.mina.press(again, "건너뛰기")
    await again.until(lambda one: one.text_shown != text)


async def test_one_window_from_the_button_of_a_message(filled, lab, server):
    channel = server.add_channel("showing")
    shown = await (await lab.boss.command(channel, "/dataset", "show")).answered()
    view = await (await lab.boss.press(shown, "Label")).opened()
    await view.until(shows("3 left for you"))
    await lab.boss.press(view, "praise")
    await view.until(shows("2 left for you"))


async def test_a_restart_between_card_and_press(filled, tokki, lab):
    view = await opened(lab.boss, lab.channel)
    await tokki.stop()
    await tokki.start()
    await lab.boss.press(view, "bug")
    await view.until(shows("2 left for you"))


async def test_a_refusal_stands_above_what_was_there(filled, lab, server):
    view = await opened(lab.mina, lab.channel)
    card = view.text_shown.removeprefix(view.title)
    channel = server.add_channel("editing")
    change = "edit what:open_to to:moderators"
    told = await (await lab.boss.command(channel, "/dataset", change)).answered()
    await (await lab.boss.press(told, "Do it")).answered()
    for _ in range(2):  # the second takes the place of the first
        before = len(view.history)
        await lab.mina.press(view, "bug")
        await view.until(lambda one, before=before: len(one.history) > before)
        assert view.text_shown.count("⚠️") == 1 and "중재자" in view.text_shown
        assert view.text_shown.endswith(card)


async def test_a_guide_and_a_long_text_stand_in_it_whole(tokki, lab, server):
    names = ["bug", "question", "praise", "other", "spam", "idea"]
    labels = ", ".join(f"{name} = {'very ' * 55}{name}-like" for name in names)
    guideline = f"{'look twice ' * 180}guideline-end"
    text = f"{'word ' * 590}text-end"
    lines = (f'create name:guided guideline:"{guideline}" {labels}', f'add "{text}"')
    for n, command in enumerate(lines):
        channel = server.add_channel(f"making-{n}")
        await (await lab.boss.command(channel, "/dataset", command)).answered()
    view = await opened(lab.boss, lab.channel)
    await lab.boss.press(view, "Guideline")
    await view.until(shows("look twice"))
    for words in ("text-end", "guideline-end", *(f"{name}-like" for name in names)):
        assert words in view.text_shown
    assert "in full" not in view.text_shown


async def test_what_slack_finds_too_large_is_shown_plainer(filled, lab, server):
    server.fail(method="views.update", status=200, error="view_too_large", times=1)
    view = await opened(lab.boss, lab.channel)
    assert "3 left for you" in view.text_shown
    assert "header" not in [block["type"] for block in view.blocks]
    await lab.boss.press(view, "bug")
    await view.until(shows("2 left for you"))


async def test_what_closes_before_its_answer_is_let_go(filled, lab):
    asked = await lab.boss.command(lab.channel, "/label")
    view = await asked.opened()
    await lab.boss.close(view)
    view = await opened(lab.boss, lab.channel)
    assert "3 left for you" in view.text_shown


async def test_a_window_that_opens_too_late_is_told(filled, lab, server):
    server.world.triggers.lives_s = 0.0
    told = await (await lab.boss.command(lab.channel, "/label")).answered()
    assert "again" in told.text_shown and told.is_ephemeral


async def test_who_may_not(tokki, lab, server):
    channel = server.add_channel("making")
    await (await lab.boss.command(channel, "/dataset", "create name:f a, b")).answered()
    view = await opened(lab.mina, lab.channel)
    assert "중재자" in view.text_shown
