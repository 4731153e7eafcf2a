"""The "Share" button under a private answer: the same, once, for the whole channel."""

import logging
from collections import OrderedDict

import aiohttp
import discord
from discord import ui

from bot.on_discord.drawing.controls import SHARE
from bot.on_discord.drawing.markdown import escape
from handlers.texts import say
from handlers.types import Language

_KEPT = 10_000

log = logging.getLogger(__name__)


class Sharing:
    """Publishes private answers; two presses at once count once."""

    def __init__(self) -> None:
        self._shared: OrderedDict[int, None] = OrderedDict()

    async def share(self, interaction: discord.Interaction, language: Language) -> None:
        """Publish the message whose button was pressed.

        Raises:
            discord.HTTPException: Discord does not take it.
        """
        message = interaction.message
        if message is None or message.id in self._shared:
            await interaction.response.defer()
            return
        self._shared[message.id] = None
        if len(self._shared) > _KEPT:
            self._shared.popitem(last=False)
        try:
            await self._publish(interaction, message, language)
        except BaseException:
            self._shared.pop(message.id, None)
            raise
        await _use_up(interaction, message)

    async def _publish(
        self, interaction: discord.Interaction, message: discord.Message, language: Language
    ) -> None:
        await interaction.response.defer()
        view = _without_controls(message)
        said = say(language, "door.shared_by", name=escape(interaction.user.display_name))
        view.add_item(ui.TextDisplay(f"-# {said}"))
        await interaction.followup.send(
            view=view,
            files=[await each.to_file() for each in message.attachments],
            allowed_mentions=discord.AllowedMentions.none(),
        )


async def _use_up(interaction: discord.Interaction, message: discord.Message) -> None:
    """Disable the button under the private answer; a press of one that stays does nothing."""
    try:
        await interaction.edit_original_response(
            view=_pressed(message), attachments=message.attachments
        )
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        log.info("the button of a shared answer stays: %s", error)


def _pressed(message: discord.Message) -> ui.LayoutView:
    """Return the private answer with its button used up."""
    view = _view_of(message)
    for each in view.walk_children():
        if isinstance(each, ui.Button) and each.custom_id == SHARE:
            each.disabled = True
    return view


def _without_controls(message: discord.Message) -> ui.LayoutView:
    """Return the answer alone: controls are for the one who asked."""
    view = _view_of(message)
    for each in list(view.walk_children()):
        if isinstance(each, ui.ActionRow):
            _remove(each, view)
    return view


def _view_of(message: discord.Message) -> ui.LayoutView:
    view = ui.LayoutView.from_message(message, timeout=None)
    view.stop()  # presses come as they are: discord.py need not remember it
    for media in _media(view):
        # Discord takes files by what is attached; their own addresses run out.
        name = media.url.partition("?")[0].rpartition("/")[2]
        media.url = f"attachment://{name}"
    return view


def _remove(row: ui.Item[ui.LayoutView], view: ui.LayoutView) -> None:
    parent = row.parent
    if isinstance(parent, ui.Container):
        parent.remove_item(row)
    else:
        view.remove_item(row)


def _media(view: ui.LayoutView) -> list[discord.UnfurledMediaItem]:
    found = []
    for each in view.walk_children():
        if isinstance(each, ui.File):
            found.append(each.media)
        elif isinstance(each, ui.MediaGallery):
            found += [item.media for item in each.items]
    return found
