"""Turns what SQLAlchemy, SQLite and the file system raise into `storage.errors`."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc

from storage.errors import (
    DatabaseBroken,
    DatabaseFull,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnavailable,
    StorageError,
)

BY_CODE: dict[int, type[StorageError]] = {
    sqlite3.SQLITE_BUSY: DatabaseLocked,
    sqlite3.SQLITE_LOCKED: DatabaseLocked,
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_PERM: DatabaseReadOnly,
    sqlite3.SQLITE_FULL: DatabaseFull,
    sqlite3.SQLITE_CORRUPT: DatabaseBroken,
    sqlite3.SQLITE_NOTADB: DatabaseBroken,
    # A missing table or column: our SQL is right for our own schema.
    sqlite3.SQLITE_ERROR: DatabaseBroken,
}
ABOUT_THE_FILE = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
NO_WRITING = {errno.EACCES, errno.EPERM, errno.EROFS}

# Less than the smallest step by which SQLite lengthens its files: a write cannot succeed.
NOTHING_LEFT_BYTES = 64 * 1024


@contextmanager
def files_as_storage_errors(path: Path) -> Iterator[None]:
    """For what is done with the file itself."""
    try:
        yield
    except OSError as err:
        raise from_system(err, path) from err


@contextmanager
def sql_as_storage_errors(path: Path, busy_timeout_s: float) -> Iterator[None]:
    """For what is done through SQLAlchemy or its driver; the cause stays behind for the log."""
    try:
        yield
    except exc.DBAPIError as err:
        raise from_sqlite(err.orig, path, busy_timeout_s) from err
    except sqlite3.Error as err:
        raise from_sqlite(err, path, busy_timeout_s) from err
    except exc.TimeoutError as err:
        raise DatabaseLocked(seconds=busy_timeout_s) from err
    except (exc.SQLAlchemyError, UnicodeError) as err:
        raise StorageError(reason=type(err).__name__) from err


def from_sqlite(err: BaseException | None, path: Path, busy_timeout_s: float) -> StorageError:
    """Judge by SQLite's code: its texts change between versions."""
    if not isinstance(err, sqlite3.Error) or not hasattr(err, "sqlite_errorcode"):
        return StorageError(reason=type(err).__name__)
    primary = err.sqlite_errorcode & 0xFF  # the higher bits only say where it happened
    if primary in ABOUT_THE_FILE:
        return _from_file(path, err.sqlite_errorname)
    kind = BY_CODE.get(primary)
    if kind is None:
        return StorageError(reason=err.sqlite_errorname)
    return kind(seconds=busy_timeout_s) if kind is DatabaseLocked else kind(path=str(path))


def from_system(err: OSError, path: Path) -> StorageError:
    """Judge by the number that the operating system gave."""
    if err.errno in NO_WRITING:
        return DatabaseReadOnly(path=str(path))
    if err.errno in NO_SPACE:
        return DatabaseFull(path=str(path))
    code = errno.errorcode.get(err.errno or 0, type(err).__name__)
    return DatabaseUnavailable(path=str(path), reason=f"{code}:{err.strerror}")


def _from_file(path: Path, reason: str) -> StorageError:
    """SQLite says only that the file did not do as told: look for the reason ourselves."""
    if not path.parent.is_dir():
        return DatabaseUnavailable(path=str(path), reason=reason)
    if shutil.disk_usage(path.parent).free < NOTHING_LEFT_BYTES:
        return DatabaseFull(path=str(path))
    return DatabaseUnavailable(path=str(path), reason=reason)
