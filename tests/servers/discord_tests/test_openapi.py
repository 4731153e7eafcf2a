"""Discord's own description: it is here for every route, whole, and it says no."""

import json
from typing import Any

import pytest

from tests.servers.discord_server.checks.checking import Checker
from tests.servers.discord_server.checks.openapi import FILE, SCHEMAS, description
from tests.servers.discord_server.checks.trim_openapi import trimmed, written
from tests.servers.discord_server.rest.answering import ENDPOINTS
from tests.servers.discord_server.rest.endpoint import Call, Endpoint
from tests.servers.discord_server.rest.received import Received
from tests.servers.discord_server.world import World

DOCUMENT = json.loads(FILE.read_text("utf-8"))
WITHOUT_A_BODY = {"POST /channels/{channel_id}/typing"}

BODIES = [
    endpoint
    for endpoint in ENDPOINTS
    if endpoint.method in {"POST", "PUT", "PATCH"}
    and f"{endpoint.method} {endpoint.template}" not in WITHOUT_A_BODY
]


def problems(endpoint: Endpoint, body: Any) -> list[str]:
    received = Received(endpoint.method, endpoint.template, {}, {}, 0.0, body)
    call = Call(World(1, None), received, endpoint, {}, Checker(description()))
    return [str(problem) for problem in description().problems(call)]


@pytest.mark.parametrize("endpoint", BODIES, ids=lambda one: f"{one.method} {one.template}")
def test_a_body_that_is_none_is_told_on_every_route(endpoint: Endpoint) -> None:
    (problem,) = problems(endpoint, "no body of any route")
    assert problem.endswith("(OpenAPI)")


MESSAGES, COMMANDS = "/channels/{channel_id}/messages", "/applications/{application_id}/commands"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "type": (MESSAGES, {"tts": "yes"}, "tts: 'yes' is not of type"),
    "length": (MESSAGES, {"content": "x" * 4001}, "content: 'xxx"),
    "count": (MESSAGES, {"embeds": [{}] * 11}, "embeds: [{}, "),
    "choice": (COMMANDS, {"name": "x", "type": 9}, "type: 9 is not one of"),
    "missing": (COMMANDS, {"type": 1}, "body: 'name' is a required property"),
    "deep": (
        CALLBACK,
        {"type": 4, "data": {"embeds": [{"fields": [{"name": "x", "value": 1}]}]}},
        "data.embeds.0.fields.0.value: 1 is not of type 'string'",
    ),
}


@pytest.mark.parametrize(("template", "body", "told"), WRONG.values(), ids=list(WRONG))
def test_what_it_does_not_allow_is_told(template: str, body: dict[str, Any], told: str) -> None:
    (endpoint,) = [one for one in BODIES if (one.method, one.template) == ("POST", template)]
    (problem,) = problems(endpoint, body)
    assert problem.startswith(told)


def test_the_file_is_as_the_script_writes_it() -> None:
    assert written(trimmed(DOCUMENT)) == FILE.read_text("utf-8")


def test_the_script_keeps_what_checks_and_leaves_the_prose() -> None:
    body = {"schema": {"$ref": f"{SCHEMAS}Outer", "description": "prose"}}
    operation = {"summary": "prose", "requestBody": {"content": {"application/json": body}}}
    schemas = {
        "Outer": {
            "title": "prose",
            "type": "object",
            "properties": {"description": {"$ref": f"{SCHEMAS}Inner"}, "title": {"maxLength": 9}},
            "required": ["description"],
        },
        "Inner": {"type": "string", "format": "prose", "x-more": "prose"},
        "Unused": {"type": "string"},
    }
    made = trimmed(
        {
            "openapi": "3.1.0",
            "info": {"title": "API", "version": "10", "license": "MIT", "description": "prose"},
            "paths": {
                "/users/@me/channels": {"get": operation, "post": operation},
                "/elsewhere": {"post": operation},
            },
            "components": {"schemas": schemas, "responses": "prose"},
        }
    )
    assert "prose" not in json.dumps(made)
    assert list(made["paths"]) == ["/users/@me/channels"]
    assert list(made["paths"]["/users/@me/channels"]) == ["post"]
    assert list(made["components"]["schemas"]) == ["Inner", "Outer"]
    outer = made["components"]["schemas"]["Outer"]
    assert outer["properties"].keys() == {"description", "title"}
    assert outer["required"] == ["description"]
