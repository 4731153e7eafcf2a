"""Routes that register commands, for all guilds or for one."""

from tests.servers.discord_server.checks.command import command_problems, table_problems
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.rest.endpoint import Answer, Call, Endpoint
from tests.servers.discord_server.rest.refusal import Refusal
from tests.servers.discord_server.rest.registry import TooManyCreates


def listing(call: Call) -> Answer:
    """List what is registered."""
    with_all = call.received.query.get("with_localizations", "false").lower() in ("true", "1")
    known = call.world.registry.listing(_scope(call))
    return Answer(known if with_all else [_localized(command) for command in known])


def put_all(call: Call) -> Answer:
    """Register these and no others."""
    call.checker.inspect(call, table_problems(call.json or []))
    try:
        return Answer(call.world.registry.put_all(call.json or [], _scope(call)))
    except TooManyCreates:
        raise Refusal(429, 30034) from None


def put(call: Call) -> Answer:
    """Register one, or change its namesake."""
    _checked(call)
    try:
        command, is_new = call.world.registry.put(call.json, _scope(call))
    except TooManyCreates:
        raise Refusal(429, 30034) from None
    return Answer(command, 201 if is_new else 200)


def get(call: Call) -> Answer:
    """Give one."""
    return Answer(_found(call))


def change(call: Call) -> Answer:
    """Change one."""
    before = _found(call)
    call.checker.inspect(call, command_problems({**before, **call.json}))
    return Answer(call.world.registry.change(int(before["id"]), call.json, _scope(call)))


def remove(call: Call) -> Answer:
    """Remove one."""
    _found(call)
    call.world.registry.remove(call.id("command_id"), _scope(call))
    return Answer(status=204)


def _checked(call: Call) -> None:
    call.checker.inspect(call, command_problems(call.json))


def _scope(call: Call) -> int | None:
    """Tell whose commands are meant, after a look at who asks."""
    if call.id("application_id") != call.world.application_id:
        raise Refusal(403, 50001)
    if "guild_id" not in call.names:
        return None
    guild = call.world.guilds.get(call.id("guild_id"))
    if guild is None or not guild.with_bot:
        raise Refusal(403, 50001)
    return guild.id


def _found(call: Call) -> Json:
    command = call.world.registry.get(call.id("command_id"), _scope(call))
    if command is None:
        raise Refusal(404, 10063)
    return command


def _localized(command: Json) -> Json:
    """Leave out the localizations, as Discord does unless it is asked for them."""
    left_out = ("name_localizations", "description_localizations")
    kept = {key: value for key, value in command.items() if key not in left_out}
    for key in ("options", "choices"):
        if kept.get(key):
            kept[key] = [_localized(one) for one in kept[key]]
    return kept


def _endpoints(template: str) -> tuple[Endpoint, ...]:
    return (
        Endpoint("GET", template, listing),
        Endpoint("PUT", template, put_all),
        Endpoint("POST", template, put),
        Endpoint("GET", template + "/{command_id}", get),
        Endpoint("PATCH", template + "/{command_id}", change),
        Endpoint("DELETE", template + "/{command_id}", remove),
    )


ENDPOINTS = (
    *_endpoints("/applications/{application_id}/commands"),
    *_endpoints("/applications/{application_id}/guilds/{guild_id}/commands"),
)
