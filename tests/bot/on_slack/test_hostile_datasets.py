"""Datasets of somebody who means ill, on Slack: names that ping or hide, forged ids and values.

The loopback Slack notes whatever could ping, and what its limits do not allow.
"""

import pytest_asyncio

from tests.bot.forged_controls import FORGED
from tests.bot.on_slack.test_importing import looked_at

LABELS = ["<!channel>", "<@U1> & *bold*", "\u202egub", "zero\u200bwidth", "`code` _x_"]
TEXT = "<!here> <@U1|x> <https://example.org|a> &lt; *x* \u202egnp ```"
FILE = f"text,label\n{TEXT},<!everyone>\n=cmd|' /C calc'!A0,<#C1>\n".encode()


async def told(lab, person, words):
    asked = await person.command(lab.channel, "/dataset", words)
    return await asked.answered()


@pytest_asyncio.fixture
async def hostile(lab):
    """A dataset all of whose names are hostile, and the preview of a file for it."""
    labels = ", ".join(LABELS)
    await told(lab, lab.boss, f'create name:"<!channel> *x*" open_to:members {labels}')
    await told(lab, lab.boss, f'add text:"{TEXT}" label:"{LABELS[0]}"')
    await told(lab, lab.boss, "add another <!here>")
    return await looked_at(lab, lab.boss, "<!channel> *x*.csv", FILE, "create")


async def test_nothing_pings_or_breaks_whatever_things_are_called(lab, hostile, server):
    asked = await lab.boss.press(hostile, hostile.button("Add these labels"))
    more = await asked.until(lambda m: ":put" in str(m.controls))
    done = await lab.boss.press(more, more.button("Put it in"))
    await done.until(lambda m: "is in “" in m.text_shown)
    for words in ("show", "preview", "list", "export", "export format:folder"):
        assert (await told(lab, lab.boss, words)).text_shown
    asked = await lab.boss.command(lab.channel, "/label", "")
    window = await asked.opened()
    await window.until(lambda view: "left for you" in view.text_shown)
    label = next(one["action_id"] for one in window.buttons if one["action_id"].endswith(":0"))
    before = len(window.history)
    await lab.boss.press(window, label)
    await window.until(lambda view: len(view.history) > before)
    assert not server.violations


async def test_forged_ids_get_a_sentence_and_change_nothing(lab, hostile, tokki, server):
    storage, community = tokki.bot.services.storage, f"slack:{lab.server.team.id}"
    before = await storage.examples.label_votes(community, 1)
    for number, control in enumerate(FORGED):
        eve = server.add_person(f"eve{number}")
        pressed = await eve.press(hostile, control, check=False)
        if control.startswith(("label:", "conflict:")):
            window = await pressed.opened()
            await window.until(lambda view: view.history)
            said = window.text_shown
        else:
            said = (await pressed.answered()).text_shown
        assert said and "reference" not in said.lower(), control
    assert await storage.examples.label_votes(community, 1) == before
