"""What all that people do has in common: where it is possible, and how the app is told of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.servers.slack_server.deliveries import payloads
from tests.servers.slack_server.deliveries.acknowledging import take
from tests.servers.slack_server.deliveries.response_url import ResponseUrl
from tests.servers.slack_server.kinds import COMMAND, INTERACTIVE, Json
from tests.servers.slack_server.people.user_action import UserAction
from tests.servers.slack_server.seen import shown
from tests.servers.slack_server.seen.message import Message, as_kept
from tests.servers.slack_server.seen.view import View

if TYPE_CHECKING:
    from tests.servers.slack_server.channel import Channel
    from tests.servers.slack_server.people.person import Person
    from tests.servers.slack_server.team import Team
    from tests.servers.slack_server.world import World

WITHOUT_TRIGGER = {"block_suggestion", "view_closed"}
WITH_RESPONSE_URL = {"block_actions", "message_action", None}
"""Types of interactions; a command has none."""


def ask(
    world: World,
    person: Person,
    payload: Json,
    *,
    channel: Channel | None = None,
    message: Message | None = None,
    place: Message | View | None = None,
) -> UserAction:
    """Send a command or an interaction, and let it be answered."""
    kind = COMMAND if "command" in payload else INTERACTIVE
    if kind == INTERACTIVE:
        world.manifest.check_interactive()
    view = place if isinstance(place, View) else None
    message = place if isinstance(place, Message) else message
    trigger = None
    if payload.get("type") not in WITHOUT_TRIGGER:
        trigger = world.triggers.make(person.team, str(world.next_number()))
        payload["trigger_id"] = trigger.id
    asked = UserAction(
        kind,
        payload,
        person,
        channel,
        take(world),
        message=message,
        view_used=view,
        trigger=trigger,
    )
    if trigger is not None:
        trigger.asked = asked
    if payload.get("type") in WITH_RESPONSE_URL and view is None:
        _give_response_url(world, asked)
    if message is not None:
        message.asks.append(asked)
    world.asked.append(asked)
    world.postman.deliver(asked)
    return asked


def act(
    world: World,
    person: Person,
    place: Message | View,
    block: Json,
    element: Json,
    action: Json,
) -> UserAction:
    """Use a control."""
    told = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        **as_kept(action),
        "action_ts": world.ids.ts(),
    }
    payload = {
        **payloads.interaction("block_actions", person),
        **told_of(place),
        "actions": [told],
        "state": {"values": place.state},
    }
    return ask(world, person, payload, channel=place.channel, place=place)


def told_of(place: Message | View) -> Json:
    """Tell where a control is."""
    return payloads.on_view(place) if isinstance(place, View) else payloads.on_message(place)


def control(person: Person, place: Message | View, wanted: str, check: bool) -> tuple[Json, Json]:
    """Find a control that this person sees and may use."""
    if check:
        if isinstance(place, View):
            if place is not person.home:
                check_on_top(person, place)
        else:
            assert not place.is_deleted, "the message has been deleted"
            assert place.is_seen_by(person), f"{person.name} does not see the message"
    blocks = place.blocks if isinstance(place, View) else place.all_blocks
    try:
        return shown.find(blocks, wanted)
    except LookupError:
        if check:
            raise
    return {"block_id": "forged"}, {"type": "button", "action_id": wanted, "value": wanted}


def check_place(person: Person, channel: Channel) -> None:
    """Refuse what is in a place where the person is not."""
    assert channel.team is person.team, f"{channel} is in another workspace"
    assert channel.lets_in(person), f"{person.name} is not in {channel}"


def check_on_top(person: Person, view: View) -> None:
    """Refuse what is in a form that the person does not see."""
    assert view.person is person, f"the view is another person's: {view.person.name}"
    assert view.is_open, f"{view!r} is closed"
    assert view.stack[-1] is view, f"{view!r} lies under another view"


def with_mentions(team: Team, text: str) -> str:
    """Write @name as Slack's client does once a person has chosen from its list."""
    by_name = {person.name: person for person in team.people.values()}

    def mention(match: re.Match[str]) -> str:
        person = by_name.get(match[1])
        return f"<@{person.id}>" if person else match[0]

    return re.sub(r"@([\w.-]+)", mention, text)


def _give_response_url(world: World, asked: UserAction) -> None:
    kind = "commands" if "command" in asked.payload else "actions"
    path = f"/{kind}/{asked.person.team.id}/{world.next_number()}/{asked.envelope_id}"
    asked.response_url = ResponseUrl(path, asked, world)
    world.response_urls[path] = asked.response_url
    asked.payload["response_url"] = world.address + path
