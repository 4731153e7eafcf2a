"""What Slack tells the app, in its own form."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from tests.servers.slack_server.ids import Ids
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen.mrkdwn import escape

if TYPE_CHECKING:
    from tests.servers.slack_server.channel import Channel
    from tests.servers.slack_server.people.person import Person
    from tests.servers.slack_server.seen.message import Message
    from tests.servers.slack_server.seen.view import View
    from tests.servers.slack_server.team import Team

VERIFICATION = "loopbackverification"
"""The token of old that payloads still carry."""


def command(person: Person, channel: Channel, name: str, text: str, *, escapes: bool) -> Json:
    """A slash command; where its manifest `escapes`, people who are named come as mentions."""
    team = person.team
    text = escape(text)
    return {
        "token": VERIFICATION,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel.shown_name,
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": _with_mentions(team, text) if escapes else text,
        "api_app_id": person.app_id,
        "is_enterprise_install": "false",
    }


def _with_mentions(team: Team, text: str) -> str:
    """Write @name as Slack's client does in a command."""
    ids = {person.name: person.id for person in team.people.values()}
    ids = {name: f"<@{number}|{name}>" for name, number in ids.items()}
    return re.sub(r"@([\w.-]+)", lambda found: ids.get(found[1], found[0]), text)


def interaction(kind: str, person: Person) -> Json:
    """What all interactions have."""
    team = person.team
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": team.id,
        },
        "api_app_id": person.app_id,
        "token": VERIFICATION,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def on_message(message: Message) -> Json:
    """Where a control of a message is; an ephemeral message itself is not told."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel.id,
        "is_ephemeral": message.is_ephemeral,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    told: Json = {"container": container, "channel": channel_of(message.channel)}
    return told if message.is_ephemeral else {**told, "message": message.json()}


def on_view(view: View) -> Json:
    """Where a control of a view is."""
    return {"container": {"type": "view", "view_id": view.id}, "view": view.json()}


def channel_of(channel: Channel) -> Json:
    """A channel, as interactions name it."""
    return {"id": channel.id, "name": channel.shown_name}


def event(ids: Ids, team: Team, inner: Json) -> Json:
    """An event, in what it comes in."""
    authorization = {
        "enterprise_id": None,
        "team_id": team.id,
        "user_id": team.bot.id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": None,
        "api_app_id": team.bot.app_id,
        "event": {**inner, "event_ts": inner.get("event_ts") or ids.ts()},
        "type": "event_callback",
        "event_id": ids.take_fresh("Ev"),
        "event_time": int(time.time()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": ids.take("4-"),
    }
