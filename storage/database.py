"""The memory in one file: opens it, brings it up to date, and holds its parts."""

import asyncio
import time
from pathlib import Path
from typing import Self

from storage.choices import PersonalChoices
from storage.connections import Connections, prepare_file
from storage.datasets import Datasets
from storage.drafts import Drafts
from storage.errors import DatabaseLocked
from storage.examples import Examples
from storage.jobs import Jobs
from storage.live_versions import LiveVersions
from storage.migrations import migrate
from storage.queries import Queries
from storage.seen_events import SeenEvents
from storage.settings import CommunitySettings
from storage.versions import Versions
from storage.votes import Votes

BUSY_TIMEOUT_S = 5.0
RETRY_S = 0.02


class Database:
    """What `handlers.services.Storage` asks for."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.queries = Queries(connections)
        self.datasets = Datasets(connections)
        self.examples = Examples(connections)
        self.votes = Votes(connections)
        self.drafts = Drafts(connections)
        self.jobs = Jobs(connections)
        self.versions = Versions(connections)
        self.live_versions = LiveVersions(connections)
        self.choices = PersonalChoices(connections)
        self.settings = CommunitySettings(connections)
        self.seen_events = SeenEvents(connections)

    @classmethod
    async def open(cls, path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """Create or migrate the file and open it; `close` it in the end."""
        connections = Connections(prepare_file(path), busy_timeout_s)
        try:
            await _migrate_in_turn(connections)
        except BaseException:
            await connections.close()
            raise
        return cls(connections)

    async def close(self) -> None:
        """Finish what is under way, and give the file back."""
        await self._connections.close()


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
