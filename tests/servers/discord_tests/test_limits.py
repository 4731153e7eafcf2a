"""Every limit of messages is found, told and refused as Discord does."""

import io
from typing import Any

import aiohttp
import discord
import pytest

from tests.servers.discord_server import LoopbackDiscord
from tests.servers.discord_tests.bot import Interaction, Place

Body = dict[str, Any]

QUIET: Body = {"allowed_mentions": {"parse": []}}
V2: Body = {**QUIET, "flags": 1 << 15}


def row(*components: Body) -> Body:
    return {"type": 1, "components": list(components)}


def button(**more: Any) -> Body:
    return {"type": 2, "style": 1, "label": "x", "custom_id": "x", **more}


def select(**more: Any) -> Body:
    return {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}], **more}


def options(count: int, **more: Any) -> list[Body]:
    return [{"label": str(one), "value": str(one), **more} for one in range(count)]


def text(content: str) -> Body:
    return {"type": 10, "content": content}


def legacy(*components: Body) -> Body:
    return {**QUIET, "content": "x", "components": list(components)}


def layout(*components: Body) -> Body:
    return {**V2, "components": list(components)}


def embed(**more: Any) -> Body:
    return {**QUIET, "embeds": [more]}


BAD: dict[str, tuple[Body, str]] = {
    "long content": ({**QUIET, "content": "x" * 2001}, "content"),
    "nothing": (QUIET, "empty message"),
    "many embeds": ({**QUIET, "embeds": [{"title": "x"}] * 11}, "embeds"),
    "long title": (embed(title="x" * 257), "embeds.0.title"),
    "long description": (embed(description="x" * 4097), "embeds.0.description"),
    "long footer": (embed(footer={"text": "x" * 2049}), "embeds.0.footer.text"),
    "long author": (embed(author={"name": "x" * 257}), "embeds.0.author.name"),
    "many fields": (embed(fields=[{"name": "x", "value": "x"}] * 26), "embeds.0.fields"),
    "empty field": (embed(fields=[{"name": "", "value": "x"}]), "embeds.0.fields.0.name"),
    "long field": (embed(fields=[{"name": "x", "value": "x" * 1025}]), "embeds.0.fields.0.value"),
    "large embeds": (
        {**QUIET, "embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
        "maximum size of 6000",
    ),
    "six rows": (legacy(*(row(button(custom_id=str(n))) for n in range(6))), "components"),
    "six buttons": (legacy(row(*(button(custom_id=str(n)) for n in range(6)))), "components.0"),
    "empty row": (legacy(row()), "components.0.components"),
    "select beside a button": (legacy(row(select(), button())), "whole row"),
    "same custom id": (legacy(row(button(), button())), "custom id cannot be duplicated"),
    "long custom id": (legacy(row(button(custom_id="x" * 101))), "custom_id"),
    "no custom id": (legacy(row({"type": 2, "style": 1, "label": "x"})), "custom_id"),
    "long label": (legacy(row(button(label="x" * 81))), "label"),
    "no label": (legacy(row(button(label=None))), "label or an emoji"),
    "strange style": (legacy(row(button(style=9))), "style"),
    "link with custom id": (legacy(row(button(style=5, url="https://x.y"))), "custom_id"),
    "26 options": (legacy(row(select(options=options(26)))), "options"),
    "no options": (legacy(row(select(options=[]))), "options"),
    "same option": (legacy(row(select(options=options(1) * 2))), "Option value"),
    "long option label": (
        legacy(row(select(options=[{"label": "x" * 101, "value": "x"}]))),
        "options.0.label",
    ),
    "long option value": (
        legacy(row(select(options=[{"label": "x", "value": "x" * 101}]))),
        "options.0.value",
    ),
    "long option description": (
        legacy(row(select(options=options(1, description="x" * 101)))),
        "options.0.description",
    ),
    "long placeholder": (legacy(row(select(placeholder="x" * 151))), "placeholder"),
    "too many to choose": (legacy(row(select(max_values=2))), "max_values"),
    "backward range": (legacy(row(select(min_values=2, max_values=1))), "min_values"),
    "text without the flag": ({**QUIET, "components": [text("x")]}, "components.0.type"),
    "content beside components": ({**layout(text("x")), "content": "x"}, "no content with"),
    "embeds beside components": (
        {**layout(text("x")), "embeds": [{"title": "x"}]},
        "no embeds with",
    ),
    "4,001 characters": (layout(text("x" * 2000), text("x" * 2001)), "4000 characters"),
    "empty text": (layout(text("")), "components.0.content"),
    "41 components": (
        layout(*({"type": 17, "components": [text("x")] * 10} for _ in range(4))),
        "between 0 and 40",
    ),
    "container in container": (
        layout({"type": 17, "components": [{"type": 17, "components": [text("x")]}]}),
        "components.0.components.0.type",
    ),
    "bare button": (layout(button()), "components.0.type"),
    "section without accessory": (layout({"type": 9, "components": [text("x")]}), "accessory"),
    "four texts in a section": (
        layout({"type": 9, "components": [text("x")] * 4, "accessory": button()}),
        "components.0.components",
    ),
    "empty gallery": (layout({"type": 12, "items": []}), "items"),
    "strange separator": (layout(text("x"), {"type": 14, "spacing": 3}), "spacing"),
    "file from elsewhere": (layout({"type": 13, "file": {"url": "https://x.y/z"}}), "file.url"),
    "file that is not sent": (layout({"type": 13, "file": {"url": "attachment://z"}}), "//z"),
    "picture that is not sent": (embed(image={"url": "attachment://p.png"}), "//p.png"),
    "attachment that is not sent": (
        {**QUIET, "content": "x", "attachments": [{"id": 0, "filename": "z"}]},
        "attachments.0.id",
    ),
    "same component id": (layout({**text("x"), "id": 7}, {**text("y"), "id": 7}), "component id"),
    "ephemeral in a channel": ({**QUIET, "content": "x", "flags": 64}, "flags"),
    "flags of Discord's own": ({**QUIET, "content": "x", "flags": 128}, "flags"),
    "long nonce": ({**QUIET, "content": "x", "nonce": "x" * 26}, "nonce"),
}


@pytest.mark.parametrize(("body", "told"), BAD.values(), ids=BAD)
async def test_a_bad_message_is_refused(place: Place, body: Body, told: str) -> None:
    place.discord.allow_violations = True
    with pytest.raises(discord.HTTPException) as caught:
        await place.http("POST", f"/channels/{place.channel.id}/messages", body)
    assert caught.value.status == 400
    assert caught.value.code in (50035, 50006)
    by_hand = [one for one in place.discord.violations if "(OpenAPI)" not in one]
    assert told.lower() in "\n".join(by_hand).lower()
    assert place.channel.messages == []


@pytest.mark.parametrize(
    "allowed",
    [None, {}, {"parse": ["users"]}, {"parse": [], "users": ["1"]}, {"parse": [], "roles": ["1"]}],
)
async def test_a_message_that_might_ping_is_told_but_taken(place: Place, allowed: Any) -> None:
    body = {"content": "@everyone", **({} if allowed is None else {"allowed_mentions": allowed})}
    path = f"/channels/{place.channel.id}/messages"
    place.discord.must_not_ping = False
    await place.http("POST", path, body)
    assert place.discord.violations == []
    place.discord.must_not_ping = True
    await place.http("POST", path, body)
    assert "allowed_mentions" in place.discord.violations[0]
    place.discord.violations.clear()


async def test_the_same_is_said_of_answers_to_interactions(place: Place) -> None:
    place.discord.allow_violations = True

    async def on(interaction: Interaction) -> None:
        await interaction.response.send_message("x" * 2001)

    asked = await place.ask(on)
    assert (await place.bot.failed()).code == 50035
    assert "data.content" in place.discord.violations[0]
    assert asked.callbacks == []


async def test_a_message_of_components_stays_one(place: Place) -> None:
    place.discord.allow_violations = True
    path = f"/channels/{place.channel.id}/messages"
    sent = await place.http("POST", path, layout(text("x")))
    for body in ({**QUIET, "flags": 0, "components": [text("y")]}, {**QUIET, "content": "x"}):
        with pytest.raises(discord.HTTPException):
            await place.http("PATCH", f"{path}/{sent['id']}", body)
    assert "taken away" in place.discord.violations[0]
    assert any("no content with" in one for one in place.discord.violations)
    assert place.channel.messages[0].text == "x"


async def test_an_edit_must_leave_something(place: Place) -> None:
    place.discord.allow_violations = True
    path = f"/channels/{place.channel.id}/messages"
    sent = await place.http("POST", path, {**QUIET, "content": "x"})
    with pytest.raises(discord.HTTPException) as caught:
        await place.http("PATCH", f"{path}/{sent['id']}", {**QUIET, "content": ""})
    assert caught.value.code == 50006


async def test_large_files_are_refused(place: Place) -> None:
    place.discord.allow_violations = True
    channel = place.bot.get_partial_messageable(place.channel.id)
    with pytest.raises(discord.HTTPException) as caught:
        await channel.send(file=discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "x"))
    assert (caught.value.status, caught.value.code) == (413, 40005)
    with pytest.raises(discord.HTTPException):
        await channel.send(files=[discord.File(io.BytesIO(b"x"), f"{n}.txt") for n in range(11)])
    assert "attachments" in place.discord.violations[-1]


class Rich(discord.ui.LayoutView):
    """All that a message can be made of."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        thumbnail: Any = discord.ui.Thumbnail("attachment://p.png")
        select: Any = discord.ui.Select(
            custom_id="s", options=[discord.SelectOption(label="a", description="b")]
        )
        self.add_item(
            discord.ui.Container(
                discord.ui.Section("one", "two", accessory=thumbnail),
                discord.ui.Separator(),
                discord.ui.TextDisplay("three"),
                discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://p.png")),
                discord.ui.File("attachment://t.csv"),
                discord.ui.ActionRow(discord.ui.Button(label="Right", custom_id="r")),
                discord.ui.ActionRow(select),
                accent_colour=0xFFAA00,
            )
        )


async def test_a_rich_message_is_taken_and_understood(place: Place) -> None:
    async def on(interaction: Interaction) -> None:
        files = [discord.File(io.BytesIO(b"p"), "p.png"), discord.File(io.BytesIO(b"t"), "t.csv")]
        await interaction.response.send_message(view=Rich(), files=files)
        message = await interaction.original_response()
        assert await message.attachments[1].read() == b"t"

    message = await (await place.ask(on)).answered()
    assert message.text == "one\ntwo\nthree"
    assert message.files == {"p.png": b"p", "t.csv": b"t"}
    assert message.button("Right") == "r"
    assert place.bot.failures.empty()

    async def again(interaction: Interaction) -> None:
        await interaction.response.edit_message(view=Rich())

    asked = await place.press(message, "r", again)
    await asked.answered()
    assert len(message.history) == 1
    assert message.files == {"p.png": b"p", "t.csv": b"t"}


async def test_a_file_that_no_component_shows_is_told(place: Place) -> None:
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.TextDisplay("x"))
    channel = place.bot.get_partial_messageable(place.channel.id)
    await channel.send(view=view, file=discord.File(io.BytesIO(b"x"), "x.csv"))
    assert "no component shows x.csv" in place.discord.violations[0]
    place.discord.violations.clear()


async def test_the_openapi_description_is_asked_too(place: Place) -> None:
    place.discord.allow_violations = True
    path = f"/channels/{place.channel.id}/messages"
    with pytest.raises(discord.HTTPException):
        await place.http("POST", path, {**QUIET, "content": "x", "tts": "yes"})
    assert place.discord.violations == [
        f"POST {path}: tts: 'yes' is not of type 'boolean', 'null' (OpenAPI)"
    ]


@pytest.mark.parametrize("body", [{**QUIET, "embeds": "x"}, ["x"]])
async def test_a_body_of_a_strange_shape_is_told(body: Any) -> None:
    async with LoopbackDiscord() as server, aiohttp.ClientSession() as session:
        channel = server.add_guild("Lab").add_channel("general")
        url = f"{server.api_url}/channels/{channel.id}/messages"
        headers = {"Authorization": f"Bot {server.token}"}
        async with session.post(url, json=body, headers=headers) as response:
            assert response.status == 500
        assert "could not read it" in server.violations.pop()


async def test_a_route_that_is_not_there_is_told(place: Place) -> None:
    with pytest.raises(discord.NotFound):
        await place.http("GET", f"/guilds/{place.guild.id}/audit-logs")
    assert "no such route" in place.discord.violations.pop()


async def test_leaving_tells_of_violations() -> None:
    with pytest.raises(AssertionError, match="something"):
        async with LoopbackDiscord() as server:
            server.violations.append("something")
    with pytest.raises(ValueError, match="first") as caught:
        async with LoopbackDiscord() as server:
            server.violations.append("something")
            raise ValueError("first")
    assert "something" in caught.value.__notes__[0]
    async with LoopbackDiscord() as server:
        server.allow_violations = True
        server.violations.append("something")
