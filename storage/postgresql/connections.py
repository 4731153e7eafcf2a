"""The way to a server: any number read and some write, of each community one at a time."""

import hashlib
import time
from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from functools import partial
from typing import TypeVar

import psycopg
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, exc, text

from storage.errors import (
    ServerForeign,
    ServerNewer,
    ServerReadOnly,
    ServerUnavailable,
    ServerUnfit,
)
from storage.postgresql.address import Address
from storage.postgresql.failures import is_away, sql_as_storage_errors, words_of
from storage.postgresql.texts import WithoutNul, as_json
from storage.postgresql.walls import of_communities, told
from storage.sql.connections import EVERYWHERE, Connections, Everywhere, Scope, Work, fetched

T = TypeVar("T")

READERS, WRITERS, KEPT_OPEN = 8, 4, 4
"""At most twelve connections for each process: a server usually lets a hundred be."""
RETRY_S = 0.1
LOOK_S = 1.0
"""How often a server is looked for that is known to be away: a look may take seconds."""
_SILENT = 12
"""So many times as long as others wait for a lock, who holds it may say nothing: a machine that has
vanished would else keep a community's for hours."""
_DEADLOCK = "40P01"
_OLDEST = 13
_SETTINGS = text(
    "SELECT current_setting('transaction_read_only'), current_setting('server_encoding'),"
    " current_setting('server_version_num')"
)
_AS_IT_IS = {"no_parameters": True}
"""Several statements at once are one way to the server and back."""


class ServerConnections(Connections):
    """Does work in transactions on a server, which may go and come back meanwhile."""

    foreign, newer = ServerForeign, ServerNewer

    def __init__(self, address: Address, busy_timeout_s: float) -> None:
        engine = _engine(address, busy_timeout_s)
        super().__init__(engine, address.shown, busy_timeout_s, READERS, WRITERS)
        self._was_reached = False
        self._away_since_s: float | None = None
        self._look_again_s, self._why = 0.0, ""

    def narrow(self, connection: Connection, communities: Collection[str]) -> None:
        """Let work that began everywhere go on as that of these communities, alone at them."""
        statements = (of_communities(communities), *_alone_at(communities))
        connection.exec_driver_sql("; ".join(statements), execution_options=_AS_IT_IS)

    def check_writable(self, connection: Connection) -> None:
        """Raise `ServerReadOnly` where this is a replica or alike, and `ServerUnfit`."""
        only_read, encoding, version = connection.execute(_SETTINGS).one()
        if only_read == "on":
            raise ServerReadOnly(path=self.shown)
        if encoding != "UTF8":
            raise ServerUnfit(path=self.shown, found=encoding, needed="UTF8")
        if int(version) < _OLDEST * 10_000:
            found, needed = f"PostgreSQL {int(version) // 10_000}", f"PostgreSQL {_OLDEST}"
            raise ServerUnfit(path=self.shown, found=found, needed=needed)

    async def empty_log(self) -> None:
        """Nothing: what was erased leaves a server's files when its own VACUUM comes by."""

    def _failures(self) -> AbstractContextManager[None]:
        return sql_as_storage_errors(self.shown, self.busy_timeout_s)

    def _do(self, engine: Engine, scope: Scope, work: Work[T]) -> T:
        """Do some work, again where the server was away and nothing of it can have been kept.

        A connection that ends at COMMIT means a server that is away, whatever it said last: one
        that cannot sync its log says so and dies, and may find all of it there when it is back.
        """
        if time.monotonic() < self._look_again_s:
            raise ServerUnavailable(path=self.shown, why=self._why)
        deadline_s = time.monotonic() + self.busy_timeout_s
        while True:
            is_ending = False
            try:
                with engine.connect() as connection:
                    connection.execution_options(scope=scope)
                    with connection.begin():
                        result = fetched(work(connection))
                        is_ending = True
            except exc.DBAPIError as error:
                if is_ending and error.connection_invalidated:
                    raise ServerUnavailable(path=self.shown, why=words_of(error.orig)) from error
                if is_ending or not self._may_pass(error) or self._is_late(error, deadline_s):
                    raise
            else:
                self._was_reached, self._away_since_s, self._look_again_s = True, None, 0.0
                return result
            time.sleep(RETRY_S)

    def _is_late(self, error: exc.DBAPIError, deadline_s: float) -> bool:
        """Whether nobody waits any longer; a server that is away is waited for once, not by each.

        Or a crowd would wait for the crowd before it, long before it waited for the server.
        """
        now_s = time.monotonic()
        if not is_away(error.orig):
            return now_s > deadline_s
        if self._away_since_s is None:
            self._away_since_s = now_s
        if now_s < self._away_since_s + self.busy_timeout_s:
            return now_s > deadline_s
        self._look_again_s, self._why = now_s + LOOK_S, words_of(error.orig)
        return True

    def _may_pass(self, error: exc.DBAPIError) -> bool:
        """Whether another try may go well: a server never reached is one that is not there."""
        if isinstance(error.orig, psycopg.Error) and error.orig.sqlstate == _DEADLOCK:
            return True
        return self._was_reached and (error.connection_invalidated or is_away(error.orig))


def _engine(address: Address, busy_timeout_s: float) -> Engine:
    engine = create_engine(
        address.url,
        connect_args={"autocommit": True},  # or psycopg would begin on its own: _begin does
        poolclass=QueuePool,
        pool_size=KEPT_OPEN,
        max_overflow=READERS + WRITERS - KEPT_OPEN,
        pool_timeout=busy_timeout_s,
        pool_use_lifo=True,  # the one used last knows the statements by heart
        json_serializer=as_json,
        hide_parameters=True,  # people's texts do not belong in the log
    )
    event.listen(engine, "connect", _take_all_texts)
    event.listen(engine, "begin", partial(_begin, busy_timeout_s))
    return engine


def _take_all_texts(connection: psycopg.Connection, _record: object) -> None:
    connection.adapters.register_dumper(str, WithoutNul)


def _begin(busy_timeout_s: float, connection: Connection) -> None:
    options = connection.get_execution_options()
    scope: Scope = options.get("scope", EVERYWHERE)
    statements: Iterable[str]
    if options.get("writes"):
        # What is seen is what was committed before each statement, so all that whoever was alone
        # here before us has written.
        names = scope.alone_at if isinstance(scope, Everywhere) else (scope,)
        wait_ms = int(busy_timeout_s * 1000)
        wait = f"SET LOCAL lock_timeout = {wait_ms}"
        silence = f"SET LOCAL idle_in_transaction_session_timeout = {_SILENT * wait_ms}"
        statements = ("BEGIN", wait, silence, told(scope), *_alone_at(names))
    else:
        statements = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", told(scope))
    connection.exec_driver_sql("; ".join(statements), execution_options=_AS_IT_IS)


def _alone_at(names: Collection[str]) -> Iterable[str]:
    """Yield what waits until nobody else is at these, to the transaction's end.

    All take them in the same order, so that nobody waits in a circle.
    """
    for key in sorted(map(_key, names)):
        yield f"SELECT pg_advisory_xact_lock({key})"


def _key(name: str) -> int:
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8, key=b"tokki")
    return int.from_bytes(digest.digest(), signed=True)
