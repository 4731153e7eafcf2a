"""The names of the settings, and those that are none of them though they look like one."""

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from bot.settings import Settings

_OURS = "TOKKI_"
_FAMILIES = ("TOK", "DISCORD_", "SLACK_", "HF_")
"""How names begin that are looked at in the environment, which holds much else."""
_CLOSE = 0.8
"""DISCORD_BOT_TOKEN is as close as that to DISCORD_TOKEN, HF_TOKEN_PATH of the Hub's is not."""


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that is no setting, and the one that was probably meant."""

    name: str
    meant: str | None


def name_of(field_name: str, field: FieldInfo) -> str:
    """Return what a setting is called in the environment."""
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else _OURS + field_name.upper()


def fields_by_name() -> Mapping[str, FieldInfo]:
    """Return every setting by what it is called in the environment."""
    return {name_of(name, field): field for name, field in Settings.model_fields.items()}


def secret_names() -> set[str]:
    """Return the settings that nobody else may read."""
    return {
        name
        for name, field in fields_by_name().items()
        if SecretStr in (field.annotation, *get_args(field.annotation))
    }


def unknown_names(env_file: Iterable[str]) -> Iterator[UnknownName]:
    """Yield what the environment and the names in .env have that is no setting, but looks so."""
    given = {name.upper() for name in (*env_file, *os.environ)}
    known = fields_by_name().keys()
    free = sorted(known - given)  # a setting that is set is not what another name meant
    of_file = {name.upper() for name in env_file}
    for name in sorted(given - known):
        if name in of_file or name.startswith(_FAMILIES):
            meant = _meant(name, free)
            if meant or name.startswith(_OURS):
                yield UnknownName(name, meant)


def _meant(name: str, free: Iterable[str]) -> str | None:
    """Return the setting that is nearest; another platform's setting is not meant."""
    family = name.split("_", maxsplit=1)[0]
    alike = [
        each
        for each in free
        if name.startswith(_OURS) or _likeness(family, each.split("_")[0]) >= _CLOSE
    ]
    close = difflib.get_close_matches(name, alike, n=1, cutoff=_CLOSE)
    return close[0] if close else None


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
