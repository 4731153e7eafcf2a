"""The data folder: what is in it, and where the database is, in there or on a server."""

from pathlib import Path

from bot.process.logs import start_log
from bot.settings import Settings
from storage.sqlite.failures import files_as_storage_errors

DATABASE_FILE = "tokki.sqlite3"
LOCK_FILE = "run.lock"


def prepare(settings: Settings) -> None:
    """Begin to log in the data folder, and make it: before anything that may fail.

    Raises:
        StorageError: the folder cannot be used.
    """
    logs = settings.data_dir / "logs"
    start_log(logs, settings.log_level, as_json=settings.log_format == "json")
    _make_folders(settings.data_dir, logs)


def memory_of(settings: Settings, file: str = DATABASE_FILE) -> Path | str:
    """Return where something is remembered: a file in the data folder, or a server's URL."""
    if settings.database_url:
        return settings.database_url.get_secret_value()
    return settings.data_dir / file


def _make_folders(data_dir: Path, logs: Path) -> None:
    """What people wrote is in there, so they are for the bot's own user alone."""
    with files_as_storage_errors(data_dir):
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        logs.mkdir(mode=0o700, exist_ok=True)
