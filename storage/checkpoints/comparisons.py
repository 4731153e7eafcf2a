"""Two versions compared by people: on which texts they differ, and whose answer is right there."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, insert, or_, select, update

from storage import schema
from storage.audit import note
from storage.errors import ComparisonRunning
from storage.labelling.datasets import dataset_of
from storage.labelling.examples import EXAMPLE
from storage.notices import keep
from storage.records import (
    ComparedText,
    Comparison,
    ComparisonState,
    Example,
    NewAuditEntry,
    NewComparedText,
    NewComparison,
    NewNotice,
    Preferred,
    Tallied,
)
from storage.sql.connections import Connections
from storage.sql.database_time import database_time
from storage.sql.read_cache import ReadCache
from storage.sql.upserts import upsert

table, texts, examples = schema.comparisons, schema.compared_texts, schema.examples

KEPT_S = 2.0
HELD = timedelta(minutes=10)
"""Whoever is shown a text has it for so long, by the database's clock."""


class Comparisons:
    """What runs, what was judged, and what came of it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._cache = ReadCache(connections, self._running, KEPT_S)

    async def start(
        self, comparison: NewComparison, deed: NewAuditEntry | None = None
    ) -> Comparison:
        """Begin one; raises `ComparisonRunning` if the dataset has one, and `NoSuchDataset`."""
        running = select(table.c.id).where(
            table.c.dataset_id == comparison.dataset_id, _is_running(comparison.community)
        )
        made = insert(table).values(schema.values_of(comparison)).returning(table)

        def begin(connection: Connection) -> Comparison:
            dataset = dataset_of(connection, comparison.community, comparison.dataset_id)
            if connection.scalar(running):
                raise ComparisonRunning(name=dataset.name)
            note(connection, deed)
            return Comparison(**schema.plain(connection.execute(made).one()))

        try:
            return await self._connections.write(comparison.community, begin)
        finally:
            self._cache.forget(comparison.community)

    async def all(self, community: str) -> Sequence[Comparison]:
        """Those of this community, the newest first."""
        return await self._all(community, table.c.community == community)

    async def running(self, community: str) -> Sequence[Comparison]:
        """Those that run here, from memory: every answer asks for them.

        What begins or ends in another process is known after a moment.
        """
        return await self._cache.get(community)

    async def compared(
        self,
        community: str,
        comparison_id: int,
        count: int,
        differing: Sequence[NewComparedText],
        upto: int | None = None,
    ) -> None:
        """Take note that both were asked of so many texts, and on which they differ.

        Args:
            community: whose comparison it is.
            comparison_id: which one.
            count: of how many texts.
            differing: those on which they differ.
            upto: the number of the last of them, where they are the dataset's, in order.
        """
        counts = {"compared": table.c.compared + count}
        if upto is not None:
            is_behind = table.c.asked_upto < upto
            counts["asked_upto"] = case((is_behind, upto), else_=table.c.asked_upto)
        counted = (
            update(table).where(table.c.id == comparison_id, _is_running(community)).values(counts)
        )

        def put(connection: Connection) -> None:
            if not connection.execute(counted).rowcount:
                return
            for one in differing:
                which = (examples.c.id == one.example_id, table.c.id == comparison_id)
                if connection.scalar(_of_its_dataset().where(*which)):
                    row = upsert(texts).values(comparison_id=comparison_id, **schema.values_of(one))
                    connection.execute(row.or_nothing())

        await self._connections.write(community, put)

    async def next(
        self, community: str, comparison_id: int, user: str, most: int | None
    ) -> ComparedText | None:
        """A text that nobody has judged, for somebody to judge, who alone has it for a while.

        None: there is none, or they have judged as many as `most`.
        """
        judged = select(func.count()).where(
            texts.c.comparison_id == comparison_id,
            texts.c.user == user,
            texts.c.preferred.is_not(None),
        )

        def take(connection: Connection) -> ComparedText | None:
            if most is not None and int(connection.scalar(judged) or 0) >= most:
                return None
            found = connection.execute(_unjudged(community, comparison_id, user))
            row = found.one_or_none()
            if row is None:
                return None
            held = {"user": user, "shown_at": database_time()}
            which = _is(comparison_id, row.id)
            connection.execute(update(texts).where(which).values(held))
            return _compared(row)

        return await self._connections.write(community, take)

    async def meant(
        self, community: str, comparison_id: int, example_id: int, choice: str
    ) -> Preferred | None:
        """Whose answer stands at a place, `first` or `second`, of what somebody was shown."""
        statement = (
            select(texts.c.is_new_first)
            .join(table, texts.c.comparison_id == table.c.id)
            .where(table.c.community == community, _is(comparison_id, example_id))
        )
        is_new_first = await self._connections.read(
            community, lambda connection: connection.scalar(statement)
        )
        if is_new_first is None:
            return None
        places = {"first": Preferred.NEW, "second": Preferred.LIVE}
        if not is_new_first:
            places = {"first": Preferred.LIVE, "second": Preferred.NEW}
        return places.get(choice, Preferred.NEITHER)

    async def judge(
        self, community: str, comparison_id: int, example_id: int, user: str, preferred: Preferred
    ) -> bool:
        """Keep what somebody found; false where it runs no more, or somebody was quicker."""
        here = select(table.c.id).where(table.c.id == comparison_id, _is_running(community))
        statement = (
            update(texts)
            .where(_is(comparison_id, example_id), texts.c.comparison_id.in_(here))
            .where(texts.c.preferred.is_(None))
            .where(or_(texts.c.user == user, texts.c.user.is_(None)))
            .values(user=user, preferred=preferred, judged_at=database_time())
        )
        kept = await self._connections.change(community, statement)
        return kept.rowcount == 1

    async def skip(self, community: str, comparison_id: int, example_id: int, user: str) -> None:
        """Give a text back that somebody does not want to judge."""
        here = select(table.c.id).where(table.c.id == comparison_id, _is_running(community))
        statement = (
            update(texts)
            .where(_is(comparison_id, example_id), texts.c.comparison_id.in_(here))
            .where(texts.c.preferred.is_(None), texts.c.user == user)
            .values(user=None, shown_at=database_time())
        )
        await self._connections.change(community, statement)

    async def tally(self, community: str, comparison_id: int, first: int | None = None) -> Tallied:
        """Return what people found, or what the first so many judgements were."""
        statement = (
            select(texts.c.preferred)
            .join(table, texts.c.comparison_id == table.c.id)
            .where(table.c.community == community, table.c.id == comparison_id)
            .order_by(texts.c.judged_at, texts.c.example_id)
        )
        rows = await self._connections.rows(community, statement)
        every = list(rows.scalars())
        said = [one for one in every if one is not None][:first]
        new, live, neither = (
            said.count(each) for each in (Preferred.NEW, Preferred.LIVE, Preferred.NEITHER)
        )
        return Tallied(new, live, neither, len(every))

    async def say(self, community: str, comparison_id: int, verdict: Mapping[str, Any]) -> None:
        """Keep the gate's word on one that goes on."""
        statement = (
            update(table)
            .where(table.c.id == comparison_id, _is_running(community))
            .values(verdict=dict(verdict))
        )
        await self._connections.change(community, statement)

    async def end(
        self,
        community: str,
        comparison_id: int,
        state: ComparisonState,
        verdict: Mapping[str, Any] | None = None,
        notice: NewNotice | None = None,
        deed: NewAuditEntry | None = None,
    ) -> bool:
        """End one, and tell admins if there is something to tell; false where it has ended."""
        values: dict[str, Any] = {"state": state, "ended_at": schema.now()}
        if verdict is not None:
            values["verdict"] = dict(verdict)
        statement = (
            update(table).where(table.c.id == comparison_id, _is_running(community)).values(values)
        )

        def end(connection: Connection) -> bool:
            if not connection.execute(statement).rowcount:
                return False
            if notice:
                keep(connection, notice)
            note(connection, deed)
            return True

        try:
            return await self._connections.write(community, end)
        finally:
            self._cache.forget(community)

    async def _running(self, community: str) -> Sequence[Comparison]:
        return await self._all(community, _is_running(community))

    async def _all(self, community: str, which: ColumnElement[bool]) -> Sequence[Comparison]:
        statement = select(table).where(which).order_by(table.c.id.desc())
        rows = await self._connections.rows(community, statement)
        return [Comparison(**schema.plain(row)) for row in rows]


def _of_its_dataset() -> Any:  # noqa: ANN401 - a Select
    return select(examples.c.id).join(table, table.c.dataset_id == examples.c.dataset_id)


def _is_running(community: str) -> ColumnElement[bool]:
    return and_(table.c.community == community, table.c.state == ComparisonState.RUNNING)


def _is(comparison_id: int, example_id: int) -> ColumnElement[bool]:
    return and_(texts.c.comparison_id == comparison_id, texts.c.example_id == example_id)


def _unjudged(community: str, comparison_id: int, user: str) -> Any:  # noqa: ANN401 - a Select
    """What they were shown last, else what nobody has been shown, else what nobody has any more."""
    is_over = texts.c.shown_at < database_time(-HELD.total_seconds())
    is_free = or_(texts.c.user.is_(None), is_over)
    is_theirs = texts.c.user == user
    return (
        select(*EXAMPLE, texts.c.live_label, texts.c.new_label, texts.c.is_new_first)
        .join(texts, texts.c.example_id == examples.c.id)
        .join(table, texts.c.comparison_id == table.c.id)
        .where(table.c.id == comparison_id, _is_running(community))
        .where(texts.c.preferred.is_(None), or_(is_theirs, is_free), examples.c.settled.is_(None))
        .order_by((~func.coalesce(is_theirs, False)), texts.c.shown_at.nulls_first(), examples.c.id)
        .limit(1)
    )


def _compared(row: Any) -> ComparedText:  # noqa: ANN401 - a Row of the columns above
    example = Example(**{column.name: getattr(row, column.name) for column in EXAMPLE})
    return ComparedText(example, row.live_label, row.new_label, row.is_new_first)
