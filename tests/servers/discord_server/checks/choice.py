"""Limits of what autocomplete offers."""

from tests.servers.discord_server.checks.problem import Problem, too_long, too_many
from tests.servers.discord_server.kinds import Json


def choice_problems(data: Json) -> list[Problem]:
    """Find what is wrong with the choices of an autocomplete answer."""
    choices = data.get("choices") or []
    at = ("data", "choices")
    problems = too_many(at, choices, 25)
    for number, choice in enumerate(choices):
        problems += too_long((*at, number, "name"), choice.get("name"), 100, 1)
        if isinstance(choice.get("value"), str):
            problems += too_long((*at, number, "value"), choice["value"], 100)
    return problems
