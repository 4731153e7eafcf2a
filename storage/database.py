"""The memory, in a file or on a server: opens it, brings it up to date, and holds its parts."""

import asyncio
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Self
from uuid import uuid4

from storage.answers import Answers
from storage.audit import Audit
from storage.checkpoints.comparisons import Comparisons
from storage.checkpoints.hub_models import HubModels
from storage.checkpoints.live_versions import LiveVersions
from storage.checkpoints.versions import Versions
from storage.communities.choices import PersonalChoices
from storage.communities.departures import Departures
from storage.communities.kept_bytes import StoredBytes
from storage.communities.personal_data import PersonalData
from storage.communities.retention import Retention
from storage.communities.settings import CommunitySettings
from storage.communities.web_sessions import WebSessions
from storage.errors import DatabaseLocked, DriverMissing, StorageError
from storage.labelling.cards import Cards
from storage.labelling.datasets import Datasets
from storage.labelling.drafts import Drafts
from storage.labelling.examples import Examples
from storage.labelling.importing.imports import Imports
from storage.labelling.must_pass import MustPassTexts
from storage.labelling.readings import Readings
from storage.labelling.snapshots import Snapshots
from storage.labelling.votes import Votes
from storage.migrations import is_up_to_date, migrate
from storage.notices import Notices
from storage.postgresql.address import Address
from storage.queries import Queries
from storage.shared.jobs import Jobs
from storage.shared.leases import Leases
from storage.shared.news import NewsBoard
from storage.shared.processes import Processes
from storage.shared.seen_events import SeenEvents
from storage.shared.shared_limits import SharedLimits
from storage.shared.turns import Turns
from storage.sql.connections import EVERYWHERE, Connections
from storage.sqlite.connections import IN_MEMORY, FileConnections, prepare_file
from storage.sqlite.snapshot import copy_into

BUSY_TIMEOUT_S = 5.0
RETRY_S = 0.02


class Database:
    """What `handlers.needs.storage.Storage` asks for."""

    def __init__(
        self, connections: Connections, in_memory: sqlite3.Connection | None = None
    ) -> None:
        self._connections = connections
        self._in_memory = in_memory
        self.queries = Queries(connections)
        self.datasets = Datasets(connections)
        self.examples = Examples(connections)
        self.votes = Votes(connections)
        self.cards = Cards(connections)
        self.drafts = Drafts(connections)
        self.imports = Imports(connections)
        self.snapshots = Snapshots(connections)
        self.must_pass = MustPassTexts(connections)
        self.readings = Readings(connections)
        self.jobs = Jobs(connections)
        self.turns = Turns(connections)
        self.versions = Versions(connections)
        self.live_versions = LiveVersions(connections)
        self.hub_models = HubModels(connections)
        self.answers = Answers(connections)
        self.comparisons = Comparisons(connections)
        self.notices = Notices(connections)
        self.choices = PersonalChoices(connections)
        self.audit = Audit(connections)
        self.personal_data = PersonalData(connections)
        self.retention = Retention(connections)
        self.kept_bytes = StoredBytes(connections)
        self.departures = Departures(connections)
        self.settings = CommunitySettings(connections)
        self.web_sessions = WebSessions(connections)
        self.seen_events = SeenEvents(connections)
        self.processes = Processes(connections)
        self.leases = Leases(connections)
        self.news = NewsBoard(connections)
        self.shared_limits = SharedLimits(connections)

    @classmethod
    async def open(cls, place: Path | str, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """Create or migrate a file, or what the URL of a server names; `close` it in the end."""
        connections = connect(place, busy_timeout_s)
        try:
            if isinstance(place, str):
                await connections.write(EVERYWHERE, connections.check_writable)
            await _migrate_in_turn(connections)
        except BaseException:
            await connections.close()
            raise
        return cls(connections)

    @classmethod
    async def open_to_read(cls, place: Path | str, why: StorageError) -> Self:
        """Read what cannot be written, a file by taking it into memory; `close` it in the end.

        Whatever would be written raises `why`, and so does what cannot even be read.
        """
        if isinstance(place, str):
            return await cls._open_server_to_read(place, why)
        path = place
        address = f"{IN_MEMORY}{uuid4().hex}?mode=memory&cache=shared"
        in_memory = sqlite3.connect(address, uri=True, check_same_thread=False)
        connections = FileConnections(path, BUSY_TIMEOUT_S, address)
        try:
            await asyncio.to_thread(copy_into, in_memory, path)
            await migrate(connections)
        except (sqlite3.Error, OSError, StorageError):
            await connections.close()
            in_memory.close()
            raise why from None
        connections.refuse_to_write(why)
        return cls(connections, in_memory)

    @classmethod
    async def _open_server_to_read(cls, url: str, why: StorageError) -> Self:
        connections = connect(url)
        try:
            is_current = await connections.read(EVERYWHERE, partial(is_up_to_date, connections))
        except StorageError:
            is_current = False
        if not is_current:
            await connections.close()
            raise why
        connections.refuse_to_write(why)
        return cls(connections)

    async def can_write(self) -> bool:
        """Tell whether what is said now would be kept."""
        try:
            await self._connections.write(EVERYWHERE, self._connections.check_writable)
        except StorageError:
            return False
        return True

    async def close(self) -> None:
        """Finish what is under way, and give the file back."""
        await self._connections.close()
        if self._in_memory:
            self._in_memory.close()


async def _migrate_in_turn(connections: Connections) -> None:
    """Where processes turn a new file to WAL at once, SQLite refuses all but one unwaited."""
    deadline = time.monotonic() + connections.busy_timeout_s
    while True:
        try:
            return await migrate(connections)
        except DatabaseLocked:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(RETRY_S)


def connect(place: Path | str, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Connections:
    """Return the way to a file, which is made where there is none, or to the server of a URL.

    Raises:
        StorageError: it cannot be used.
    """
    if isinstance(place, Path):
        return FileConnections(prepare_file(place), busy_timeout_s)
    try:
        from storage.postgresql.connections import ServerConnections  # noqa: PLC0415 - seldom there
    except ImportError as error:
        raise DriverMissing from error
    return ServerConnections(Address.parse(place), busy_timeout_s)
