"""Turns what SQLAlchemy, psycopg and a server raise into `storage.errors`."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc

from storage.errors import (
    DatabaseLocked,
    ServerBroken,
    ServerForbids,
    ServerFull,
    ServerReadOnly,
    ServerUnavailable,
    StorageError,
)

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_BUSY = ("55P03", "40P01", "40001")
_GONE = ("08", "57P")
"""How the codes begin of a server that goes, comes, or cannot be heard."""
_BY_CODE: dict[str, type[StorageError]] = {
    "25006": ServerReadOnly,
    "42501": ServerForbids,
    "3F000": ServerForbids,  # no schema that it may use
    "53100": ServerFull,
    # A missing table or column: our SQL is right for our own schema.
    "42P01": ServerBroken,
    "42703": ServerBroken,
    "42883": ServerBroken,
    "XX001": ServerBroken,
    "XX002": ServerBroken,
}
_LONGEST_WORDS = 200


@contextmanager
def sql_as_storage_errors(shown: str, busy_timeout_s: float) -> Iterator[None]:
    """For what is done through SQLAlchemy or its driver; the cause stays behind for the log."""
    try:
        yield
    except exc.DBAPIError as err:
        raise from_postgresql(err.orig, shown, busy_timeout_s) from err
    except psycopg.Error as err:
        raise from_postgresql(err, shown, busy_timeout_s) from err
    except exc.TimeoutError as err:
        raise DatabaseLocked(seconds=busy_timeout_s) from err
    except (exc.SQLAlchemyError, UnicodeError) as err:
        raise StorageError(reason=type(err).__name__) from err


def from_postgresql(err: BaseException | None, shown: str, busy_timeout_s: float) -> StorageError:
    """Judge by the server's code: its words come in many languages."""
    if not isinstance(err, psycopg.Error):
        return StorageError(reason=type(err).__name__)
    code = err.sqlstate
    if code in _BUSY:
        return DatabaseLocked(seconds=busy_timeout_s)
    if kind := _BY_CODE.get(code or ""):
        return kind(path=shown)
    if is_away(err):
        return ServerUnavailable(path=shown, why=words_of(err))
    return StorageError(reason=f"SQLSTATE {code}" if code else type(err).__name__)


def is_away(err: BaseException | None) -> bool:
    """Whether the server could not be reached, or did not let us in, or went."""
    if not isinstance(err, psycopg.OperationalError):
        return False
    return err.sqlstate is None or err.sqlstate.startswith(_GONE)


def words_of(err: BaseException | None) -> str:
    """Return what a server or its driver says of itself, in a line: it never says a password.

    The last one says it, but for a question of the driver's whether the server runs.
    """
    lines = [line.strip() for line in str(err).splitlines() if line.strip()]
    said = [line for line in lines if not line.endswith("?")]
    return (said[-1] if said else type(err).__name__)[:_LONGEST_WORDS]
