"""Limits of embeds."""

from tests.servers.discord_server.checks.problem import Path, Problem, too_long, too_many
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.message import embed_texts

TOTAL = 6000
"""Characters in all embeds of a message together."""


def embeds_problems(embeds: list[Json], at: Path) -> list[Problem]:
    """Find what is wrong with the embeds of a message."""
    problems = too_many(at, embeds, 10)
    for number, embed in enumerate(embeds):
        problems += _embed_problems(embed, (*at, number))
    total = sum(len(text) for embed in embeds for text in embed_texts(embed))
    if total > TOTAL:
        message = f"Embed size exceeds maximum size of {TOTAL} ({total})"
        problems.append(Problem(at, message, "MAX_EMBED_SIZE_EXCEEDED"))
    return problems


def _embed_problems(embed: Json, at: Path) -> list[Problem]:
    footer, author = embed.get("footer") or {}, embed.get("author") or {}
    problems = [
        *too_long((*at, "title"), embed.get("title"), 256),
        *too_long((*at, "description"), embed.get("description"), 4096),
        *too_long((*at, "footer", "text"), footer.get("text"), 2048),
        *too_long((*at, "author", "name"), author.get("name"), 256),
        *too_many((*at, "fields"), embed.get("fields"), 25),
    ]
    for number, one in enumerate(embed.get("fields") or []):
        where = (*at, "fields", number)
        problems += too_long((*where, "name"), one.get("name"), 256, 1)
        problems += too_long((*where, "value"), one.get("value"), 1024, 1)
    return problems
