"""What could stand in an option, shown as somebody types."""

from collections.abc import Sequence

import discord

from bot.on_discord.incoming import interaction_data
from bot.on_discord.incoming.people import place_of
from handlers.dispatch import Dispatcher
from handlers.reading.completion import commands_begun
from handlers.table import Kind
from handlers.types import Actor

_MOST_CHOICES = 25
_LONGEST_CHOICE = 100


async def show_choices(
    interaction: discord.Interaction, dispatcher: Dispatcher, actor: Actor
) -> None:
    """Show the names that hold what was typed, or the commands that begin so.

    Raises:
        UserError: there is no such command.
        discord.HTTPException: Discord does not take them.
    """
    data: interaction_data.Data = interaction.data or {}
    place = place_of(interaction)
    typing = interaction_data.typing_of(data)
    command = interaction_data.command_of(data, dispatcher.table)
    option = next((o for o in command.options if typing and o.name.en == typing.option), None)
    names: Sequence[str] = ()
    if typing and option and option.is_of_names:
        await dispatcher.names.refreshed(place.community)
        names = dispatcher.names.fitting(option, typing.text, place)
    elif typing and option and option.kind is Kind.COMMAND:
        known = await dispatcher.known(actor, place)
        begun = commands_begun(typing.text.removeprefix("/"), known, dispatcher.table)
        names = [name for name, _ in begun]
    fitting = [name for name in names if len(name) <= _LONGEST_CHOICE][:_MOST_CHOICES]
    await interaction.response.autocomplete(
        [discord.app_commands.Choice(name=name, value=name) for name in fitting]
    )
