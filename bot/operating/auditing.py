"""`tokki audit verify`: whether what was noted of changes is as it was noted."""

from pathlib import Path

from bot.data_folder import memory_of
from bot.doors import Say
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language
from storage.database import Database

_BROKEN = 2


async def verify(settings: Settings, language: Language, tell: Say) -> int:
    """Tell of each community's entries; return 0 where all hold together, else 2.

    Raises:
        StorageError: the database cannot be read.
    """
    place = memory_of(settings)
    if isinstance(place, Path) and not place.exists():
        tell(say(language, "audit_verify.none"))
        return 0
    database = await Database.open(place)
    try:
        chains = await database.audit.verify()
    finally:
        await database.close()
    for chain in chains:
        key = "whole" if chain.broken_at is None else "broken"
        facts = {"entries": chain.entries, "at": chain.broken_at, "digest": chain.digest.hex()}
        tell(say(language, f"audit_verify.{key}", community=chain.community, **facts))
    if not chains:
        tell(say(language, "audit_verify.none"))
    return 0 if all(chain.broken_at is None for chain in chains) else _BROKEN
