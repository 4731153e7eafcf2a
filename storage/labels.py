"""What people said of the answers."""

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy import Exists, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.connections import Connections
from storage.consensus import Vote, settle
from storage.errors import NoSuchQuery
from storage.records import Feedback, LabelPool, Verdict

queries, feedback, history = schema.queries, schema.feedback, schema.feedback_history
choices = schema.choices

VOTE = (
    *(feedback.c.query_id, feedback.c.user, feedback.c.label),
    (feedback.c.verdict == Verdict.RIGHT).label("is_right"),
    *(queries.c.text, queries.c.label_set, queries.c.model),
)


class Labels:
    """Keeps each user's last word on an answer, and every word before it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def vote(
        self, community: str, query_id: int, user: str, verdict: Verdict, label: str | None
    ) -> Feedback:
        """Take somebody's verdict in place of their last; raises `NoSuchQuery`."""

        async def take(connection: AsyncConnection) -> Feedback:
            result = await _result_of(connection, community, query_id)
            told = _label_told(verdict, label, result)
            voted = Feedback(query_id, user, verdict, told, schema.now())
            await _save(connection, voted)
            return voted

        return await self._connections.write(take)

    async def get(self, community: str, query_id: int, user: str) -> Feedback | None:
        """What somebody last said of an answer."""
        statement = (
            select(feedback)
            .join(queries)
            .where(queries.c.community == community)
            .where(feedback.c.query_id == query_id, feedback.c.user == user)
        )
        found = await self._connections.read(lambda connection: connection.execute(statement))
        row = found.one_or_none()
        return Feedback(**schema.plain(row)) if row else None

    async def pools(self, community: str) -> Sequence[LabelPool]:
        """The gold of each label set in this community, the largest pool first."""
        statement = (
            select(*VOTE)
            .join(queries)
            .where(queries.c.community == community, feedback.c.verdict != Verdict.UNDONE)
            .where(~_asked_not_to_learn())
            .order_by(feedback.c.updated_at, feedback.c.query_id)
        )
        rows = await self._connections.read(lambda connection: connection.execute(statement))
        # Tens of thousands of votes take long enough to be felt by everybody else.
        return await asyncio.to_thread(lambda: settle(Vote(**schema.plain(row)) for row in rows))


def _asked_not_to_learn() -> Exists:
    """Whether the one who asked a question wants no model to learn from it."""
    return (
        select(choices)
        .where(
            choices.c.community == queries.c.community,
            choices.c.user == queries.c.user,
            choices.c.may_train.is_(False),
        )
        .exists()
    )


async def _result_of(
    connection: AsyncConnection, community: str, query_id: int
) -> Mapping[str, object]:
    statement = select(queries.c.result).where(
        queries.c.community == community, queries.c.id == query_id
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise NoSuchQuery(query_id=query_id)
    result: Mapping[str, object] = row.result
    return result


def _label_told(verdict: Verdict, label: str | None, result: Mapping[str, object]) -> str | None:
    """What the verdict says is right. RIGHT alone means the answer's own best label."""
    if verdict is Verdict.UNDONE:
        return None
    if label is not None or verdict is not Verdict.RIGHT:
        return label
    match result.get("labels"):
        case [str(best), *_]:
            return best
    return None


async def _save(connection: AsyncConnection, voted: Feedback) -> None:
    values = schema.values_of(voted)
    change = {name: values[name] for name in ("verdict", "label", "updated_at")}
    row = upsert(feedback).values(values)
    await connection.execute(row.on_conflict_do_update(set_=change))
    await connection.execute(insert(history).values(values))
