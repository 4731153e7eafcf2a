"""Gives the commands that a reply speaks of the names that they have in this workspace.

Only in our own words: what people have written stays as it is, in quotes and in tables.
"""

import re
from dataclasses import replace

from bot.on_slack.setup.manifest import ENGLISH_ALONE
from handlers.commands import COMMANDS
from handlers.people.help import usage
from handlers.types import Language, Reply, Table

_NAMES = "|".join(sorted({name for c in COMMANDS for name in (c.name.en, c.name.ko)}, reverse=True))
_COMMAND = re.compile(rf"(?<![\w/:.])/(?P<name>{_NAMES})(?![A-Za-z0-9_/-])|“[^“”]*”")
"""A name that stands alone, or with a Korean particle behind it."""
_NAMED_HERE = {c.name.ko: c.name.en for c in COMMANDS if c.name.en in ENGLISH_ALONE}
_CELLS = frozenset(
    cell
    for command in COMMANDS
    for run in command.runs
    for language in Language
    for cell in (f"/{command.name.to(language)}", usage(run, language), run.example.to(language))
)
"""What our own tables say of commands."""


def with_prefix(reply: Reply, prefix: str) -> Reply:
    """Return the reply as it has to read where commands may have a prefix, such as `tokki-`."""
    return replace(
        reply,
        title=reply.title and prefixed(reply.title, prefix),
        text=reply.text and prefixed(reply.text, prefix),
        table=reply.table and _prefixed_table(reply.table, prefix),
    )


def prefixed(text: str, prefix: str) -> str:
    """Return one of our sentences with the names that commands have there."""

    def named(found: re.Match[str]) -> str:
        name = found["name"]
        return found[0] if name is None else f"/{prefix}{_NAMED_HERE.get(name, name)}"

    return _COMMAND.sub(named, text)


def _prefixed_table(table: Table, prefix: str) -> Table:
    rows = tuple(
        tuple(prefixed(cell, prefix) if cell in _CELLS else cell for cell in row)
        for row in table.rows
    )
    return Table(table.columns, rows)
