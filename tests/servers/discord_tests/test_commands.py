"""Commands: how they are registered, and how people type them."""

from typing import Any

import discord
import pytest
from discord import app_commands

from tests.servers.discord_server.people.permissions import MANAGE_GUILD
from tests.servers.discord_tests.bot import Interaction, Place, command


def option(name: str, kind: int = 3, **more: Any) -> dict[str, Any]:
    return {"name": name, "description": name, "type": kind, **more}


def choices(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"name": str(one), "value": str(one), **more} for one in range(count)]


BAD: dict[str, tuple[list[dict[str, Any]], str]] = {
    "upper case": ([command("Classify")], "lower case"),
    "upper case option": ([command("a", options=[option("Text")])], "lower case"),
    "space": ([command("two words")], "Must match"),
    "long name": ([command("x" * 33)], "0.name"),
    "korean with a space": (
        [command("a", name_localizations={"ko": "두 말"})],
        "0.name_localizations.ko",
    ),
    "no such locale": ([command("a", name_localizations={"kr": "말"})], "locale kr"),
    "no description": ([{"name": "a", "type": 1}], "description"),
    "long description": ([{**command("a"), "description": "x" * 101}], "description"),
    "long korean description": (
        [command("a", description_localizations={"ko": "말" * 101})],
        "description_localizations.ko",
    ),
    "26 options": ([command("a", options=[option(f"o{n}") for n in range(26)])], "options"),
    "required after optional": (
        [command("a", options=[option("b"), option("c", required=True)])],
        "required options come before",
    ),
    "same option": ([command("a", options=[option("b"), option("b")])], "duplicated"),
    "same command": ([command("a"), command("a")], "duplicated"),
    "101 commands": ([command(f"c{n}") for n in range(101)], "100 may be"),
    "26 choices": ([command("a", options=[option("b", choices=choices(26))])], "choices"),
    "long choice": (
        [command("a", options=[option("b", choices=[{"name": "x" * 101, "value": "x"}])])],
        "choices.0.name",
    ),
    "choices and autocomplete": (
        [command("a", options=[option("b", choices=choices(1), autocomplete=True)])],
        "exclude",
    ),
    "backward range": (
        [command("a", options=[option("b", 4, min_value=3, max_value=1)])],
        "min_value",
    ),
    "8,001 characters": (
        [
            command(
                "a",
                options=[option(f"o{n}", choices=choices(25, name="x" * 100)) for n in range(4)],
            )
        ],
        "8000 characters",
    ),
    "menu with a description": ([{**command("A b"), "type": 3}], "description"),
    "subcommand beside an option": (
        [command("a", options=[option("b", 1), option("c")])],
        "do not mix",
    ),
}


@pytest.mark.parametrize(("table", "told"), BAD.values(), ids=BAD)
async def test_a_bad_table_is_refused(place: Place, table: list[Any], told: str) -> None:
    place.discord.allow_violations = True
    path = f"/applications/{place.discord.application_id}/commands"
    with pytest.raises(discord.HTTPException) as caught:
        await place.http("PUT", path, table)
    assert caught.value.code == 50035
    by_hand = [one for one in place.discord.violations if "(OpenAPI)" not in one]
    assert told.lower() in "\n".join(by_hand).lower()
    assert place.discord.commands == []


async def test_commands_keep_their_ids_while_they_keep_their_names(place: Place) -> None:
    path = f"/applications/{place.discord.application_id}/commands"
    first = await place.http("PUT", path, [command("a"), command("분류")])
    again = await place.http("PUT", path, [command("분류", nsfw=True), {"name": "A b", "type": 3}])
    assert again[0]["id"] == first[1]["id"]
    assert [one["name"] for one in place.discord.commands] == ["분류", "A b"]
    assert place.discord.registry.creates[None] == 3
    one = await place.http("POST", path, command("c", name_localizations={"ko": "말"}))
    await place.http("PATCH", f"{path}/{one['id']}", {"description": "new"})
    listed = await place.http("GET", path)
    assert "name_localizations" not in listed[2]
    assert (await place.http("GET", f"{path}/{one['id']}"))["description"] == "new"
    await place.http("DELETE", f"{path}/{one['id']}")
    with pytest.raises(discord.NotFound):
        await place.http("GET", f"{path}/{one['id']}")


async def test_guilds_have_commands_of_their_own(place: Place) -> None:
    application = place.discord.application_id
    await place.http(
        "PUT", f"/applications/{application}/guilds/{place.guild.id}/commands", [command("here")]
    )
    assert [one["name"] for one in place.guild.commands] == ["here"]
    assert place.discord.commands == []
    foreign = place.discord.add_guild("Foreign", with_bot=False)
    with pytest.raises(discord.Forbidden):
        await place.http("GET", f"/applications/{application}/guilds/{foreign.id}/commands")
    with pytest.raises(AssertionError, match="no command 'here'"):
        await place.mina.slash(place.discord.dm(place.mina), "here")


@pytest.fixture
async def typing(place: Place) -> Place:
    """Register one command that has every kind of option."""
    options = [
        option("text", required=True, max_length=5, name_localizations={"ko": "글"}),
        option("label", choices=choices(2)),
        option("top", 4, min_value=1, max_value=3),
        option("share", 10),
        option("is_new", 5),
        option("who", 6),
        option("where", 7, channel_types=[0]),
        option("role", 8),
        option("any", 9),
        option("file", 11),
        option("model", autocomplete=True),
    ]
    table = [
        command("try", options=options, name_localizations={"ko": "해보기"}),
        command("admin", default_member_permissions=MANAGE_GUILD, contexts=[0]),
        command("set", options=[option("one", 2, options=[option("two", 1)]), option("three", 1)]),
        {"name": "Try This", "type": 3},
        {"name": "Who", "type": 2},
    ]
    await place.http("PUT", f"/applications/{place.discord.application_id}/commands", table)
    return place


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "missing": ("try", {}, "required options are missing: .'text'"),
    "long": ("try", {"text": "x" * 6}, "over its greatest length"),
    "no choice": ("try", {"text": "x", "label": "7"}, "one of"),
    "low": ("try", {"text": "x", "top": 0}, "under its least value"),
    "high": ("try", {"text": "x", "top": 4}, "over its greatest value"),
    "type": ("try", {"text": "x", "top": "1"}, "takes no str"),
    "bool is no integer": ("try", {"text": "x", "top": True}, "takes no bool"),
    "unknown": ("try", {"text": "x", "tops": 1}, "no option 'tops'"),
    "unknown command": ("tries", {}, "no command 'tries'"),
    "permission": ("admin", {}, "is not offered"),
    "subcommand": ("set", {}, "a subcommand is missing"),
    "no subcommand": ("set four", {}, "no subcommand 'four'"),
}


@pytest.mark.parametrize(("name", "given", "told"), REFUSED.values(), ids=REFUSED)
async def test_the_client_keeps_people_from_it(
    typing: Place, name: str, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(AssertionError, match=told):
        await typing.mina.slash(typing.channel, name, given)


async def test_what_was_typed_arrives(typing: Place) -> None:
    role = typing.guild.add_role("Helpers")
    options = {
        "text": "x",
        "label": "1",
        "top": 2,
        "share": 0.5,
        "is_new": True,
        "who": typing.mina,
        "where": typing.channel,
        "role": role,
        "any": typing.mina,
        "file": ("a.txt", "text/plain", b"abc"),
    }
    seen: list[Any] = []

    @app_commands.command(name="try")
    async def run(
        interaction: Interaction,
        text: str,
        label: str,
        top: int,
        share: float,
        is_new: bool,
        who: discord.Member,
        where: discord.TextChannel,
        role: discord.Role,
        any: discord.Member | discord.Role,  # noqa: A002
        file: discord.Attachment,
    ) -> None:
        """Note everything."""
        seen.extend([text, label, top, share, is_new, who.id, where.id, role.name, any.id])
        seen.append(await file.read())
        await interaction.response.send_message("ok")

    typing.bot.tree.add_command(run)
    await (await typing.mina.slash(typing.channel, "해보기", options)).answered()
    mina, channel = typing.mina.id, typing.channel.id
    assert seen == ["x", "1", 2, 0.5, True, mina, channel, "Helpers", mina, b"abc"]


async def test_subcommands_arrive(typing: Place) -> None:
    names: list[Any] = []

    async def on(interaction: Interaction) -> None:
        data: Any = interaction.data
        names.append(data["options"][0]["options"][0]["name"])
        await interaction.response.send_message("ok")

    typing.bot.on = on
    await (await typing.mina.slash(typing.channel, "set one two")).answered()
    assert names == ["two"]


async def test_permissions_let_people_in(typing: Place) -> None:
    async def on(interaction: Interaction) -> None:
        assert interaction.permissions.manage_guild
        await interaction.response.send_message("ok")

    typing.bot.on = on
    typing.guild.join(typing.mina, permissions=MANAGE_GUILD)
    await (await typing.mina.slash(typing.channel, "admin")).answered()
    jun = typing.discord.add_person("jun")
    typing.guild.join(jun, roles=[typing.guild.add_role("Mods", MANAGE_GUILD)])
    await (await jun.slash(typing.channel, "admin")).answered()
    with pytest.raises(AssertionError, match="is not for"):
        await jun.slash(typing.discord.dm(jun), "admin")


async def test_a_context_menu_sees_the_message_and_its_files(typing: Place) -> None:
    @app_commands.context_menu(name="Try This")
    async def run(interaction: Interaction, message: discord.Message) -> None:
        content = await message.attachments[0].read()
        await interaction.response.send_message(f"{message.content} {content.decode()}")

    typing.bot.tree.add_command(run)
    files = [("a.txt", "text/plain", "파일".encode())]
    written = await typing.mina.write(typing.channel, "안녕", attachments=files)
    asked = await typing.mina.message_action(typing.channel, "Try This", written)
    assert (await asked.answered()).text == "안녕 파일"
    assert typing.channel.messages == [written, await asked.answered()]


async def test_a_person_can_be_chosen_in_a_context_menu(typing: Place) -> None:
    @app_commands.context_menu(name="Who")
    async def run(interaction: Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(member.name)

    typing.bot.tree.add_command(run)
    asked = await typing.mina.user_action(typing.channel, "Who", typing.mina)
    assert (await asked.answered()).text == "mina"


async def test_autocomplete_is_offered_and_timed(typing: Place) -> None:
    async def on(interaction: Interaction) -> None:
        data: Any = interaction.data
        focused = next(one for one in data["options"] if one.get("focused"))
        offered = [app_commands.Choice(name=focused["value"] + "timent", value="s")]
        await interaction.response.autocomplete(offered)

    typing.bot.on = on
    offered = await typing.mina.autocomplete(typing.channel, "try", "model", "sen")
    assert offered == [{"name": "sentiment", "value": "s"}]
    assert len(typing.discord.autocomplete_s) == 1
    with pytest.raises(AssertionError, match="does not autocomplete"):
        await typing.mina.autocomplete(typing.channel, "try", "text", "sen")


async def test_bad_choices_are_refused(typing: Place) -> None:
    typing.discord.allow_violations = True
    typing.discord.acknowledge_within_s = 0.3

    async def on(interaction: Interaction) -> None:
        offered = [app_commands.Choice(name=str(one), value=str(one)) for one in range(26)]
        await interaction.response.autocomplete(offered)

    typing.bot.on = on
    with pytest.raises(AssertionError, match="not acknowledged"):
        await typing.mina.autocomplete(typing.channel, "try", "model", "sen")
    assert "data.choices" in typing.discord.violations[0]
    assert (await typing.bot.failed()).code == 50035


async def test_a_person_who_installed_the_bot_takes_it_along(place: Place) -> None:
    foreign = place.discord.add_guild("Foreign", with_bot=False)
    channel = foreign.add_channel("general")
    foreign.join(place.mina)
    table = [command("anywhere", integration_types=[0, 1], contexts=[0, 1, 2])]
    await place.http("PUT", f"/applications/{place.discord.application_id}/commands", table)
    with pytest.raises(AssertionError, match="is not installed"):
        await place.mina.slash(channel, "anywhere")
    place.mina.install()
    contexts: list[discord.app_commands.AppCommandContext] = []

    async def on(interaction: Interaction) -> None:
        contexts.append(interaction.context)
        await interaction.response.send_message("hello")

    place.bot.on = on
    private = place.discord.private_channel(place.mina, place.discord.owner)
    for where in (channel, place.discord.dm(place.mina), private, place.channel):
        asked = await place.mina.slash(where, "anywhere")
        assert (await asked.answered()).text == "hello"
        owners = asked.payload["authorizing_integration_owners"]
        assert owners["1"] == str(place.mina.id)
        guild = {channel: None, private: None, place.channel: str(place.guild.id)}
        assert owners.get("0") == guild.get(where, "0")
    told = [(one.guild, one.dm_channel, one.private_channel) for one in contexts]
    here, dm, elsewhere = (True, False, False), (False, True, False), (False, False, True)
    assert told == [here, dm, elsewhere, here]


async def test_a_stranger_has_five_followups_and_no_channel(place: Place) -> None:
    foreign = place.discord.add_guild("Foreign", with_bot=False)
    channel = foreign.add_channel("general")
    foreign.join(place.mina)
    place.mina.install()

    async def on(interaction: Interaction) -> None:
        await interaction.response.send_message("hello")
        with pytest.raises(discord.Forbidden) as caught:
            await place.bot.get_partial_messageable(channel.id).send("no")
        assert caught.value.code == 50001
        for _ in range(6):
            await interaction.followup.send("more", ephemeral=True)

    place.discord.rates.limits.clear()
    place.bot.on = on
    asked = await place.mina.slash(channel, "ask", check=False)
    assert (await place.bot.failed()).code == 40094
    assert len(asked.followups) == 5


async def test_a_dm_reaches_the_person_unless_they_refuse(place: Place) -> None:
    user = await place.bot.fetch_user(place.mina.id)
    await user.send("psst")
    assert [one.text for one in place.discord.dm(place.mina).messages] == ["psst"]
    place.mina.accepts_dms = False
    with pytest.raises(discord.Forbidden):
        await user.send("psst")


async def test_a_channel_may_be_closed_to_the_bot(place: Place) -> None:
    place.channel.app_permissions = 0
    with pytest.raises(discord.Forbidden) as caught:
        await place.bot.get_partial_messageable(place.channel.id).send("no")
    assert caught.value.code == 50001
