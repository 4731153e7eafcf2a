"""`tokki db check`: whether the database is whole, while Tokki runs or not; changes nothing."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.data_folder import DATABASE_FILE
from bot.doors import Say
from bot.settings import Settings
from handlers.guard.failures import explain
from handlers.texts import say
from handlers.types import Language
from models.checkpoints.wholeness import require_whole
from models.errors import ModelError
from models.results import Checkpoint, Origin
from storage.sqlite.inspection import faults_in, trained_folders

_BROKEN = 2


async def check_database(settings: Settings, language: Language, tell: Say) -> int:
    """Tell what is wrong; return 0 where nothing is, else 2.

    Raises:
        StorageError: the database cannot be read.
    """
    if settings.database_url:
        return await _check_server(
            settings, settings.database_url.get_secret_value(), language, tell
        )
    path = settings.data_dir / DATABASE_FILE
    if not path.exists():
        tell(say(language, "db_check.none", path=path))
        return 0
    faults = await asyncio.to_thread(faults_in, path)
    folders = await asyncio.to_thread(trained_folders, path)
    if _tell_faults(settings, faults, folders, language, tell, "broken"):
        return _BROKEN
    tell(say(language, "db_check.whole", mb=f"{path.stat().st_size / 1e6:,.1f}"))
    return 0


async def _check_server(settings: Settings, url: str, language: Language, tell: Say) -> int:
    from storage.postgresql.inspection import look_at  # noqa: PLC0415 - seldom there

    server = await look_at(url)
    if not server.is_filled:
        tell(say(language, "db_check.fresh", path=server.shown))
        return 0
    if _tell_faults(settings, server.faults, server.folders, language, tell, "server_broken"):
        return _BROKEN
    tell(say(language, "db_check.whole", mb=f"{server.size_bytes / 1e6:,.1f}"))
    return 0


def _tell_faults(
    settings: Settings,
    faults: Sequence[str],
    folders: Sequence[str],
    language: Language,
    tell: Say,
    what_to_do: str,
) -> bool:
    """Tell what is wrong and what to do; a whole database that lacks files need not be restored."""
    for fault in faults:
        tell(say(language, "db_check.fault", fault=fault))
    lacking = [said for each in folders if (said := _lack(settings.data_dir, each, language))]
    for said in lacking:
        tell(said)
    if faults:
        tell(say(language, f"db_check.{what_to_do}"))
    elif lacking:
        tell(say(language, "db_check.bring_files", path=settings.data_dir))
    return bool(faults or lacking)


def _lack(data: Path, folder: str, language: Language) -> str | None:
    """Return what is wrong with the files of a version."""
    if not (data / folder).is_dir():
        return say(language, "db_check.missing", folder=folder)
    try:
        require_whole(Checkpoint(folder, "", Origin.TRAINED, data / folder))
    except ModelError as error:
        return explain(error.code, {**error.facts, "name": folder}, language)
    return None
