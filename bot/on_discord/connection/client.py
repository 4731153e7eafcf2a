"""Tokki's client: takes what Discord delivers to the dispatcher, and answers."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from functools import partial

import discord
import yarl

from bot.answering.answer import Pace
from bot.answering.in_flight import AnswersInFlight
from bot.answering.job_messages import Telling
from bot.answering.routing import Router, Visit, wants_form
from bot.on_discord.connection.bounded_bodies import bounded_bodies
from bot.on_discord.connection.odd_frames import drop_odd_events, survive_odd_frames
from bot.on_discord.connection.shards import SharedShards
from bot.on_discord.drawing import form
from bot.on_discord.drawing.controls import MORE, SHARE
from bot.on_discord.incoming import interaction_data
from bot.on_discord.incoming.members import Members
from bot.on_discord.incoming.members_now import MembersNow
from bot.on_discord.incoming.message_text import text_of
from bot.on_discord.incoming.people import (
    PLATFORM,
    actor_of,
    is_of_a_server,
    language_of,
    place_of,
    server_community,
)
from bot.on_discord.incoming.servers_now import ServersNow
from bot.on_discord.showing.choices import show_choices
from bot.on_discord.showing.job_message import edit, write
from bot.on_discord.showing.refusal import show_refusal
from bot.on_discord.showing.screen import Screen
from bot.on_discord.showing.share import Sharing
from bot.process.membership import Membership
from handlers.dispatch import Dispatcher
from handlers.guard.failures import crash
from handlers.people.presence import Presence
from handlers.services import RunningJobs
from handlers.table import Action
from handlers.texts import say
from handlers.types import Actor, Language, OptionValue, Reply, UserError

HEARTBEAT_TIMEOUT_S = 60.0
"""A gateway that is silent for longer is dead, even if its socket is open."""
LONGEST_WAIT_S = 120.0
"""What asks for a longer wait is not Discord; a command that is sent often waits about a minute."""
_OTHERS_FIRST_S = 1.5
"""Of Discord's 3: another process that has the shard by now has answered within this."""
_PACE = Pace(acknowledge_after_s=0.6, between_edits_s=1.0, crowd=24)
"""Discord waits for 3 s, people for 1; the rest is for the way there and a busy loop."""

Interaction = discord.Interaction["TokkiClient"]

log = logging.getLogger(__name__)


class TokkiClient(discord.AutoShardedClient):
    """Answers interactions, and nothing else: it reads no messages."""

    def __init__(self, dispatcher: Dispatcher, jobs: RunningJobs, presence: Presence) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            heartbeat_timeout=HEARTBEAT_TIMEOUT_S,
            max_ratelimit_timeout=LONGEST_WAIT_S,
            http_trace=bounded_bodies(),
        )
        survive_odd_frames()
        drop_odd_events(self._connection.parsers)
        self.shared: SharedShards | None = None
        self._begun: set[int] = set()
        """The shards whose session has begun, so that what people ask comes."""
        self.is_here = asyncio.Event()
        """Set once that holds for all of them."""
        self._dispatcher = dispatcher
        self._presence = presence
        self._in_flight = AnswersInFlight(jobs, _PACE)
        self._router = Router(dispatcher, self._in_flight)
        self._sharing = Sharing()
        self._members = Members(self.http)
        servers = ServersNow(self, self._hears)
        self.people = MembersNow(self.http, servers, self._members, self._owners)
        """Who somebody is who does not speak here just now."""

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer one; a repeated delivery is dropped."""
        if not self._dispatcher.is_new(f"{PLATFORM}:{interaction.id}"):
            log.info("interaction %s was delivered again", interaction.id)
            return
        if self.shared is not None and not self.shared.is_sure:
            await self._leave_to_others(interaction)
            return
        try:
            await self._route(interaction)
        except UserError as error:
            actor, place = self._actor(interaction), place_of(interaction)
            await self._refuse(interaction, await self._dispatcher.refuse(error, actor, place))
        except Exception as error:
            what = f"interaction {interaction.id}"
            language = await self._spoken(interaction)
            await self._refuse(interaction, crash(error, what, language))

    def share(self, others: Membership) -> None:
        """Connect only the shards that are ours, of all that other processes have, too."""
        assert self.application_id is not None, "log in first"
        self.shared = SharedShards(self, others, self.application_id)

    async def launch_shards(self) -> None:
        """Connect all shards, as discord.py itself does; or those that are ours, and go on so."""
        if self.shared is None:
            await super().launch_shards()
        elif not self.is_closed():
            advised, gateway, _ = await self.http.get_bot_gateway()
            await self.shared.begin(advised, yarl.URL(gateway))

    def connects(self, shards: Sequence[int], count: int) -> None:
        """Take note of which shards are ours, for what discord.py tells each server."""
        self.shard_count = self._connection.shard_count = count
        self._connection.shard_ids = list(shards)
        self._begun.intersection_update(shards)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for our turn to begin a session."""
        if self.shared is None:
            await super().before_identify_hook(shard_id, initial=initial)
        else:
            await self.shared.identify(shard_id or 0)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Take note of it: discord.py says `ready` 2 s after the last server came, too late."""
        self._begun.add(shard_id)
        if len(self._begun) >= (self.shard_count or 1):
            self.is_here.set()

    async def on_ready(self) -> None:
        """Note which servers have taken Tokki out while nobody looked; it comes anew at times."""
        if self.shared is None:
            await self._compare(is_of_a_server)

    async def on_shard_ready(self, shard_id: int) -> None:
        """Note the same of the servers of one shard, where others have the others."""
        if shared := self.shared:

            def is_of_the_shard(community: str) -> bool:
                number = community.removeprefix(f"{PLATFORM}:")
                return is_of_a_server(community) and shared.shard_of(int(number)) == shard_id

            await self._compare(is_of_the_shard)

    async def _compare(self, can_leave: Callable[[str], bool]) -> None:
        present = {server_community(guild.id) for guild in self.guilds}
        await self._presence.compare(PLATFORM, present, can_leave)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keep what a server has that comes back."""
        await self._presence.came(server_community(guild.id))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Let what a server has go in a month; one that is only out of reach is not meant."""
        await self._presence.left(server_community(guild.id))

    @property
    def is_idle(self) -> bool:
        return self._in_flight.is_idle

    async def is_connected(self) -> bool:
        """Tell whether Discord's gateway brings us what people ask, by every shard."""
        if self.shared is not None:
            return self.shared.is_connected and not self.is_closed()
        is_away = any(shard.is_closed() for shard in self.shards.values())
        return self.is_here.is_set() and not is_away and not self.is_closed()

    def follow_jobs(self) -> None:
        """Go on telling, in their messages, of the jobs of an earlier process."""
        how = Telling(partial(edit, self), partial(write, self))
        self._in_flight.follow_jobs(PLATFORM, how)

    async def close(self) -> None:
        """Finish what is being answered, and disconnect; discord.py itself calls this, too."""
        if self.shared is not None:
            await self.shared.hand_over()
        await self._in_flight.drain()
        await super().close()

    async def _route(self, interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            await show_choices(interaction, self._dispatcher, self._actor(interaction))
        elif self._in_flight.is_draining:
            language = await self._spoken(interaction)
            await self._refuse(interaction, Reply(text=say(language, "door.stopping")))
        elif interaction.type is discord.InteractionType.application_command:
            await self._command(interaction)
        elif interaction.type is discord.InteractionType.component:
            await self._component(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._form(interaction)

    async def _command(self, interaction: Interaction) -> None:
        data = _data(interaction)
        if data.get("type") == discord.AppCommandType.message.value:
            action = self._dispatcher.table.message_action(str(data.get("name")))
            self._message_action(interaction, action.command)
            return
        command = interaction_data.command_of(data, self._dispatcher.table)
        options = interaction_data.options_of(data, self.http.get_from_cdn)
        if wants_form(command, options):
            await self._open_form(interaction, command, options)
        else:
            self._router.run(self._visit(interaction), command, options)

    def _message_action(self, interaction: Interaction, command: Action) -> None:
        message = interaction_data.message_of(_data(interaction))
        read = partial(text_of, message, self.http.get_from_cdn)
        self._router.run_on_message(self._visit(interaction), command, read)

    async def _open_form(
        self, interaction: Interaction, command: Action, options: dict[str, OptionValue]
    ) -> None:
        actor, place = self._actor(interaction), place_of(interaction)
        language = (await self._dispatcher.known(actor, place)).language
        names = self._dispatcher.names
        await names.refreshed(place.community)
        modal = form.command_form(
            command, options, language, lambda option: names.fitting(option, "", place)
        )
        await interaction.response.send_modal(modal)

    async def _component(self, interaction: Interaction) -> None:
        data = _data(interaction)
        control = str(data.get("custom_id", ""))
        if control == SHARE:
            await self._sharing.share(interaction, await self._spoken(interaction))
        elif control.startswith(MORE):
            actor, place = self._actor(interaction), place_of(interaction)
            language = (await self._dispatcher.known(actor, place)).language
            modal = form.label_form(control.removeprefix(MORE), language)
            await interaction.response.send_modal(modal)
        else:
            self._press(interaction, control, interaction_data.chosen(data))

    async def _form(self, interaction: Interaction) -> None:
        data = _data(interaction)
        if str(data.get("custom_id", "")).startswith(form.ASK):
            select, value = form.read_label_form(data)
            self._press(interaction, select, value)
            return
        name, options = form.read_command_form(data)
        command = self._dispatcher.table.of_form(name)
        self._router.run_form(self._visit(interaction), command, options)

    def _press(self, interaction: Interaction, control: str, value: str | None) -> None:
        message = interaction.message
        is_private = message is not None and message.flags.ephemeral
        self._router.press(self._visit(interaction), control, value, is_private=is_private)

    def _visit(self, interaction: Interaction) -> Visit:
        return Visit(
            self._actor(interaction),
            place_of(interaction),
            partial(Screen, interaction),
            partial(self._members.names, interaction.guild_id),
        )

    def _actor(self, interaction: Interaction) -> Actor:
        return actor_of(interaction, self._owners())

    def _hears(self, guild_id: int) -> bool:
        """Whether what changes in a server comes here, so that what is remembered of it is so."""
        shared = self.shared
        return shared is None or (shared.has(guild_id) and shared.shard_of(guild_id) in self._begun)

    def _owners(self) -> Collection[int]:
        """Return who is an admin wherever no server says who is."""
        application = self.application
        if application is None:
            return ()
        if application.team is None:
            return (application.owner.id,)
        accepted = discord.TeamMembershipState.accepted
        members = application.team.members
        return [each.id for each in members if each.membership_state is accepted]

    async def _leave_to_others(self, interaction: Interaction) -> None:
        """Whoever has its shard by now answers; where nobody does, it is said that nobody can.

        We cannot ask who has: we have lost the shard because the database is out of reach, or
        because we were stopped for a while.
        """
        log.warning("interaction %s is left to whoever has its shard now", interaction.id)
        await asyncio.sleep(_OTHERS_FIRST_S)
        language = language_of(interaction)
        await self._refuse(interaction, Reply(text=say(language, "door.unsure"), language=language))

    async def _refuse(self, interaction: Interaction, reply: Reply) -> None:
        language = reply.language or await self._spoken(interaction)
        await show_refusal(interaction, reply, language)

    async def _spoken(self, interaction: Interaction) -> Language:
        """Return the language that somebody has chosen here, or has in Discord."""
        try:
            actor = self._actor(interaction)
            return (await self._dispatcher.known(actor, place_of(interaction))).language
        except Exception:  # it is asked where something has broken already
            log.warning("a language could not be looked up", exc_info=True)
            return language_of(interaction)


def _data(interaction: Interaction) -> interaction_data.Data:
    return interaction.data or {}
