"""`tokki restore`: a data folder as it was when it was backed up."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.data_folder import DATABASE_FILE
from bot.doors import Say
from bot.operating.archive import BadArchive, Contents, unpack
from bot.operating.backup import SECRETS
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language
from storage.sqlite.failures import files_as_storage_errors
from storage.sqlite.inspection import versions_in

_REFUSED = 2
SLACK_FILE = "slack.sqlite3"


async def restore(settings: Settings, source: Path, language: Language, tell: Say) -> int:
    """Fill the data folder, which may not have a memory yet; return 0 if it is whole, else 2.

    Raises:
        StorageError: the database in it cannot be used, or the folder not be written.
    """
    data = settings.data_dir
    if (data / DATABASE_FILE).exists():
        tell(say(language, "backup.folder_used", path=data))
        return _REFUSED
    tell(say(language, "backup.reads", path=source))
    try:
        contents = await asyncio.to_thread(_fill, source, data)
    except BadArchive as error:
        tell(say(language, f"backup.{error.code}", **error.facts))
        return _REFUSED
    except FileNotFoundError:
        tell(say(language, "backup.no_file", path=source))
        return _REFUSED
    facts = {"files": len(contents.files), "made_at": contents.made_at, "tokki": contents.tokki}
    tell(say(language, "backup.restored", path=data, **facts))
    if settings.database_url:
        tell(say(language, "backup.move_next"))
    if SLACK_FILE in contents.files and not contents.has_secrets:
        tell(say(language, "backup.needs_key", path=data / SECRETS[0]))
    return 0


def _fill(source: Path, data: Path) -> Contents:
    """Unpack beside, look at it, and only then move it into the folder, the database last."""
    if not source.is_file():
        raise FileNotFoundError(source)
    with (
        files_as_storage_errors(data),
        _filled(data),
        tempfile.TemporaryDirectory(dir=data) as name,
    ):
        folder = Path(name)
        contents = unpack(source, folder)
        if DATABASE_FILE not in contents.files:
            raise BadArchive("unreadable", path=source)
        versions_in(folder / DATABASE_FILE)
        for file in sorted(contents.files, key=lambda file: file == DATABASE_FILE):
            target = data / file
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(folder / file, target)
    return contents


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    """Make a folder, which goes again if nothing comes into it."""
    is_new = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
