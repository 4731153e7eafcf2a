"""In which language the operator is spoken to."""

import os
from collections.abc import Mapping

from bot.settings import Settings
from handlers.types import Language


def language_of(settings: Settings) -> Language:
    return language_of_system() if settings.language == "auto" else Language(settings.language)


def language_set(env_file: Mapping[str, str]) -> Language:
    """Return the language in which to complain of the settings, before they are settings."""
    both = (*env_file.items(), *os.environ.items())
    given = {name.upper(): value for name, value in both if value}  # an empty one is not set
    wanted = given.get("TOKKI_LANGUAGE", "")
    return Language(wanted) if wanted in set(Language) else language_of_system()


def language_of_system() -> Language:
    """Return the language of the locale, as the usual variables tell it."""
    wanted = next(
        (os.environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(k)), ""
    )
    return Language.KOREAN if wanted.lower().startswith("ko") else Language.ENGLISH
