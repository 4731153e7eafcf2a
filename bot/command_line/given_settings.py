"""The settings of one command: what it says itself wins over the environment and `.env`."""

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import typer
from pydantic import ValidationError

from bot.command_line.language import language_of, language_of_system, language_set
from bot.command_line.outcome import USER_ERROR, complain
from bot.configuration.complaints import (
    explain_env_file,
    explain_settings,
    explain_what_does_nothing,
)
from bot.configuration.env_file import BadEnvFile, EnvFile, read_env_file
from bot.settings import Settings
from handlers.types import Language


def read_settings(data: Path | None, language: Language | None, **given: object) -> Settings:
    """Read the settings; an option of the command line wins over the environment."""
    env_file = _env_file(language or language_of_system())
    spoken = language or language_set(env_file.values)
    try:
        return Settings(**given, **given_settings(data, language))  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        idle = explain_what_does_nothing(env_file, spoken)
        _refuse([*explain_settings(error, spoken), *idle])


def given_settings(data: Path | None, language: Language | None) -> dict[str, object]:
    """Return the settings that are options of every command, as far as they were given."""
    given = {"data_dir": data, "language": language and str(language)}
    return {name: value for name, value in given.items() if value is not None}


def ready_settings(data: Path | None, language: Language | None, **given: object) -> Settings:
    """Read the settings for what begins now, and say which names are none of them."""
    settings = read_settings(data, language, **given)
    spoken = language_of(settings)
    for sentence in explain_what_does_nothing(_env_file(spoken), spoken):
        complain(sentence)
    return settings


def _env_file(language: Language) -> EnvFile:
    try:
        return read_env_file()
    except BadEnvFile as error:
        _refuse([explain_env_file(error, language)])


def _refuse(sentences: Iterable[str]) -> NoReturn:
    for sentence in sentences:
        complain(sentence)
    raise typer.Exit(USER_ERROR)
