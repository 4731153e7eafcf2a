"""Long work, with the process that owns it, so that a crash can be told from work under way."""

from collections.abc import Sequence

import psutil
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.connections import Connections
from storage.errors import JobRunning, StorageError
from storage.records import Job, JobMessage, JobState, NewJob

table = schema.jobs
messages = schema.job_messages

NOT_ENDED = table.c.state.in_([JobState.RUNNING, JobState.CANCELLING])

# The clock may be set while a job runs, which moves the start that the system reports. A number
# that is given to another process within a minute of the first one's start is far less likely.
START_TOLERANCE_S = 60.0


class Jobs:
    """Keeps where each job stands. What has ended stays as it ended."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def start(self, job: NewJob) -> int:
        """Remember a job that runs from now on.

        Raises:
            JobRunning: the community has one of this kind that has not ended.
        """
        unended = select(table.c.id).where(
            table.c.community == job.community, table.c.kind == job.kind, NOT_ENDED
        )
        added = insert(table).values(schema.values_of(job)).returning(table.c.id)

        async def add(connection: AsyncConnection) -> int:
            if await connection.scalar(unended):
                raise JobRunning(kind=job.kind)
            return int((await connection.execute(added)).scalar_one())

        return await self._connections.write(add)

    async def end(
        self,
        job_id: int,
        state: JobState,
        metrics: dict[str, object] | None = None,
        reason: str | None = None,
    ) -> None:
        """Say how a job ended, unless that has been said."""
        statement = (
            update(table)
            .where(table.c.id == job_id, NOT_ENDED)
            .values(state=state, metrics=metrics or {}, reason=reason, ended_at=schema.now())
        )
        await self._connections.write(lambda connection: connection.execute(statement))

    async def ask_to_cancel(self, community: str, job_id: int) -> bool:
        """Mark a running job of this community; false if there is none to mark."""
        statement = (
            update(table)
            .where(table.c.id == job_id, table.c.community == community)
            .where(table.c.state == JobState.RUNNING)
            .values(state=JobState.CANCELLING)
        )
        marked = await self._connections.write(lambda connection: connection.execute(statement))
        return marked.rowcount == 1

    async def state(self, job_id: int) -> JobState:
        """Where a job stands, for its owner to watch."""
        statement = select(table.c.state).where(table.c.id == job_id)
        state: JobState | None = await self._connections.read(
            lambda connection: connection.scalar(statement)
        )
        if state is None:
            raise StorageError(job_id=job_id)
        return state

    async def get(self, community: str, job_id: int) -> Job | None:
        """This community's job of that number."""
        statement = select(table).where(table.c.id == job_id, table.c.community == community)
        found = await self._connections.read(lambda connection: connection.execute(statement))
        row = found.one_or_none()
        return Job(**schema.plain(row)) if row else None

    async def recent(self, community: str, kind: str, limit: int) -> Sequence[Job]:
        """This community's last jobs of one kind, newest first."""
        statement = (
            select(table)
            .where(table.c.community == community, table.c.kind == kind)
            .order_by(table.c.id.desc())
            .limit(limit)
        )
        rows = await self._connections.read(lambda connection: connection.execute(statement))
        return [Job(**schema.plain(row)) for row in rows]

    async def interrupt_dead(self, community: str) -> Sequence[Job]:
        """Mark a community's jobs whose owners are gone; each is returned to one caller only."""
        return await self._interrupt_dead(table.c.community == community)

    async def interrupt_dead_of(self, platform: str) -> Sequence[Job]:
        """The same for all communities of a platform, whose ids begin with `<platform>:`."""
        return await self._interrupt_dead(
            table.c.community.startswith(f"{platform}:", autoescape=True)
        )

    async def show_in(self, job_id: int, place: JobMessage) -> None:
        """Remember where a job is told of; the last place holds."""
        values = schema.values_of(place)
        statement = (
            insert(messages)
            .values(job_id=job_id, **values)
            .on_conflict_do_update(index_elements=["job_id"], set_=values)
        )
        await self._connections.write(lambda connection: connection.execute(statement))

    async def shown_in(self, job_id: int) -> JobMessage | None:
        """Where a job is told of, if that was remembered."""
        statement = select(messages.c.channel, messages.c.message).where(
            messages.c.job_id == job_id
        )
        found = await self._connections.read(lambda connection: connection.execute(statement))
        row = found.one_or_none()
        return JobMessage(**schema.plain(row)) if row else None

    async def _interrupt_dead(self, whose: ColumnElement[bool]) -> Sequence[Job]:
        statement = select(table).where(whose, NOT_ENDED)
        rows = await self._connections.read(lambda connection: connection.execute(statement))
        dead = [row.id for row in rows if not is_running(row.pid, row.process_started_at)]
        return await self._interrupt(dead) if dead else []

    async def _interrupt(self, job_ids: Sequence[int]) -> Sequence[Job]:
        statement = (
            update(table)
            .where(table.c.id.in_(job_ids), NOT_ENDED)
            .values(state=JobState.INTERRUPTED, ended_at=schema.now())
            .returning(table)
        )
        rows = await self._connections.write(lambda connection: connection.execute(statement))
        return sorted((Job(**schema.plain(row)) for row in rows), key=lambda job: job.id)


def is_running(pid: int, started_at: float) -> bool:
    """Whether that very process lives: a number alone is soon given to another."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False  # dead, and merely not collected by its parent
        return abs(process.create_time() - started_at) <= START_TOLERANCE_S
    except psutil.NoSuchProcess:
        return False
