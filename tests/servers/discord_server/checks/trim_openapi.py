"""Writes openapi.json anew from Discord's whole description, which is twenty times as long.

    python -m tests.servers.discord_server.checks.trim_openapi specs/openapi.json

What stays are facts: the routes of this server whose requests carry a body, and of their schemas
the words that check something.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.servers.discord_server.checks.openapi import FILE, JSON_BODY, SCHEMAS
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.rest.answering import ENDPOINTS

CHECKING_WORDS = Draft202012Validator.VALIDATORS.keys() - {"format"}


def trimmed(full: Json) -> Json:
    """What openapi.json holds, of a description."""
    info = {key: full["info"][key] for key in ("title", "version", "license")}
    paths = dict(_paths(full["paths"]))
    schemas: Json = {}
    _gather(paths, full["components"]["schemas"], schemas)
    components = {"schemas": dict(sorted(schemas.items()))}
    return {"openapi": full["openapi"], "info": info, "paths": paths, "components": components}


def written(document: Json) -> str:
    """Short, yet in lines, so that a change can be read."""
    return json.dumps(document, separators=(",", ":")).replace('},"', '},\n"') + "\n"


def _paths(paths: Json) -> Iterator[tuple[str, Json]]:
    for template in sorted({endpoint.template for endpoint in ENDPOINTS}):
        ours = {one.method.lower() for one in ENDPOINTS if one.template == template}
        bodies = {
            method: {"requestBody": {"content": {JSON_BODY: {"schema": _facts(schema)}}}}
            for method, operation in paths.get(template, {}).items()
            if method in ours and (schema := _schema(operation))
        }
        if bodies:
            yield template, bodies


def _schema(operation: Json) -> Json | None:
    body = operation.get("requestBody")
    return body and body["content"][JSON_BODY]["schema"]


def _facts(schema: Any) -> Any:
    """A schema without what is there for people to read."""
    if isinstance(schema, list):
        return [_facts(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    facts = {word: _facts(value) for word, value in schema.items() if word in CHECKING_WORDS}
    if "properties" in schema:  # whose keys are names, and no words
        facts["properties"] = {name: _facts(one) for name, one in schema["properties"].items()}
    if "enum" in schema:
        facts.pop("allOf", None)  # tells the same as the enum, at length
    return facts


def _gather(node: Any, known: Json, into: Json) -> None:
    """Keep what the references in a node mean, and what is referred to there."""
    if isinstance(node, dict) and SCHEMAS in str(node.get("$ref")):
        name = node["$ref"].removeprefix(SCHEMAS)
        if name not in into:
            into[name] = _facts(known[name])
            _gather(into[name], known, into)
    elif isinstance(node, dict | list):
        for one in node.values() if isinstance(node, dict) else node:
            _gather(one, known, into)


if __name__ == "__main__":
    whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    FILE.write_text(written(trimmed(whole)), encoding="utf-8")
