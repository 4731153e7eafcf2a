"""`tokki db move`: what Tokki remembers, from the files of its folder to a server, and back."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from bot.data_folder import DATABASE_FILE, LOCK_FILE
from bot.doors import Say
from bot.operating.restore import SLACK_FILE
from bot.process.membership import TTL_S
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language
from storage.database import Database
from storage.postgresql.address import Address, NoAddress

if TYPE_CHECKING:
    from storage.postgresql.moving import Moved

_REFUSED = 2
_PART = ".part"
"""What is there in part is nobody's memory yet."""


async def move(settings: Settings, url: str | None, language: Language, tell: Say) -> int:
    """Bring all there, or go on with it; return 0 if it is there, else 2.

    Raises:
        StorageError: the files or the server cannot be used.
    """
    if url is None and settings.database_url:
        url = settings.database_url.get_secret_value()
    path = settings.data_dir / DATABASE_FILE
    try:
        address = Address.parse(url or "")
    except NoAddress:
        tell(say(language, "db_move.no_url"))
        return _REFUSED
    if not path.exists():
        tell(say(language, "db_move.nothing", path=path))
        return _REFUSED
    with suppress(Timeout), FileLock(settings.data_dir / LOCK_FILE, blocking=False):
        if not await _is_shared(path):
            tell(say(language, "db_move.begins", path=path, server=address.shown))
            await _move_all(settings, str(url), language, tell)
            tell(say(language, "db_move.done", server=address.shown, folder=settings.data_dir))
            return 0
    tell(say(language, "db_move.running", path=settings.data_dir))
    return _REFUSED


async def move_back(settings: Settings, language: Language, tell: Say) -> int:
    """Bring all from the server into files of the data folder; return 0 if it is there, else 2.

    Raises:
        StorageError: the files or the server cannot be used.
    """
    if settings.database_url is None:
        tell(say(language, "db_move.no_server"))
        return _REFUSED
    url = settings.database_url.get_secret_value()
    server = Address.parse(url).shown
    for name in (DATABASE_FILE, SLACK_FILE):
        if (settings.data_dir / name).exists():
            tell(say(language, "db_move.file_there", path=settings.data_dir / name))
            return _REFUSED
    if await _is_shared(url):
        tell(say(language, "db_move.served", server=server))
        return _REFUSED
    path = settings.data_dir / DATABASE_FILE
    tell(say(language, "db_move.begins_back", path=path, server=server))
    await _move_all_back(settings.data_dir, url, language, tell)
    tell(say(language, "db_move.done_back", folder=settings.data_dir, server=server))
    return 0


async def _is_shared(place: Path | str) -> bool:
    """Whether processes serve it that share it, of which none keeps the lock."""
    memory = await Database.open(place)
    try:
        return bool(await memory.processes.alive(TTL_S))
    finally:
        await memory.close()


async def _move_all(settings: Settings, url: str, language: Language, tell: Say) -> None:
    from storage.postgresql.moving import move_memory, move_side_tables  # noqa: PLC0415

    rows, count = _counting(language, tell)
    await move_memory(settings.data_dir / DATABASE_FILE, url, count)
    slack = settings.data_dir / SLACK_FILE
    if slack.exists():
        from bot.on_slack.installs.locked_store import tables_of  # noqa: PLC0415 - Slack's library

        await move_side_tables(slack, url, tables_of, count)
    tell(say(language, "db_move.whole", rows=rows.total(), tables=len(rows)))


async def _move_all_back(folder: Path, url: str, language: Language, tell: Say) -> None:
    from bot.on_slack.installs.locked_store import tables_of  # noqa: PLC0415 - Slack's library
    from storage.postgresql.moving_back import (  # noqa: PLC0415
        move_memory_back,
        move_side_tables_back,
    )

    rows, count = _counting(language, tell)
    slack, memory = (folder / (name + _PART) for name in (SLACK_FILE, DATABASE_FILE))
    has_slack = await move_side_tables_back(url, slack, tables_of, count)
    await move_memory_back(url, memory, count)
    if has_slack:
        slack.rename(folder / SLACK_FILE)
    else:
        slack.unlink()
    memory.rename(folder / DATABASE_FILE)
    tell(say(language, "db_move.whole", rows=rows.total(), tables=len(rows)))


def _counting(language: Language, tell: Say) -> "tuple[Counter[str], Callable[[Moved], None]]":
    """Return the rows of each table, and what counts them and tells of each table."""
    rows: Counter[str] = Counter()

    def count(moved: "Moved") -> None:
        rows[moved.table] = moved.rows
        if moved.rows:
            facts = {"table": moved.table, "rows": moved.rows, "digest": moved.digest.hex()[:16]}
            tell(say(language, "db_move.table", **facts))

    return rows, count
