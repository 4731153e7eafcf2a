"""`tokki backup`: all that Tokki remembers in one file, made while it runs.

The database is copied by SQLite's online backup, which sees one moment, and only then the folders
of the checkpoints that it names: those never change once they stand there. What can be fetched or
computed again stays behind: downloads, exported networks, logs.
Source: https://sqlite.org/backup.html
"""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bot.data_folder import DATABASE_FILE
from bot.doors import Say
from bot.operating.archive import FORM, BadArchive, Contents, digest_of, pack
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language
from models.units import MB
from storage.errors import DatabaseFull, DatabaseReadOnly
from storage.postgresql.address import Address
from storage.sqlite.failures import files_as_storage_errors
from storage.sqlite.inspection import trained_folders, versions_in
from storage.sqlite.snapshot import copy_file

SECRETS = ("secret.key",)
_REFUSED = 2


@dataclass(frozen=True, slots=True)
class Written:
    """A backup that stands."""

    files: int
    size: int
    """In bytes."""
    gone: Sequence[str]
    """Checkpoints whose folders are not there any more."""
    lacks_secrets: bool


async def backup(
    settings: Settings, target: Path, language: Language, tell: Say, *, with_secrets: bool
) -> int:
    """Write a backup of the data folder; return 0 if it stands, else 2.

    Raises:
        StorageError: the database cannot be read, or the file not be written.
    """
    if settings.database_url:
        facts = {"file": target, "folder": settings.data_dir / "models"}
        address = Address.parse(settings.database_url.get_secret_value())
        tell(say(language, "backup.on_server", path=address.shown, **facts))
        return _REFUSED
    tell(say(language, "backup.begins", path=settings.data_dir))
    try:
        done = await asyncio.to_thread(_write, settings.data_dir, target, with_secrets=with_secrets)
    except BadArchive as error:
        tell(say(language, f"backup.{error.code}", **error.facts))
        return _REFUSED
    for folder in done.gone:
        tell(say(language, "backup.folder_gone", path=folder))
    tell(say(language, "backup.done", path=target, files=done.files, mb=f"{done.size / MB:.1f}"))
    if done.lacks_secrets:
        tell(say(language, "backup.no_secrets"))
    return 0


def _write(data: Path, target: Path, *, with_secrets: bool) -> Written:
    if not target.parent.is_dir():
        raise BadArchive("no_folder", path=target.parent)
    if target.exists():
        raise BadArchive("is_there", path=target)
    if not (data / DATABASE_FILE).exists():
        raise BadArchive("nothing", path=data)
    try:
        return _write_by(data, data, target, with_secrets=with_secrets)
    except (DatabaseFull, DatabaseReadOnly):  # which is when somebody needs a backup elsewhere
        return _write_beside(target, data, with_secrets=with_secrets)


def _write_beside(target: Path, data: Path, *, with_secrets: bool) -> Written:
    """Gather the copies where the backup goes; what has no room there is what is written."""
    try:
        return _write_by(target.parent, data, target, with_secrets=with_secrets)
    except DatabaseFull as error:
        raise BadArchive("no_room", path=target) from error
    except DatabaseReadOnly as error:
        raise BadArchive("no_right", path=target) from error


def _write_by(place: Path, data: Path, target: Path, *, with_secrets: bool) -> Written:
    """Gather the copies in a place: on the disk of the checkpoints these need only be linked."""
    secrets = [name for name in SECRETS if (data / name).exists()]
    with files_as_storage_errors(target), tempfile.TemporaryDirectory(dir=place) as name:
        folder = Path(name)
        gone = _gather(data, folder, secrets if with_secrets else ())
        contents = Contents(
            form=FORM,
            tokki=version("tokki"),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            has_secrets=with_secrets,
            files={str(path.relative_to(folder)): digest_of(path) for path in _files(folder)},
        )
        pack(folder, contents, target)
    lacks_secrets = bool(secrets) and not with_secrets
    return Written(len(contents.files), target.stat().st_size, gone, lacks_secrets)


def _gather(data: Path, folder: Path, secrets: Sequence[str]) -> Sequence[str]:
    """Copy what belongs together; return which checkpoints are gone."""
    for database in sorted(data.glob("*.sqlite3")):
        copy_file(database, folder / database.name)
    for secret in secrets:
        shutil.copyfile(data / secret, folder / secret)
    return [each for each in _trained(folder) if not _link(data / each, folder / each)]


def _trained(folder: Path) -> list[str]:
    versions_in(folder / DATABASE_FILE)  # it is ours, and not of a newer Tokki
    return trained_folders(folder / DATABASE_FILE)


def _link(source: Path, target: Path) -> bool:
    """Put a checkpoint's files beside the copy without copying them, so that none is half there."""
    if not source.is_dir():
        return False
    shutil.copytree(source, target, copy_function=_hard_link)
    return True


def _hard_link(source: str, target: str) -> None:
    try:
        Path(target).hardlink_to(source)
    except OSError:  # a file system without them
        shutil.copyfile(source, target)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
