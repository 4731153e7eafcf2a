"""The server as a program, and somebody who types."""

import asyncio
import sys
from pathlib import Path

import discord
import pytest
import yarl
from discord import app_commands

from tests.servers.discord_server.people.typist import Typist, parsed
from tests.servers.discord_tests.bot import Bot, Interaction, Place, command
from tests.waiting import PATIENCE_S

ROOT = Path(__file__).parents[3]

OPTIONS = [
    {"name": "text", "description": "text", "type": 3, "required": True},
    {"name": "top", "description": "top", "type": 4},
]


class Form(discord.ui.Modal, title="Correct it"):
    text: discord.ui.TextInput[discord.ui.View] = discord.ui.TextInput(label="Text")

    async def on_submit(self, interaction: Interaction, /) -> None:
        await interaction.response.send_message(f"thanks for {self.text.value}", ephemeral=True)


def test_options_are_read_as_people_type_them() -> None:
    typed = parsed({"options": OPTIONS}, "I love: this top:3")
    assert typed == {"text": "I love: this", "top": 3}


async def test_lines_do_what_people_do(place: Place) -> None:
    @app_commands.command(name="classify")
    async def run(interaction: Interaction, text: str, top: int = 1) -> None:
        """Answer with a button."""
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="Wrong", custom_id="wrong"))
        await interaction.response.send_message(f"{text} {top}", view=view)

    async def on(interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(Form())

    place.bot.tree.add_command(run)
    place.bot.on = on
    path = f"/applications/{place.discord.application_id}/commands"
    await place.http("PUT", path, [command("classify", options=OPTIONS)])
    told: list[str] = []
    typist = Typist(place.discord, place.mina, place.channel, told.append)
    for line in ("/classify I love this top:2", "press Wrong", "submit joy", "press Right", "what"):
        await typist.do(line)
    assert told[0] == "Tokki: I love this 2\n  [Wrong]"
    assert told[1].startswith("form 'Correct it'")
    assert told[2] == "Tokki (only you see this): thanks for joy"
    assert told[3].startswith("! no button 'Right'")
    assert told[4].startswith("/command text")


async def test_it_stands_as_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.servers.discord_server", "--port", "0", "--token", "secret"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    address = (await program.stdout.readline()).decode().strip().removeprefix("DISCORD_API_URL=")
    assert await program.stdout.readline() == b"DISCORD_TOKEN=secret\n"
    monkeypatch.setattr(discord.http.Route, "BASE", address)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(address))
    bot = Bot()
    await bot.login("secret")
    running = asyncio.create_task(bot.connect())
    await bot.wait_for("connect", timeout=PATIENCE_S)
    program.stdin.write(b"/classify\n")
    lines = [(await program.stdout.readline()).decode() for _ in range(3)]
    assert lines[-1].startswith("! no command 'classify'")
    await bot.close()
    await running
    program.terminate()
    await program.wait()
