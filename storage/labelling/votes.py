"""What people said of answers, and so of the texts that were asked."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.errors import NoSuchQuery
from storage.labelling.datasets import with_labels
from storage.labelling.entering import (
    FROM_AN_ANSWER,
    ComingText,
    enter,
    example_of,
    given_keys,
    put_on_a_side,
)
from storage.labelling.last_words import keep_last_word, save_labels
from storage.records import Dataset, Feedback, NewLabelVote, NewVote, Verdict
from storage.sqlite.connections import Connections

queries, feedback, feedback_history = schema.queries, schema.feedback, schema.feedback_history
history = schema.votes_history


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

    async def label(self, given: NewLabelVote) -> Dataset:
        """Take the labels that somebody gives a text in place of their last; returns its dataset.

        Raises `NoSuchExample`, `DatasetArchived` and `LabelGone`.
        """

        async def take(connection: AsyncConnection) -> Dataset:
            example, dataset = await example_of(connection, given.community, given.example_id)
            keys = given_keys(dataset, given.labels)
            if keys:
                await put_on_a_side(connection, example, keys[0], given.side)
            whose = (example.id, given.user)
            is_moderator, arm = given.is_moderator, given.arm
            await save_labels(connection, dataset, whose, keys, is_moderator=is_moderator, arm=arm)
            return dataset

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
    key = said.label and dataset.key_of(said.label)
    text = ComingText(
        text=query.text,
        canonical=vote.canonical,
        group_key=vote.group_key,
        source=FROM_AN_ANSWER,
        user=query.user,
        side=vote.side,
        fingerprint=vote.fingerprint,
        query_id=query.id,
    )
    example_id, _ = await enter(connection, dataset.id, text, key)
    await connection.execute(
        insert(history).values(
            example_id=example_id,
            user=said.user,
            verdict=said.verdict,
            label=key or said.label,
            is_anchored=True,  # they had the model's answer before them
            is_moderator=vote.is_moderator,
            query_id=said.query_id,
            voted_at=said.updated_at,
        )
    )
    await keep_last_word(connection, example_id, said.user, dataset.labels)
