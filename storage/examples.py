"""The texts of datasets: each once, on one side for ever."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.connections import Connections
from storage.datasets import all_of
from storage.records import CountedVote, NewVote, Side

datasets, table, votes = schema.datasets, schema.examples, schema.votes
queries, choices = schema.queries, schema.choices

FROM_AN_ANSWER = "answer"

# The text is the question's own: whoever asked first may want no model to learn from theirs.
COUNTED_VOTE = (
    *(table.c.dataset_id, table.c.id.label("example_id"), queries.c.text, table.c.side),
    *(votes.c.user, votes.c.label, votes.c.is_anchored, votes.c.is_moderator, votes.c.arm),
    *(votes.c.query_id, queries.c.model),
)


class Examples:
    """What was gathered, with what people said of it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def counted_votes(self, community: str) -> Sequence[CountedVote]:
        """Every label that models may learn from here, by the number of its question."""
        statement = (
            select(*COUNTED_VOTE)
            .join(datasets, table.c.dataset_id == datasets.c.id)
            .join(votes, votes.c.example_id == table.c.id)
            .join(queries, votes.c.query_id == queries.c.id)
            .where(datasets.c.community == community, votes.c.label.is_not(None))
            .where(~_asked_not_to_learn())
            .order_by(votes.c.query_id, votes.c.user)
        )
        rows = await self._connections.read(lambda connection: connection.execute(statement))
        # Tens of thousands of votes take long enough to be felt by everybody else.
        return await asyncio.to_thread(lambda: [CountedVote(**schema.plain(row)) for row in rows])

    async def sides(self, community: str, labels: Sequence[str], label: str) -> Mapping[Side, int]:
        """How many texts came with a label to each side, in the dataset of these labels."""

        async def count(connection: AsyncConnection) -> Mapping[Side, int]:
            found = {tuple(sorted(one.labels)): one for one in await all_of(connection, community)}
            dataset = found.get(tuple(sorted(labels)))
            if dataset is None:
                return {}
            statement = (
                select(table.c.side, func.count().label("texts"))
                .where(table.c.dataset_id == dataset.id, table.c.label_at_entry == label)
                .group_by(table.c.side)
            )
            return {row.side: row.texts for row in await connection.execute(statement)}

        return await self._connections.read(count)


async def enter(
    connection: AsyncConnection,
    dataset_id: int,
    vote: NewVote,
    query: Row[Any],
    label: str | None,
) -> int:
    """The number of a judged text, which is made if it is new.

    With its first label it goes where its group is, else to the side that the vote says; there it
    stays for ever.
    """
    found = await connection.execute(
        select(table.c.id, table.c.side).where(
            table.c.dataset_id == dataset_id, table.c.canonical == vote.canonical
        )
    )
    row = found.one_or_none()
    entry: dict[str, object] = {}
    if label is not None and (row is None or row.side is None):
        side = await _side_of_group(connection, dataset_id, vote.group_key) or vote.side
        entry = {"side": side, "label_at_entry": label}
    if row is None:
        return await _insert(connection, dataset_id, vote, query, entry)
    if entry:
        await connection.execute(update(table).where(table.c.id == row.id).values(entry))
    return int(row.id)


async def _insert(
    connection: AsyncConnection,
    dataset_id: int,
    vote: NewVote,
    query: Row[Any],
    entry: Mapping[str, object],
) -> int:
    statement = insert(table).values(
        dataset_id=dataset_id,
        text=query.text,
        canonical=vote.canonical,
        group_key=vote.group_key,
        source=FROM_AN_ANSWER,
        query_id=query.id,
        user=query.user,
        **entry,
    )
    example_id: int = (await connection.execute(statement.returning(table.c.id))).scalar_one()
    return example_id


async def _side_of_group(
    connection: AsyncConnection, dataset_id: int, group_key: bytes
) -> Side | None:
    statement = (
        select(table.c.side)
        .where(table.c.dataset_id == dataset_id, table.c.group_key == group_key)
        .where(table.c.side.is_not(None))
        .limit(1)
    )
    side: Side | None = await connection.scalar(statement)
    return side


def _asked_not_to_learn() -> ColumnElement[bool]:
    """Whether the one who asked a question wants no model to learn from it."""
    whose = and_(choices.c.community == datasets.c.community, choices.c.user == queries.c.user)
    return select(choices).where(whose, choices.c.may_train.is_(False)).exists()
