"""What could stand in an option, shown as somebody types."""

import discord

from bot.on_discord.incoming import interaction_data
from bot.on_discord.incoming.people import place_of
from handlers.dispatch import Dispatcher

_MOST_CHOICES = 25
_LONGEST_CHOICE = 100


async def show_choices(interaction: discord.Interaction, dispatcher: Dispatcher) -> None:
    """Show the names that hold what was typed.

    Raises:
        UserError: there is no such command.
        discord.HTTPException: Discord does not take them.
    """
    data: interaction_data.Data = interaction.data or {}
    typing = interaction_data.typing_of(data)
    command = interaction_data.command_of(data, dispatcher.table)
    option = next((o for o in command.options if typing and o.name.en == typing.option), None)
    names = (
        dispatcher.names.fitting(option, typing.text, place_of(interaction))
        if typing and option and option.is_of_names
        else ()
    )
    fitting = [name for name in names if len(name) <= _LONGEST_CHOICE][:_MOST_CHOICES]
    await interaction.response.autocomplete(
        [discord.app_commands.Choice(name=name, value=name) for name in fitting]
    )
