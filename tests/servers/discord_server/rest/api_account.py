"""Routes about the bot itself and the way to the gateway."""

from tests.servers.discord_server.checks.problem import Problem
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.rest.endpoint import Answer, Call, Endpoint
from tests.servers.discord_server.rest.refusal import Refusal
from tests.servers.discord_server.world import World


def me(call: Call) -> Answer:
    """Tell the bot who it is."""
    return Answer(bot_json(call.world))


def user(call: Call) -> Answer:
    """Tell who somebody is."""
    person = call.world.people.get(call.id("user_id"))
    if person is None:
        raise Refusal(404, 10013)
    return Answer(person.json())


def application(call: Call) -> Answer:
    """Tell of the application and its owner."""
    world = call.world
    installed = {"oauth2_install_params": {"scopes": ["applications.commands"], "permissions": "0"}}
    return Answer(
        {
            "id": str(world.application_id),
            "name": world.bot.name,
            "icon": None,
            "description": "",
            "summary": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "owner": world.owner.json(),
            "bot": bot_json(world),
            "team": None,
            "flags": 0,
            "hook": True,
            "approximate_guild_count": sum(one.with_bot for one in world.guilds.values()),
            "approximate_user_install_count": sum(
                one.has_installed for one in world.people.values()
            ),
            "integration_types_config": {"0": installed, "1": installed},
        }
    )


def gateway(call: Call) -> Answer:
    """Tell where the gateway is."""
    return Answer({"url": gateway_url(call.world)})


def gateway_bot(call: Call) -> Answer:
    """Tell where the gateway is, and how to come."""
    return Answer(
        {
            "url": gateway_url(call.world),
            "shards": call.world.shards,
            "session_start_limit": {
                "total": call.world.session_starts,
                "remaining": max(0, call.world.session_starts - call.world.identifies),
                "reset_after": 86_400_000,
                "max_concurrency": call.world.max_concurrency,
            },
        }
    )


def open_dm(call: Call) -> Answer:
    """Open the channel to a person."""
    call.checker.inspect(call, [] if isinstance(call.json, dict) else [_NO_RECIPIENT])
    person = call.world.people.get(int(call.json.get("recipient_id") or 0))
    if person is None:
        raise Refusal(400, 50035, {"recipient_id": {"_errors": [{"code": "", "message": "who"}]}})
    return Answer(call.world.dm(person).json(call.world.bot))


def guilds(call: Call) -> Answer:
    """List the bot's guilds."""
    known = [one for one in call.world.guilds.values() if one.with_bot]
    return Answer([{"id": str(one.id), "name": one.name, "icon": None} for one in known])


def guild(call: Call) -> Answer:
    """Tell of a guild that the bot is in."""
    found = call.world.guilds.get(call.id("guild_id"))
    if found is None or not found.with_bot:
        raise Refusal(404, 10004)
    return Answer(found.json())


def member(call: Call) -> Answer:
    """Tell of a member of a guild that the bot is in."""
    found = call.world.guilds.get(call.id("guild_id"))
    if found is None or not found.with_bot:
        raise Refusal(404, 10004)
    if call.id("user_id") not in found.members:
        raise Refusal(404, 10007)
    return Answer(found.members[call.id("user_id")].json())


def bot_json(world: World) -> Json:
    """Describe the bot as it sees itself."""
    private = {"verified": True, "mfa_enabled": True, "email": None, "flags": 0, "locale": "en-US"}
    return {**world.bot.json(), **private, "bio": ""}


def gateway_url(world: World) -> str:
    """Give the address of the gateway."""
    return world.address.replace("http://", "ws://") + "/"


_NO_RECIPIENT = Problem(("recipient_id",), "This field is required", "BASE_TYPE_REQUIRED")

ENDPOINTS = (
    Endpoint("GET", "/users/@me", me),
    Endpoint("GET", "/users/{user_id}", user),
    Endpoint("GET", "/oauth2/applications/@me", application),
    Endpoint("GET", "/applications/@me", application),
    Endpoint("GET", "/gateway", gateway, needs_bot=False),
    Endpoint("GET", "/gateway/bot", gateway_bot),
    Endpoint("POST", "/users/@me/channels", open_dm),
    Endpoint("GET", "/users/@me/guilds", guilds),
    Endpoint("GET", "/guilds/{guild_id}", guild),
    Endpoint("GET", "/guilds/{guild_id}/members/{user_id}", member),
)
