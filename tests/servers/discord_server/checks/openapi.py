"""Discord's own description of its API, as a check of what the bot sends.

openapi.json is what github.com/discord/discord-api-spec said in July 2026 of the requests that
this server takes, under the MIT licence (openapi.LICENSE); trim_openapi.py writes it anew.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import (  # type: ignore[import-untyped]
    Draft202012Validator,
    ValidationError,
    validators,
)

from tests.servers.discord_server.checks.problem import Problem
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.rest.endpoint import Call

FILE = Path(__file__).with_name("openapi.json")

SCHEMAS = "#/components/schemas/"
JSON_BODY = "application/json"


class Description:
    """Validators for the bodies of routes, made when they are first needed."""

    def __init__(self, document: Json) -> None:
        schemas = document["components"]["schemas"]
        # Discord takes numbers for ids as well, and discord.py sends them.
        schemas["SnowflakeType"] = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$"}
        self._document = _linked(document, schemas)
        self._validators: dict[tuple[str, str], Any] = {}

    def problems(self, call: Call) -> list[Problem]:
        """Find what the description does not allow."""
        key = (call.endpoint.method, call.endpoint.template)
        if key not in self._validators:
            self._validators[key] = self._compiled(*key)
        validator = self._validators[key]
        if validator is None:
            return []
        return [_problem(error) for error in validator.iter_errors(call.json)]

    def _compiled(self, method: str, template: str) -> Any:
        operation = self._document["paths"].get(template, {}).get(method.lower(), {})
        body = operation.get("requestBody")
        return _Validator(body["content"][JSON_BODY]["schema"]) if body else None


@functools.cache
def description() -> Description:
    """Read the description; many servers share it."""
    return Description(json.loads(FILE.read_text(encoding="utf-8")))


def _linked(node: Any, schemas: Json) -> Any:
    """Put what references mean in their place: to look them up costs more than to validate."""
    if not isinstance(node, dict | list):
        return node
    keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
    for key in keys:
        value: Any = node[key]
        reference = str(value.get("$ref")) if isinstance(value, dict) else ""
        if reference.startswith(SCHEMAS):
            node[key] = schemas[reference.removeprefix(SCHEMAS)]
        else:
            node[key] = _linked(value, schemas)
    return node


def _by_type(validator: Any, branches: list[Json], instance: Any, schema: Json) -> Iterator[Any]:
    """Choose a branch by the instance's `type`, where all have one: fast, and errors that say."""
    if all("const" in branch for branch in branches):
        if instance not in (known := [branch["const"] for branch in branches]):
            yield ValidationError(f"{instance!r} is not one of {known}")
        return
    chosen = _branch(branches, instance)
    if chosen is not None:
        yield from validator.descend(instance, chosen)
        return
    usual = Draft202012Validator.VALIDATORS["oneOf" if "oneOf" in schema else "anyOf"]
    yield from usual(validator, branches, instance, schema)


def _branch(branches: list[Json], instance: Any) -> Json | None:
    if instance is not None and len(branches) == 2 and branches[0] == {"type": "null"}:
        return branches[1]
    if not isinstance(instance, dict) or not isinstance(instance.get("type"), int):
        return None
    for branch in branches:
        if instance["type"] in branch.get("properties", {}).get("type", {}).get("enum", ()):
            return branch
    return None


_Validator = validators.extend(Draft202012Validator, {"oneOf": _by_type, "anyOf": _by_type})


def _problem(error: ValidationError) -> Problem:
    deepest = error
    while deepest.context:
        deepest = max(deepest.context, key=lambda one: len(one.absolute_path))
    return Problem(tuple(deepest.absolute_path), f"{deepest.message[:200]} (OpenAPI)")
