"""Datasets of somebody who means ill: names that ping or hide, forged ids, others' buttons.

The loopback Discord refuses whatever could ping, and what its limits do not allow.
"""

import re

import pytest_asyncio

from tests.bot.forged_controls import FORGED
from tests.bot.on_discord.test_label import told

LABELS = [
    "@everyone",
    "**bold** `code`",
    "<@1> <@&2> <#3>",
    "\u202egub",
    "zero\u200bwidth",
    "||x||",
]
TEXT = "@everyone <@1> **x** ||spoiler|| [a](https://example.org) \u202egnp ```"
FILE = f"text,label\n{TEXT},@here\n=cmd|' /C calc'!A0,<@&9>\n".encode()


@pytest_asyncio.fixture
async def hostile(lab):
    """A dataset all of whose names are hostile, and the replies that tell of it."""
    options = {"name": "**@everyone**", "labels": ", ".join(LABELS), "open_to": "members"}
    made = await told(lab.boss, lab.channel, "dataset create", guideline=TEXT, **options)
    added = await told(lab.boss, lab.channel, "dataset add", text=TEXT, label=LABELS[0])
    await told(lab.boss, lab.channel, "dataset add", text="another @here")
    file = ("@everyone **<@1>**.csv", "text/csv", FILE)
    asked = await lab.boss.slash(lab.channel, "dataset import", {"file": file})
    looked = await asked.until(lambda message: message.controls)
    return [made, added, looked]


def controls_of(replies):
    return {one["custom_id"]: reply for reply in replies for one in reply.controls}


async def test_nothing_pings_or_breaks_whatever_things_are_called(lab, hostile):
    *_, looked = hostile
    assert "@here" in looked.text and "left out" in looked.text.lower()
    await (await lab.boss.press(looked, looked.button("Add these labels"))).answered()
    done = await lab.boss.press(looked, looked.button("Put it in"))
    await done.until(lambda message: "Take it back" in str(message.controls))
    for command in ("show", "preview", "list"):
        shown = await told(lab.boss, lab.channel, f"dataset {command}")
        assert not re.search(r"(?<!\\)@everyone", re.sub(r"```.*?```", "", shown.text, flags=re.S))
    card = await told(lab.boss, lab.channel, "label")
    after = await (await lab.boss.press(card, card.button("@everyone"))).answered()
    assert "1 done today" in after.text or "2 done today" in after.text
    for kind in ("csv", "jsonl", "parquet", "folder"):
        sent = await told(lab.boss, lab.channel, "dataset export", format=kind)
        assert sent.files
    for command in ("dataset show", "jobs"):
        shown = await told(lab.boss, lab.channel, command)
        shared = await lab.boss.press(shown, "share")
        await shared.answered()


async def test_members_press_what_they_do_not_see(lab, hostile):
    for control, reply in controls_of(hostile).items():
        if not control.startswith(("import:", "change:")):
            continue
        pressed = await lab.mina.press(reply, control, check=False)
        assert "중재자" in (await pressed.answered()).text, control


async def test_forged_ids_get_a_sentence_and_change_nothing(lab, hostile, tokki, server):
    storage = tokki.bot.services.storage
    before = await storage.examples.label_votes(f"discord:{lab.guild.id}", 1)
    for number, control in enumerate([*FORGED, "label:" + "9" * 90, "preview:1:99999999:any::"]):
        eve = server.add_person(f"eve{number}")  # each presses little: nobody is too fast
        lab.guild.join(eve, permissions=0, roles=[])
        pressed = [await eve.press(hostile[1], control, check=False)]
        for value in ("@here", "\u202e", "x" * 100):
            pressed.append(await eve.select(hostile[1], control, [value], check=False))
        for each in pressed:
            said = (await each.answered()).text
            assert said and "reference" not in said.lower(), control
    assert await storage.examples.label_votes(f"discord:{lab.guild.id}", 1) == before


async def test_a_card_that_is_out_of_date_says_what_has_happened(lab, hostile):
    card = await told(lab.mina, lab.channel, "label")
    label = next(one["custom_id"] for one in card.controls if one["custom_id"].endswith(":0"))
    await told(lab.boss, lab.channel, "dataset archive")
    archive = await told(lab.boss, lab.channel, "dataset archive")
    await (await lab.boss.press(archive, archive.button("Do it"))).answered()
    said = await (await lab.mina.press(card, label, check=False)).answered()
    assert "보관 중" in said.text
