"""What the bot may say to an interaction, and when."""

import asyncio
import io
from typing import Any

import discord
import pytest

from tests.servers.discord_tests.bot import Interaction, Place, hello


async def defer(interaction: Interaction) -> None:
    await interaction.response.defer(thinking=True)


class Buttons(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        for label in ("Right", "Wrong"):
            self.add_item(discord.ui.Button(label=label, custom_id=label.lower()))
        options = [discord.SelectOption(label=one) for one in ("joy", "anger")]
        self.add_item(discord.ui.Select(custom_id="label", options=options))


async def with_buttons(interaction: Interaction) -> None:
    embed = discord.Embed(title="Title", description="Description").set_footer(text="Footer")
    embed.add_field(name="Name", value="Value")
    await interaction.response.send_message("Content", embed=embed, view=Buttons())


async def test_a_deferred_answer_is_seen_when_it_is_edited_in(place: Place) -> None:
    let = asyncio.Event()

    async def on(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await let.wait()
        await interaction.edit_original_response(content="at last")

    asked = await place.ask(on)
    await asked.acknowledged()
    assert asked.callbacks == [5]
    assert asked.answer is None
    let.set()
    message = await asked.answered()
    assert message.text == "at last"
    assert message.is_ephemeral
    assert asked.edits == 1
    assert place.channel.messages == []
    assert message.history[0].is_thinking


async def test_the_first_followup_takes_the_place_of_thinking(place: Place) -> None:
    async def on(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.followup.send("first", ephemeral=True)
        await interaction.followup.send("second", ephemeral=True)

    asked = await place.ask(on)
    message = await asked.until(lambda one: one.text == "second")
    assert asked.followups == [message]
    assert message.is_ephemeral
    assert [one.text for one in place.channel.messages] == ["first"]
    assert asked.original is place.channel.messages[0]


async def test_followups_carry_files(place: Place) -> None:
    async def on(interaction: Interaction) -> None:
        await interaction.response.send_message("one", file=discord.File(io.BytesIO(b"1"), "1.txt"))
        sent = await interaction.followup.send(
            files=[discord.File(io.BytesIO(b"22"), "2.csv"), discord.File(io.BytesIO(b"3"), "3.x")],
            wait=True,
        )
        assert await sent.attachments[0].read() == b"22"
        await sent.edit(attachments=[sent.attachments[1], discord.File(io.BytesIO(b"4"), "4.txt")])

    asked = await place.ask(on)
    assert (await asked.answered()).files == {"1.txt": b"1"}
    edited = await asked.until(lambda one: "4.txt" in one.files)
    assert edited.files == {"3.x": b"3", "4.txt": b"4"}
    assert edited.history[0].files == {"2.csv": b"22", "3.x": b"3"}
    assert place.discord.requests[-1].files == {"4.txt": b"4"}
    assert place.bot.failures.empty()


async def test_people_read_a_message_and_use_its_controls(place: Place) -> None:
    message = await (await place.ask(with_buttons)).answered()
    assert message.text.split("\n") == [
        "Content",
        "Title",
        "Description",
        "Name",
        "Value",
        "Footer",
    ]
    assert [one.get("label") for one in message.controls] == ["Right", "Wrong", None]
    assert message.button("Right") == "right"
    with pytest.raises(LookupError, match="Neither"):
        message.button("Neither")

    async def update(interaction: Interaction) -> None:
        assert interaction.message is not None
        assert interaction.message.id == message.id
        data: Any = interaction.data
        values = data.get("values")
        await interaction.response.edit_message(content=f"chosen {values}", embeds=[], view=None)

    place.bot.on = update
    with pytest.raises(AssertionError, match="no \\['fear'\\]"):
        await place.mina.select(message, "label", ["fear"])
    with pytest.raises(AssertionError, match="1 to 1"):
        await place.mina.select(message, "label", ["joy", "anger"])
    asked = await place.mina.select(message, "label", ["joy"])
    assert await asked.answered() is message
    assert asked.callbacks == [7]
    assert message.text == "chosen ['joy']"
    assert message.history[0].text.startswith("Content")
    with pytest.raises(LookupError):
        await place.mina.press(message, "right")


async def test_an_update_may_be_deferred_and_followed(place: Place) -> None:
    message = await (await place.ask(with_buttons)).answered()

    async def on(interaction: Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="changed")
        await interaction.followup.send("thanks", ephemeral=True)

    asked = await place.press(message, "right", on)
    assert await asked.answered() is message
    assert asked.callbacks == [6]
    thanks = await asked.until(lambda one: one.text == "thanks")
    assert thanks.is_ephemeral
    assert message.content == "changed"


async def test_only_who_asked_sees_an_ephemeral_answer(place: Place) -> None:
    async def on(interaction: Interaction) -> None:
        await interaction.response.send_message("secret", view=Buttons(), ephemeral=True)

    message = await (await place.ask(on)).answered()
    jun = place.discord.add_person("jun")
    place.guild.join(jun)
    with pytest.raises(AssertionError, match="does not see"):
        await jun.press(message, "right")
    with pytest.raises(discord.NotFound):
        await place.http("GET", f"/channels/{place.channel.id}/messages/{message.id}")
    await (await place.press(message, "right", hello)).answered()


async def test_a_second_callback_is_refused(place: Place) -> None:
    async def on(interaction: Interaction) -> None:
        await interaction.response.defer()
        payload: Any = asked.payload
        twin = discord.Interaction(data=payload, state=place.bot._connection)
        await twin.response.send_message("again")

    asked = await place.ask(on)
    failure = await place.bot.failed()
    assert failure.code == 40060


async def test_a_late_callback_is_refused(place: Place) -> None:
    place.discord.acknowledge_within_s = 0
    await place.ask(hello)
    failure = await place.bot.failed()
    assert isinstance(failure, discord.NotFound)
    assert failure.code == 10062


async def test_the_next_callback_can_be_refused(place: Place) -> None:
    place.discord.refuse_callback()
    await place.ask(hello)
    assert isinstance(await place.bot.failed(), discord.NotFound)
    await (await place.ask(hello)).answered()


async def test_after_the_token_the_channel_is_still_open(place: Place) -> None:
    over = asyncio.Event()

    async def on(interaction: Interaction) -> None:
        await interaction.response.send_message("working")
        await over.wait()
        with pytest.raises(discord.HTTPException) as caught:
            await interaction.edit_original_response(content="done")
        assert (caught.value.status, caught.value.code) == (401, 50027)
        assert isinstance(interaction.channel, discord.TextChannel)
        message_id = (asked.original or await asked.answered()).id
        await interaction.channel.get_partial_message(message_id).edit(content="done")

    asked = await place.ask(on)
    await asked.answered()
    asked.expire()
    over.set()
    message = await asked.until(lambda one: one.text == "done")
    assert message is asked.original


async def test_what_was_deleted_cannot_be_edited(place: Place) -> None:
    async def on(interaction: Interaction) -> None:
        await interaction.response.send_message("short")
        await interaction.delete_original_response()
        await interaction.edit_original_response(content="lived")

    await place.ask(on)
    assert isinstance(await place.bot.failed(), discord.NotFound)
    assert place.channel.messages == []


async def test_news_in_the_channel_are_found(place: Place) -> None:
    async def on(interaction: Interaction) -> None:
        await interaction.response.send_message("started", ephemeral=True)
        assert isinstance(interaction.channel, discord.TextChannel)
        posted = await interaction.channel.send("0 %")
        await posted.edit(content="100 %")

    asked = await place.ask(on)
    message = await asked.until(lambda one: "100 %" in one.text)
    assert [one.text for one in message.history] == ["0 %"]
    with pytest.raises(AssertionError, match="no message that fits"):
        await asked.until(lambda one: "200 %" in one.text, timeout=0.01)


async def test_waiting_too_long_tells_what_came(place: Place) -> None:
    asked = await place.ask(defer)
    await asked.acknowledged()
    with pytest.raises(AssertionError, match=r"'ask' was not answered .* callbacks \[5\]"):
        await asked.answered(timeout=0.01)
