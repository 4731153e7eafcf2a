"""The bot that tutorials teach, as the baseline of `benchmarks.discord_burst`.

`python -m benchmarks.discord_tutorial_bot MODEL_FOLDER DATABASE`, with DISCORD_TOKEN,
DISCORD_API_URL and DISCORD_GATEWAY_URL in the environment. It does what the better ones of such
bots do: it defers at once, keeps the model out of the event loop, and has one open connection to
its database.
"""

import asyncio
import os
import sys
from typing import Any

import aiosqlite
import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from transformers import pipeline

CREATE = (
    "CREATE TABLE queries (id INTEGER PRIMARY KEY, user TEXT, text TEXT, label TEXT, score REAL)"
)
INSERT = "INSERT INTO queries (user, text, label, score) VALUES (?, ?, ?, ?)"
MODELS = ("sentiment", "topics", "fillmask")

Interaction = discord.Interaction["TutorialBot"]


class TutorialBot(commands.Bot):
    """Has one pipeline and one connection, both opened at the start."""

    def __init__(self, model: str, database: str) -> None:
        super().__init__(command_prefix="!", intents=discord.Intents(guilds=True))
        self.model: Any = pipeline("text-classification", model=model)
        self.database = database
        self.connection: aiosqlite.Connection

    async def setup_hook(self) -> None:
        """Open the database and sync the commands."""
        self.connection = await aiosqlite.connect(self.database)
        await self.connection.execute(CREATE)
        await self.connection.commit()
        self.tree.add_command(classify)
        await self.tree.sync()

    async def close(self) -> None:
        """Close the database too."""
        await self.connection.close()
        await super().close()


@app_commands.command()
@app_commands.describe(text="The text", model="The model")
async def classify(interaction: Interaction, text: str, model: str = MODELS[0]) -> None:
    """Classify a text."""
    await interaction.response.defer()
    bot = interaction.client
    best = (await asyncio.to_thread(bot.model, text))[0]
    values = (str(interaction.user.id), text, best["label"], best["score"])
    await bot.connection.execute(INSERT, values)
    await bot.connection.commit()
    await interaction.followup.send(f"**{best['label']}** ({best['score']:.1%}) · {model}")


@classify.autocomplete("model")
async def complete(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Offer the models whose names begin like this."""
    return [app_commands.Choice(name=m, value=m) for m in MODELS if m.startswith(typed)]


if __name__ == "__main__":
    Route.BASE = os.environ["DISCORD_API_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    TutorialBot(*sys.argv[1:]).run(os.environ["DISCORD_TOKEN"], log_handler=None)
