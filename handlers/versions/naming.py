"""How versions are written: `ours@2` by people, `ours-2` where it becomes the name of a file."""

import re

from handlers.services import Services
from handlers.types import UserError
from models.canonical import lowered
from models.results import Checkpoint, Origin
from storage.records import Version

_TYPED = re.compile(r"(?P<name>[^:@\s/]{1,64})@(?P<number>\d{1,9})")
_UNSAFE = re.compile(r"[^\w-]+")


def named_version(typed: str) -> tuple[str, int]:
    """Return the name and the number that somebody typed as `ours@2`.

    Raises:
        UserError: it is no version's.
    """
    found = _TYPED.fullmatch(lowered(typed))
    if not found:
        raise UserError("version_wanted", typed=typed)
    return found["name"], int(found["number"])


def bare_name(typed: str) -> str:
    """Return the name that somebody typed, where a number would mean nothing.

    Raises:
        UserError: there is a number behind it.
    """
    if found := _TYPED.fullmatch(lowered(typed)):
        raise UserError("name_wanted", typed=typed, name=found["name"])
    return lowered(typed)


async def trained_version(services: Services, community: str, typed: str) -> Version:
    """Return the version that somebody typed as `ours@2`, and that was trained in a community.

    Raises:
        UserError: there is no such version, or none of theirs.
    """
    name, number = named_version(typed)
    version = await services.storage.versions.find(community, name, number)
    if version is None:
        raise UserError("not_trained_here", version=f"{name}@{number}")
    return version


def number_of(checkpoint: Checkpoint) -> int:
    """Return the number of a version; 0: it is the operator's."""
    return int(checkpoint.version) if checkpoint.origin is Origin.TRAINED else 0


def folder_name(version: Version) -> str:
    """Return what a folder or file of it is called."""
    return f"{_UNSAFE.sub('-', version.name)}-{version.number}"
