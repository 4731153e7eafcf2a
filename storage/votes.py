"""What people said of answers, and so of the texts that were asked."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.connections import Connections
from storage.datasets import with_labels
from storage.errors import NoSuchQuery
from storage.examples import enter
from storage.records import Feedback, NewVote, Verdict

queries, feedback, feedback_history = schema.queries, schema.feedback, schema.feedback_history
table, history = schema.votes, schema.votes_history


class Votes:
    """Keeps each user's last word on an answer and on its text, and every word before it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def cast(self, vote: NewVote) -> Feedback:
        """Take somebody's verdict in place of their last; raises `NoSuchQuery`.

        An answer that chose one of several labels makes its text an example of their dataset.
        """

        async def take(connection: AsyncConnection) -> Feedback:
            query = await _query(connection, vote)
            told = _label_told(vote.verdict, vote.label, query.result)
            said = Feedback(vote.query_id, vote.user, vote.verdict, told, schema.now())
            await _save(connection, said)
            if query.label_set:
                await _count(connection, vote, query, said)
            return said

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


async def _query(connection: AsyncConnection, vote: NewVote) -> Row[Any]:
    statement = select(queries).where(
        queries.c.community == vote.community, queries.c.id == vote.query_id
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise NoSuchQuery(query_id=vote.query_id)
    return row


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


async def _save(connection: AsyncConnection, said: Feedback) -> None:
    values = schema.values_of(said)
    change = {name: values[name] for name in ("verdict", "label", "updated_at")}
    row = upsert(feedback).values(values)
    await connection.execute(row.on_conflict_do_update(set_=change))
    await connection.execute(insert(feedback_history).values(values))


async def _count(
    connection: AsyncConnection, vote: NewVote, query: Row[Any], said: Feedback
) -> None:
    dataset = await with_labels(connection, vote.community, query.label_set, vote.dataset)
    label = said.label if said.label in dataset.labels else None
    example_id = await enter(connection, dataset.id, vote, query, label)
    await connection.execute(
        insert(history).values(
            example_id=example_id,
            user=said.user,
            verdict=said.verdict,
            label=said.label,
            is_anchored=True,  # they had the model's answer before them
            is_moderator=vote.is_moderator,
            query_id=said.query_id,
            voted_at=said.updated_at,
        )
    )
    await _keep_last_word(connection, example_id, said.user, dataset.labels)


async def _keep_last_word(
    connection: AsyncConnection, example_id: int, user: str, labels: Collection[str]
) -> None:
    statement = select(history).where(history.c.example_id == example_id, history.c.user == user)
    word = last_word((await connection.execute(statement.order_by(history.c.id))).all(), labels)
    if word is None:
        whose = (table.c.example_id == example_id, table.c.user == user)
        await connection.execute(delete(table).where(*whose))
        return
    names = ("label", "is_anchored", "query_id", "voted_at", "is_moderator", "arm")
    change = {name: getattr(word, name) for name in names}
    row = upsert(table).values(example_id=example_id, user=user, **change)
    await connection.execute(row.on_conflict_do_update(set_=change))


def last_word(said: Iterable[Row[Any]], labels: Collection[str]) -> Row[Any] | None:
    """Which of somebody's words on one text holds, of all in their order; None if none is left.

    Of each answer the last counts, unless it was taken back or names none of the labels; of all
    answers the last that names a label. A bare WRONG takes back a RIGHT.
    """
    by_answer: dict[int, Row[Any]] = {}
    for one in said:
        by_answer.pop(one.query_id, None)
        by_answer[one.query_id] = one
    word: Row[Any] | None = None
    for one in by_answer.values():
        if one.verdict is Verdict.UNDONE or (one.label is not None and one.label not in labels):
            continue
        if one.label is not None or word is None or word.verdict is Verdict.RIGHT:
            word = one
    return word
