"""`/label` on Discord: one ephemeral message, each press changing it into the next text."""

import asyncio

import pytest_asyncio

TEXTS = [f"text number {n}" for n in range(40)]


async def told(person, channel, command, **options):
    return await (await person.slash(channel, command, options)).answered()


@pytest_asyncio.fixture
async def filled(tokki, lab):
    from handlers.learning.dataset import new_example  # noqa: PLC0415
    from handlers.types import Actor, Language, Role  # noqa: PLC0415

    await told(
        lab.boss,
        lab.channel,
        "dataset create",
        name="feedback",
        open_to="members",
        labels="bug, question, praise",
    )
    storage = tokki.bot.services.storage
    (dataset,) = await storage.datasets.all(f"discord:{lab.guild.id}")
    actor = Actor("1", "boss", Role.ADMIN, Language.ENGLISH)
    for text in TEXTS:
        await storage.examples.add(new_example(dataset, actor, text, "typed", None, None))
    lab.dataset = dataset
    return lab


async def pressed(person, message, label):
    """Press, and wait for what the message shows then."""
    return await (await person.press(message, message.button(label))).answered()


async def votes(tokki, lab):
    return await tokki.bot.services.storage.examples.label_votes(
        lab.dataset.community, lab.dataset.id
    )


def shown(message):
    return next(text for text in TEXTS if f"{text}\n" in f"{message.text}\n")


async def test_one_message_from_text_to_text(filled, tokki, lab):
    card = await told(lab.boss, lab.channel, "label")
    assert card.is_ephemeral and "40 left for you, 0 done" in card.text
    assert "share" not in [control["custom_id"] for control in card.controls]
    seen = {shown(card)}
    for n in range(1, 4):
        after = await pressed(lab.boss, card, "bug")
        assert after is card and f"{40 - n} left for you, {n} done" in card.text
        seen.add(shown(card))
    assert len(seen) == 4 and len(await votes(tokki, lab)) == 3
    await pressed(lab.boss, card, "Undo: bug")
    assert "taken back" in card.text and len(await votes(tokki, lab)) == 2


async def test_one_step_from_show_and_in_korean(filled, lab):
    shown_first = await told(lab.mina, lab.channel, "데이터셋 보기")
    card = await pressed(lab.mina, shown_first, "라벨 붙이기")
    assert "남은 글 40개" in card.text and card.is_ephemeral
    await pressed(lab.mina, card, "praise")
    assert "남은 글 39개" in card.text


async def test_a_restart_between_card_and_press(filled, tokki, lab):
    card = await told(lab.boss, lab.channel, "label")
    text = shown(card)
    await tokki.stop()
    await tokki.start()
    await pressed(lab.boss, card, "question")
    assert "39 left for you, 1 done" in card.text and shown(card) != text
    (vote,) = await votes(tokki, lab)
    assert vote.labels == ("question",)


async def test_twenty_people_at_once_never_get_the_same(filled, tokki, lab, server):
    people = [server.add_person(f"user{n}") for n in range(20)]
    for person in people:
        lab.guild.join(person, permissions=0, roles=[])
    cards = await asyncio.gather(*(told(one, lab.channel, "label") for one in people))
    first = [shown(card) for card in cards]
    assert len(set(first)) == 20
    await asyncio.gather(
        *(pressed(one, card, "bug") for one, card in zip(people, cards, strict=True))
    )
    second = [shown(card) for card in cards]
    looked_at = await votes(tokki, lab)
    assert len(looked_at) == 20
    assert len(set(second)) == 20
