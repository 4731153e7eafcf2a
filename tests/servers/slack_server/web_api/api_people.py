"""users.*, usergroups.*, conversations.*, team.info, bots.info: who and what is there."""

from __future__ import annotations

from tests.servers.slack_server.channel import Channel
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.web_api.method import Call, Method, cursor_page
from tests.servers.slack_server.web_api.refusal import Refusal

READ = {"C": "channels:read", "D": "im:read", "G": "mpim:read"}


def _user(call: Call) -> Json:
    return {"user": call.person().json(with_locale=call.flag("include_locale"))}


def _users(call: Call) -> Json:
    page, more = cursor_page(list(call.team.people.values()), call)
    with_locale = call.flag("include_locale")
    return {"members": [person.json(with_locale=with_locale) for person in page], **more}


def _profile(call: Call) -> Json:
    return {"profile": call.person().profile()}


def _groups(call: Call) -> Json:
    with_users, with_disabled = call.flag("include_users"), call.flag("include_disabled")
    told = []
    for group in call.team.groups.values():
        if group.is_enabled or with_disabled:
            described = group.json(call.team.id)
            if not with_users:
                del described["users"]
            told.append(described)
    return {"usergroups": told}


def _group_users(call: Call) -> Json:
    group = call.team.groups.get(str(call.needs("usergroup")))
    if group is None:
        raise Refusal("no_such_subteam")
    return {"users": [person.id for person in group.people]}


def _conversation(call: Call) -> Json:
    channel = call.channel()
    _check_may_read(call, channel)
    return {"channel": channel.json()}


def _conversations(call: Call) -> Json:
    kinds = str(call.args.get("types") or "public_channel").split(",")
    seen = [
        channel
        for channel in call.team.channels.values()
        if _kind(channel) in kinds and (channel.has_bot or channel.lets_in(call.team.bot))
        if not (channel.is_archived and call.flag("exclude_archived"))
    ]
    page, more = cursor_page(seen, call)
    return {"channels": [channel.json() for channel in page], **more}


def _open(call: Call) -> Json:
    wanted = call.args.get("users")
    ids = wanted if isinstance(wanted, list) else str(call.needs("users")).split(",")
    people = [call.team.people.get(str(one)) for one in ids]
    found = [person for person in people if person is not None]
    if len(found) != len(people):
        raise Refusal("user_not_found")
    several = found if len(found) == 1 else [*found, call.team.bot]
    channel = call.world.dm(*several)
    return {"channel": channel.json() if call.flag("return_im") else {"id": channel.id}}


def _members(call: Call) -> Json:
    channel = call.channel()
    page, more = cursor_page(sorted(person.id for person in channel.members), call)
    return {"members": page, **more}


def _team(call: Call) -> Json:
    team = call.team
    told = {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}
    return {"team": told}


def _bot(call: Call) -> Json:
    if call.args.get("bot") not in (None, call.team.bot_id):
        raise Refusal("bot_not_found")
    bot = call.team.bot
    told = {"id": call.team.bot_id, "deleted": False, "name": bot.name, "updated": 1_700_000_000}
    return {"bot": {**told, "app_id": bot.app_id, "user_id": bot.id, "icons": {}}}


def _check_may_read(call: Call, channel: Channel) -> None:
    needed = READ[channel.id[0]]
    if channel.is_private and not channel.is_direct:
        needed = "groups:read"
    assert call.token is not None
    if needed not in call.token.scopes:
        provided = ",".join(sorted(call.token.scopes))
        raise Refusal("missing_scope", {"needed": needed, "provided": provided})


def _kind(channel: Channel) -> str:
    if channel.is_direct:
        return "im" if channel.id.startswith("D") else "mpim"
    return "private_channel" if channel.is_private else "public_channel"


ANY_READ = "channels:read|groups:read|im:read|mpim:read"
METHODS = (
    Method("users.info", _user, "users:read", takes_json=False),
    Method("users.list", _users, "users:read", takes_json=False),
    Method("users.profile.get", _profile, "users.profile:read", takes_json=False),
    Method("usergroups.list", _groups, "usergroups:read", takes_json=False),
    Method("usergroups.users.list", _group_users, "usergroups:read", takes_json=False),
    Method("conversations.info", _conversation, ANY_READ, takes_json=False),
    Method("conversations.list", _conversations, ANY_READ, takes_json=False),
    Method("conversations.members", _members, ANY_READ, takes_json=False),
    Method("conversations.open", _open, "im:write|mpim:write|channels:manage"),
    Method("team.info", _team, "team:read", takes_json=False),
    Method("bots.info", _bot, "users:read", takes_json=False),
)
