"""auth.*, oauth.*, apps.*, api.test: the app itself and its tokens."""

from __future__ import annotations

import base64

from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.web_api.method import Call, Method
from tests.servers.slack_server.web_api.refusal import Refusal


def _api_test(call: Call) -> Json:
    if "error" in call.args:
        raise Refusal(str(call.args["error"]), {"args": call.args})
    return {"args": call.args}


def _auth_test(call: Call) -> Json:
    assert call.token is not None
    if call.token.team is None:
        return {"app_name": "Tokki", "app_id": call.world.app_id}
    team = call.token.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.bot.name,
        "team_id": team.id,
        "user_id": team.bot.id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


def _revoke(call: Call) -> Json:
    assert call.token is not None
    if not call.flag("test"):
        call.token.error = "token_revoked"
    return {"revoked": not call.flag("test")}


def _oauth_access(call: Call) -> Json:
    client_id, client_secret = _client(call)
    world = call.world
    if client_id != world.client_id:
        raise Refusal("invalid_client_id")
    if client_secret != world.client_secret:
        raise Refusal("bad_client_secret")
    team = world.codes.pop(str(call.needs("code")), None)
    if team is None:
        raise Refusal("invalid_code")
    token = world.reinstall(team)
    installer = next((one for one in team.people.values() if not one.is_bot), team.bot)
    return {
        "app_id": world.app_id,
        "authed_user": {"id": installer.id},
        "scope": ",".join(sorted(token.scopes)),
        "token_type": "bot",
        "access_token": token.text,
        "bot_user_id": team.bot.id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _connections_open(call: Call) -> Json:
    socket = call.world.socket
    if not socket.is_enabled:
        raise Refusal("socket_mode_not_enabled")
    address = call.world.address.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={socket.ticket()}&app_id={call.world.app_id}"}


def _manifest(call: Call) -> Json:
    if call.needs("app_id") != call.world.app_id:
        raise Refusal("invalid_app_id")
    return {"manifest": call.world.manifest.json}


def _client(call: Call) -> tuple[str, str]:
    """Read the app's own credentials, which come as Basic authorization or as arguments."""
    scheme, _, encoded = call.received.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        client_id, _, client_secret = base64.b64decode(encoded).decode().partition(":")
        return client_id, client_secret
    return str(call.args.get("client_id")), str(call.args.get("client_secret"))


METHODS = (
    Method("api.test", _api_test, tokens=""),
    Method("auth.test", _auth_test, tokens="bot app"),
    Method("auth.revoke", _revoke, takes_json=False),
    Method("oauth.v2.access", _oauth_access, tokens="", takes_json=False),
    Method("apps.connections.open", _connections_open, "connections:write", tokens="app"),
    Method("apps.manifest.export", _manifest, "app_configurations:read", tokens="config"),
)
