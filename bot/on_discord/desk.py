"""What is being answered right now: begins each answer beside the others, and drains them all."""

import asyncio

import discord

from bot.on_discord.answer import ACKNOWLEDGE_AFTER_S, Answer, Work
from bot.on_discord.people import language_of
from bot.on_discord.screen import Screen
from handlers.services import Jobs

_CROWD = 24
"""From so many answers under way on, each is acknowledged at once: it will take long anyway."""
_PATIENCE_S = 10.0
"""How long answers under way may take once Tokki is asked to stop."""


class Desk:
    """Keeps the answers under way."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._short: set[asyncio.Task[None]] = set()
        self._long: set[asyncio.Task[None]] = set()
        self.is_draining = False

    def begin(
        self,
        interaction: discord.Interaction,
        work: Work,
        *,
        is_private: bool,
        is_shareable: bool = False,
        is_in_place: bool = False,
        is_long: bool = False,
    ) -> None:
        """Begin to answer an interaction.

        Args:
            interaction: has not been responded to.
            work: makes the reply.
            is_private: only the one who asked sees it.
            is_shareable: they may publish it.
            is_in_place: it replaces the message whose control was pressed.
            is_long: it may take minutes, and nobody waits for it on the way out.
        """
        screen = Screen(interaction, is_private=is_private, is_in_place=is_in_place)
        answer = Answer(screen, language_of(interaction), self._jobs, is_shareable=is_shareable)
        is_crowded = len(self._short) >= _CROWD
        task = asyncio.create_task(answer.give(work, 0.0 if is_crowded else ACKNOWLEDGE_AFTER_S))
        under_way = self._long if is_long else self._short
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    async def drain(self) -> None:
        """Finish what is being answered, and say of the rest that Tokki was stopped."""
        self.is_draining = True
        for each in self._long:
            each.cancel()
        under_way = self._short | self._long
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=_PATIENCE_S)
            for each in late:
                each.cancel()
            await asyncio.gather(*late, return_exceptions=True)
