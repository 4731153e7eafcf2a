"""`tokki db move`: what Tokki remembers, from the files of the data folder to a server."""

from collections import Counter
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from bot.app import DATABASE_FILE, LOCK_FILE
from bot.doors import Say
from bot.operating.membership import TTL_S
from bot.operating.restore import SLACK_FILE
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language
from storage.database import Database
from storage.postgresql.address import Address, NoAddress

_REFUSED = 2


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


async def _is_shared(path: Path) -> bool:
    """Whether processes serve the file that share it, of which none keeps the lock."""
    memory = await Database.open(path)
    try:
        return bool(await memory.processes.alive(TTL_S))
    finally:
        await memory.close()


async def _move_all(settings: Settings, url: str, language: Language, tell: Say) -> None:
    from storage.postgresql.moving import Moved, move_memory, move_side_tables  # noqa: PLC0415

    rows: Counter[str] = Counter()

    def count(moved: Moved) -> None:
        rows[moved.table] = moved.rows
        if moved.rows:
            facts = {"table": moved.table, "rows": moved.rows, "digest": moved.digest.hex()[:16]}
            tell(say(language, "db_move.table", **facts))

    await move_memory(settings.data_dir / DATABASE_FILE, url, count)
    slack = settings.data_dir / SLACK_FILE
    if slack.exists():
        from bot.on_slack.installs.locked_store import tables_of  # noqa: PLC0415 - Slack's library

        await move_side_tables(slack, url, tables_of, count)
    tell(say(language, "db_move.whole", rows=rows.total(), tables=len(rows)))
