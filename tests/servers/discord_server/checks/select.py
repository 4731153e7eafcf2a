"""Limits of selects, in messages and forms."""

from tests.servers.discord_server import kinds
from tests.servers.discord_server.checks.problem import Path, Problem, repeated, too_long, too_many
from tests.servers.discord_server.kinds import Json


def select_problems(select: Json, at: Path) -> list[Problem]:
    """Find what is wrong with a select."""
    problems = [
        *too_long((*at, "custom_id"), select.get("custom_id"), 100, 1),
        *too_long((*at, "placeholder"), select.get("placeholder"), 150),
        *_range_problems(select, at),
    ]
    if select["type"] == kinds.STRING_SELECT:
        problems += _options_problems(select, at)
    return problems


def _range_problems(select: Json, at: Path) -> list[Problem]:
    least, most = select.get("min_values"), select.get("max_values")
    least, most = 1 if least is None else least, 1 if most is None else most
    if not (0 <= least <= 25 and 1 <= most <= 25 and least <= most):
        return [Problem((*at, "min_values"), f"{least} to {most} values cannot be chosen")]
    count = len(select.get("options") or [])
    if select["type"] == kinds.STRING_SELECT and count and most > count:
        return [Problem((*at, "max_values"), f"{most} of {count} options cannot be chosen")]
    return []


def _options_problems(select: Json, at: Path) -> list[Problem]:
    options = select.get("options") or []
    where = (*at, "options")
    values = [option.get("value") for option in options]
    problems = [
        *too_many(where, options, 25, 1),
        *repeated(where, values, "Option value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
    ]
    for number, option in enumerate(options):
        problems += too_long((*where, number, "label"), option.get("label"), 100, 1)
        problems += too_long((*where, number, "value"), option.get("value"), 100, 1)
        problems += too_long((*where, number, "description"), option.get("description"), 100)
    chosen = sum(bool(option.get("default")) for option in options)
    if chosen > (select.get("max_values") or 1):
        problems.append(Problem(where, f"{chosen} options are chosen beforehand"))
    return problems
