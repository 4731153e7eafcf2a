"""Gives the commands that a reply speaks of the names that they have in this workspace."""

import re
from dataclasses import replace

from handlers.commands import COMMANDS
from handlers.types import Reply, Table

_NAMES = "|".join(sorted({name for c in COMMANDS for name in (c.name.en, c.name.ko)}, reverse=True))
_COMMAND = re.compile(rf"(?<![\w/:.])/(?=(?:{_NAMES})(?![\w/-]))")


def with_prefix(reply: Reply, prefix: str) -> Reply:
    """Return the reply as it has to read where commands have a prefix, such as `tokki-`."""
    if not prefix:
        return reply
    return replace(
        reply,
        title=reply.title and _prefixed(reply.title, prefix),
        text=reply.text and _prefixed(reply.text, prefix),
        table=reply.table and _prefixed_table(reply.table, prefix),
    )


def _prefixed(text: str, prefix: str) -> str:
    return _COMMAND.sub(f"/{prefix}", text)


def _prefixed_table(table: Table, prefix: str) -> Table:
    rows = tuple(tuple(_prefixed(cell, prefix) for cell in row) for row in table.rows)
    return Table(table.columns, rows)
