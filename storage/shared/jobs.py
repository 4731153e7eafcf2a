"""Long work, each with a lease: whoever holds it carries the job, and anybody may watch it.

An owner gives a sign of life again and again. One that has not for longer than `ttl_s` is taken
for dead, and its lease is free. The clock for that is the database's.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from sqlalchemy import ColumnElement, Connection, Select, Update, insert, or_, select, update

from storage import schema
from storage.checkpoints.versions import add_version
from storage.errors import DatabaseUnavailable, JobRunning
from storage.records import Job, JobMessage, JobState, NewJob, NewVersion, Version
from storage.sql.connections import EVERYWHERE, Connections, Everywhere, Scope
from storage.sql.database_time import database_time
from storage.sql.group_commit import GroupCommit
from storage.sql.upserts import upsert

table = schema.jobs
messages, processes = schema.job_messages, schema.processes

NOT_ENDED = table.c.state.in_([JobState.RUNNING, JobState.CANCELLING])
_ASIDE = (table.c.plan, table.c.turn_at, table.c.has_turn)
COLUMNS = [column for column in table.c if column not in set(_ASIDE)]
"""Of a `Job`: the plan may be long, and holds what people wrote; turns are of `Turns`."""


class Jobs:
    """Keeps where each job stands. What has ended stays as it ended."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._beats = GroupCommit(connections, _beat_all)

    async def start(self, job: NewJob, owner: str, plan: Mapping[str, object] | None = None) -> Job:
        """Remember a job that its owner carries from now on; without a plan none can go on.

        Where the database went away it is looked for, by the moment at which it began: it may be
        kept all the same, and nobody else would carry it.

        Raises:
            JobRunning: one of this kind that has not ended is at the same.
        """
        whose = (table.c.community == job.community, table.c.kind == job.kind)
        unended = select(table.c.id).where(*whose, table.c.scope == job.scope, NOT_ENDED).limit(1)
        mine = {"owner": owner, "created_at": schema.now()}
        lease = {**mine, "heartbeat_at": database_time(), "plan": plan}
        added = insert(table).values(schema.values_of(job) | lease).returning(*COLUMNS)

        def add(connection: Connection) -> Job:
            if connection.scalar(unended):
                raise JobRunning(kind=job.kind)
            return Job(**schema.plain(connection.execute(added).one()))

        try:
            return await self._connections.write(job.community, add)
        except DatabaseUnavailable:
            are_mine = (table.c[name] == value for name, value in mine.items())
            if kept := await self._one(job.community, *whose, *are_mine):
                return kept
            raise

    async def claim(
        self, owner: str, platform: str, ttl_s: float, carried: Collection[int] = ()
    ) -> Job | None:
        """Take the lease of the oldest unended job of a platform that nobody carries.

        `carried`: what the owner does carry, however long it has been silent. Else it may have a
        lease and not know it, as the answer to a claim may be lost.
        """
        is_of_platform = table.c.community.startswith(f"{platform}:", autoescape=True)
        is_it = is_of_platform & table.c.id.not_in(carried)
        return await self._claim(owner, ttl_s, EVERYWHERE, is_it)

    async def claim_one(self, owner: str, community: str, job_id: int, ttl_s: float) -> Job | None:
        """Take the lease of one job of a community, if it has not ended and nobody carries it."""
        is_it = (table.c.community == community) & (table.c.id == job_id)
        return await self._claim(owner, ttl_s, community, is_it)

    async def plan(self, job_id: int, owner: str) -> Mapping[str, object] | None:
        """All that its owner needs to carry a job on."""
        statement = select(table.c.plan).where(table.c.id == job_id, table.c.owner == owner)
        plan: Mapping[str, object] | None = await self._connections.read(
            EVERYWHERE, lambda connection: connection.scalar(statement)
        )
        return plan

    async def beat(
        self, job_id: int, owner: str, progress: Mapping[str, object]
    ) -> JobState | None:
        """Give a sign of life, and return what has been asked; None: the lease is lost.

        Those who do so at once share a commit: fifty that wait are no fifty writes to the disk.
        """
        return await self._beats.add((job_id, owner, progress))

    async def release(self, job_id: int, owner: str, progress: Mapping[str, object]) -> None:
        """Give the lease back, for anybody to carry the job on."""
        nobodys = {"owner": None, "heartbeat_at": None, "has_turn": False}
        statement = _owned(job_id, owner).values(**nobodys, progress=progress)
        await self._connections.change(EVERYWHERE, statement)

    async def end(
        self,
        job_id: int,
        owner: str,
        state: JobState,
        metrics: Mapping[str, object] | None = None,
        reason: str | None = None,
        *,
        progress: Mapping[str, object] | None = None,
    ) -> bool:
        """Say how a job ended; false, and nothing changes, unless its owner says it first.

        Without progress, the last beat's stays.
        """
        statement = _ended(job_id, owner, state, metrics or {}, reason, progress)
        ended = await self._connections.change(EVERYWHERE, statement)
        return ended.rowcount == 1

    async def end_with_version(
        self,
        job_id: int,
        owner: str,
        version: NewVersion,
        metrics: Mapping[str, object],
        *,
        progress: Mapping[str, object] | None = None,
        may_answer: bool = True,
    ) -> Version | None:
        """End a job with the checkpoint that came of it: both are stored, or neither.

        Where nothing answers to its name yet, it does from now on if it may.
        """

        def end(connection: Connection) -> Version | None:
            done = _ended(job_id, owner, JobState.DONE, metrics, None, progress)
            ended = connection.execute(done)
            if ended.rowcount != 1:
                return None
            added = add_version(version, connection, may_answer=may_answer)
            with_number = {**metrics, "version": added.number}
            numbered = update(table).where(table.c.id == job_id).values(metrics=with_number)
            connection.execute(numbered)
            return added

        return await self._connections.write(version.community, end)

    async def cancel(self, community: str, job_id: int, reason: str | None = None) -> bool:
        """Ask a running job of this community to end, and say why; false: there is none to ask."""
        statement = (
            update(table)
            .where(table.c.id == job_id, table.c.community == community)
            .where(table.c.state == JobState.RUNNING)
            .values(state=JobState.CANCELLING, reason=reason)
        )
        marked = await self._connections.change(community, statement)
        return marked.rowcount == 1

    async def get(self, community: str, job_id: int) -> Job | None:
        """One job of this community."""
        return await self._one(community, table.c.id == job_id)

    async def recent(self, community: str, limit: int, kind: str | None = None) -> Sequence[Job]:
        """This community's last jobs, of one kind or of all, newest first."""
        statement = (
            select(*COLUMNS)
            .where(table.c.community == community)
            .order_by(table.c.id.desc())
            .limit(limit)
        )
        if kind is not None:
            statement = statement.where(table.c.kind == kind)
        rows = await self._connections.rows(community, statement)
        return [Job(**schema.plain(row)) for row in rows]

    async def unended(self, community: str, kind: str) -> Sequence[Job]:
        """This community's jobs of a kind that have not ended, whoever carries them."""
        whose = (table.c.community == community, table.c.kind == kind, NOT_ENDED)
        statement = select(*COLUMNS).where(*whose).order_by(table.c.id)
        rows = await self._connections.rows(community, statement)
        return [Job(**schema.plain(row)) for row in rows]

    async def untold(
        self, platform: str, teller: str, ttl_s: float, told_of: Collection[int] = ()
    ) -> Sequence[Job]:
        """A platform's jobs whose message does not tell their end yet, oldest first.

        Those of which no other process tells: `teller` does from now on.

        `told_of`: those of which it does already. It may not know that it has others, as the answer
        may be lost.
        """
        statement = _untold(platform, teller, ttl_s)

        def left(connection: Connection) -> Sequence[Job]:
            found = [Job(**schema.plain(row)) for row in connection.execute(statement)]
            return [job for job in found if job.id not in told_of]

        def take(connection: Connection) -> Sequence[Job]:
            jobs = left(connection)
            mine = update(messages).where(messages.c.job_id.in_([job.id for job in jobs]))
            connection.execute(mine.values(teller=teller))
            return jobs

        if await self._connections.read(EVERYWHERE, left):
            alone = Everywhere((f"tellers of {platform}",))
            return await self._connections.write(alone, take)
        return ()

    async def show_in(self, job_id: int, place: JobMessage, teller: str | None = None) -> None:
        """Remember where a job is told of, and by whom; the last place holds."""
        values = schema.values_of(place) | {"teller": teller}
        statement = upsert(messages).values(job_id=job_id, **values).or_update(["job_id"], values)
        await self._connections.change(EVERYWHERE, statement)

    async def shown_in(self, job_id: int) -> JobMessage | None:
        """Where a job is told of, if that was remembered."""
        statement = select(messages.c.channel, messages.c.message).where(
            messages.c.job_id == job_id
        )
        found = await self._connections.rows(EVERYWHERE, statement)
        row = found.one_or_none()
        return JobMessage(**schema.plain(row)) if row else None

    async def told(self, job_id: int) -> None:
        """Note that the message of a job tells its end; there is nothing to note before that."""
        statement = (
            update(messages)
            .where(
                messages.c.job_id.in_(select(table.c.id).where(table.c.id == job_id, ~NOT_ENDED))
            )
            .values(is_told=True)
        )
        await self._connections.change(EVERYWHERE, statement)

    async def _one(self, community: str, *which: ColumnElement[bool]) -> Job | None:
        statement = select(*COLUMNS).where(table.c.community == community, *which)
        found = await self._connections.rows(community, statement)
        row = found.one_or_none()
        return Job(**schema.plain(row)) if row else None

    async def _claim(
        self, owner: str, ttl_s: float, scope: Scope, whose: ColumnElement[bool]
    ) -> Job | None:
        return await self._connections.write(scope, partial(_claimed, owner, ttl_s, whose))


def _untold(platform: str, teller: str, ttl_s: float) -> Select[tuple[object, ...]]:
    is_alive = processes.c.beat_at > database_time(-ttl_s)
    told_by = (processes.c.id == messages.c.teller) & is_alive
    return (
        select(*COLUMNS)
        .join(messages, messages.c.job_id == table.c.id)
        .outerjoin(processes, told_by)
        .where(table.c.community.startswith(f"{platform}:", autoescape=True))
        .where(or_(NOT_ENDED, messages.c.is_told.is_(False)))
        .where(or_(processes.c.id.is_(None), messages.c.teller == teller))
        .order_by(table.c.id)
    )


_Beat = tuple[int, str, Mapping[str, object]]


def _beat_all(connection: Connection, beats: Sequence[_Beat]) -> Sequence[JobState | None]:
    states: list[JobState | None] = []
    for job_id, owner, progress in beats:
        alive = _owned(job_id, owner).values(heartbeat_at=database_time(), progress=progress)
        states.append(connection.scalar(alive.returning(table.c.state)))
    return states


def _claimed(
    owner: str, ttl_s: float, whose: ColumnElement[bool], connection: Connection
) -> Job | None:
    """Take the first free lease, in one statement: of two who try at once, one finds it taken."""
    is_silent = table.c.heartbeat_at <= database_time(-ttl_s)
    is_free = or_(table.c.owner.is_(None), is_silent)
    oldest = (table.c.turn_at.is_(None), table.c.id)  # what had begun goes before what waited
    first = select(table.c.id).where(whose, NOT_ENDED, is_free).order_by(*oldest).limit(1)
    first = first.with_for_update(skip_locked=True)  # of a server; a file is written by one
    statement = (
        update(table)
        .where(table.c.id == first.scalar_subquery())
        .values(
            owner=owner,
            heartbeat_at=database_time(),
            attempt=table.c.attempt + 1,
            has_turn=False,
        )
        .returning(*COLUMNS)
    )
    row = connection.execute(statement).one_or_none()
    return Job(**schema.plain(row)) if row else None


def _owned(job_id: int, owner: str) -> Update:
    return update(table).where(table.c.id == job_id, table.c.owner == owner, NOT_ENDED)


def _ended(
    job_id: int,
    owner: str,
    state: JobState,
    metrics: Mapping[str, object],
    reason: str | None,
    progress: Mapping[str, object] | None,
) -> Update:
    """Its plan goes with its end: nobody needs what people wrote any more.

    Why it is cancelled, whoever asked for it has said already.
    """
    ended = _owned(job_id, owner).values(
        state=state, metrics=metrics, ended_at=schema.now(), plan=None
    )
    if reason is not None or state is not JobState.CANCELLED:
        ended = ended.values(reason=reason)
    return ended if progress is None else ended.values(progress=progress)
