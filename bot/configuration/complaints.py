"""What is wrong with the settings, a sentence each, in the language of whoever set them."""

from collections.abc import Iterator
from typing import Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.configuration.env_file import BadEnvFile, EnvFile
from bot.configuration.names import UnknownName, fields_by_name, name_of, unknown_names
from bot.settings import Settings
from handlers.texts import say
from handlers.texts.reasons import explain_system_error
from handlers.types import Language
from models.errors import BadValue

_LONGEST_VALUE = 80


def explain_settings(error: ValidationError, language: Language) -> Iterator[str]:
    """Yield a sentence for each setting that cannot be used."""
    fields = fields_by_name()
    for problem in error.errors():
        name = _name(problem)
        yield _sentence(name, _explained(problem, fields.get(name), language), language)


def explain_value(name: str, problem: BadValue, language: Language) -> str:
    """Return the sentence for a value that does not fit what there is."""
    return _sentence(name, _said(problem, language), language)


def explain_what_does_nothing(env_file: EnvFile, language: Language) -> Iterator[str]:
    """Yield a sentence for each name that is no setting, and each line of .env that sets none."""
    for unknown in unknown_names(env_file.values):
        yield _unknown(unknown, language)
    for line in env_file.odd_lines:
        yield say(language, "env_file.odd_line", line=line)


def _unknown(unknown: UnknownName, language: Language) -> str:
    if unknown.meant is None:
        return say(language, "setting.unknown", name=unknown.name)
    return say(language, "setting.misspelt", name=unknown.name, meant=unknown.meant)


def explain_env_file(error: BadEnvFile, language: Language) -> str:
    """Return the sentence for a .env that cannot be read."""
    facts = {
        name: explain_system_error(fact, language) if isinstance(fact, OSError) else fact
        for name, fact in error.facts.items()
    }
    return say(language, f"env_file.{error.code}", **facts)


def _name(problem: ErrorDetails) -> str:
    """Return the setting's name; pydantic gives its alias, or its field."""
    name = str(problem["loc"][0]) if problem["loc"] else ""
    field = Settings.model_fields.get(name)
    return name_of(name, field) if field else name.upper()


def _sentence(name: str, problem: str, language: Language) -> str:
    return say(language, "setting.wrong", name=name, problem=problem)


def _explained(problem: ErrorDetails, field: FieldInfo | None, language: Language) -> str:
    cause = problem.get("ctx", {}).get("error")
    if isinstance(cause, BadValue):
        return _said(cause, language)
    limits = _limits(field) if field else None
    return _limited(problem, limits, language) if limits else problem["msg"]


def _said(problem: BadValue, language: Language) -> str:
    facts = {name: _short(str(fact)) for name, fact in problem.facts.items()}
    return say(language, f"setting.{problem.code}", **facts)


def _limits(field: FieldInfo) -> tuple[str, dict[str, object]] | None:
    """Return what kind of value a setting takes, and which; None where any text will do."""
    of = field.annotation
    if get_origin(of) is Literal:
        return "choice", {"choices": ", ".join(map(str, get_args(of)))}
    kinds = {int, float} & {of, *get_args(of)}
    if not kinds:
        return None
    kind = "whole" if kinds == {int} else "number"
    least = next((each.ge for each in field.metadata if isinstance(each, Ge)), None)
    most = next((each.le for each in field.metadata if isinstance(each, Le)), None)
    if most is None:
        return f"{kind}_from", {"minimum": least}
    return f"{kind}_between", {"minimum": least, "maximum": most}


def _limited(
    problem: ErrorDetails, limits: tuple[str, dict[str, object]], language: Language
) -> str:
    key, facts = limits
    return say(language, f"setting.{key}", value=_short(str(problem["input"])), **facts)


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"
