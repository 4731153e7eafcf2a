"""The texts of datasets: each once, on one side for ever."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from storage import schema
from storage.audit import note
from storage.errors import AlreadySettled
from storage.labelling.dataset_of_answer import of_answer
from storage.labelling.datasets import dataset_of
from storage.labelling.entering import (
    ComingText,
    enter,
    example_of,
    first_label,
    given_keys,
    sides,
)
from storage.labelling.last_words import LABEL_VOTE, label_vote, save_labels
from storage.labelling.learnable import learnable, withheld
from storage.labelling.settling import settle
from storage.labelling.votes_since import votes_since
from storage.records import (
    NO_LABEL,
    Added,
    Dataset,
    DatasetKind,
    Example,
    LabelVote,
    Learnable,
    NewAuditEntry,
    NewExample,
    Query,
    Settlement,
    Side,
    VotesSince,
    Withheld,
)
from storage.sql.connections import Connections

datasets, table, votes = schema.datasets, schema.examples, schema.votes

EXAMPLE = (
    *(table.c.id, table.c.dataset_id, table.c.text, table.c.side, table.c.source, table.c.user),
    *(table.c.settled, table.c.created_at, table.c.settled_by, table.c.settled_labels),
    table.c.settled_before,
)


class Examples:
    """What was gathered, with what people said of it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def learnable(self, community: str, dataset_id: int) -> Learnable:
        """What models may learn from, if it has a label; raises `NoSuchDataset`.

        Each text is spelled as one wrote it who lets models learn from it.
        """
        texts, newest = learnable(dataset_id)
        rows = await self._rows(community, dataset_id, texts)
        model = await self._rows(community, dataset_id, newest)
        return Learnable(dict(map(tuple, rows)), model[0].model if model else None)

    async def sides(self, query: Query, label: str) -> Mapping[Side, int]:
        """How many texts came with a label to each side, in the dataset of an answer.

        Where several may hold, "" counts those of which none did.
        """

        def count(connection: Connection) -> Mapping[Side, int]:
            dataset = of_answer(connection, query)
            if dataset is None:
                return {}
            is_none = query.kind is DatasetKind.MULTI and label == NO_LABEL
            key = NO_LABEL if is_none else dataset.key_of(label)
            return {} if key is None else sides(connection, dataset.id, key)

        return await self._connections.read(query.community, count)

    async def sides_of(self, community: str, dataset_id: int, key: str) -> Mapping[Side, int]:
        """The same, by the number of the dataset and the label's key; raises `NoSuchDataset`."""

        def count(connection: Connection) -> Mapping[Side, int]:
            dataset = dataset_of(connection, community, dataset_id)
            return sides(connection, dataset.id, key)

        return await self._connections.read(community, count)

    async def sizes(self, community: str) -> Mapping[int, int]:
        """How many texts each dataset of this community has, by its number."""
        statement = (
            select(table.c.dataset_id, func.count().label("texts"))
            .join(datasets, table.c.dataset_id == datasets.c.id)
            .where(datasets.c.community == community)
            .group_by(table.c.dataset_id)
        )
        rows = await self._connections.rows(community, statement)
        return {row.dataset_id: row.texts for row in rows}

    async def has(self, community: str, dataset_id: int, canonical: bytes) -> bool:
        """Tell whether a text is in a dataset; raises `NoSuchDataset`."""
        which = (table.c.dataset_id == dataset_id, table.c.canonical == canonical)
        return bool(await self._rows(community, dataset_id, select(table.c.id).where(*which)))

    async def add(self, example: NewExample) -> Added:
        """Put a text into a dataset, if it is not there yet, with what somebody says of it.

        Raises `NoSuchDataset`, `DatasetArchived` and `LabelGone`.
        """
        text = ComingText(
            *(example.text, example.canonical, example.group_key, example.source),
            *(example.user, example.side, example.fingerprint),
        )

        def put(connection: Connection) -> Added:
            dataset = dataset_of(connection, example.community, example.dataset_id)
            keys = given_keys(dataset, example.labels)
            number, is_new = enter(connection, dataset.id, text, first_label(keys))
            if keys is not None:
                whose = (number, example.user)
                is_moderator = example.is_moderator
                save_labels(connection, dataset, whose, keys, is_moderator=is_moderator)
            return Added(number, is_new)

        return await self._connections.write(example.community, put)

    async def get(self, community: str, example_id: int) -> tuple[Example, Dataset]:
        """A text and its dataset; raises `NoSuchExample`."""

        def look(connection: Connection) -> tuple[Example, Dataset]:
            row, dataset = example_of(connection, community, example_id)
            names = [column.name for column in EXAMPLE]
            return Example(**{name: getattr(row, name) for name in names}), dataset

        return await self._connections.read(community, look)

    async def all(
        self, community: str, dataset_id: int, numbers: Collection[int] | None = None
    ) -> Sequence[Example]:
        """The texts of a dataset, or some by their numbers, the oldest first.

        Raises `NoSuchDataset`.
        """
        statement = select(*EXAMPLE).where(table.c.dataset_id == dataset_id).order_by(table.c.id)
        if numbers is not None:
            statement = statement.where(table.c.id.in_(numbers))
        rows = await self._rows(community, dataset_id, statement)
        return await asyncio.to_thread(lambda: [Example(**schema.plain(row)) for row in rows])

    async def alike(self, community: str, dataset_id: int) -> Sequence[Sequence[int]]:
        """The numbers of texts that say nearly the same as others; raises `NoSuchDataset`."""
        of_dataset = table.c.dataset_id == dataset_id
        several = select(table.c.group_key).where(of_dataset).group_by(table.c.group_key)
        several = several.having(func.count() > 1)
        statement = (
            select(table.c.group_key, table.c.id)
            .where(of_dataset, table.c.group_key.in_(several))
            .order_by(table.c.id)
        )
        rows = await self._rows(community, dataset_id, statement)
        groups: dict[bytes, list[int]] = {}
        for row in rows:
            groups.setdefault(row.group_key, []).append(row.id)
        return list(groups.values())

    async def texts(self, community: str, dataset_id: int) -> Mapping[int, str]:
        """Only the texts, by their numbers; raises `NoSuchDataset`."""
        statement = select(table.c.id, table.c.text).where(table.c.dataset_id == dataset_id)
        rows = await self._rows(community, dataset_id, statement)
        return await asyncio.to_thread(lambda: {row.id: row.text for row in rows})

    async def label_votes(
        self, community: str, dataset_id: int, numbers: Collection[int] | None = None
    ) -> Sequence[LabelVote]:
        """What people say of the texts of a dataset, or of some; raises `NoSuchDataset`."""
        statement = (
            select(*LABEL_VOTE)
            .join(table, votes.c.example_id == table.c.id)
            .where(table.c.dataset_id == dataset_id)
            .order_by(votes.c.example_id, votes.c.voted_at, votes.c.user)
        )
        if numbers is not None:
            statement = statement.where(table.c.id.in_(numbers))
        rows = await self._rows(community, dataset_id, statement)
        return await asyncio.to_thread(lambda: [label_vote(**schema.plain(row)) for row in rows])

    async def votes_since(
        self, community: str, dataset_id: int, after: int | None = None
    ) -> VotesSince:
        """What has changed about the texts of a dataset and the votes on them since a change.

        Raises `NoSuchDataset`.
        """

        def look(connection: Connection) -> VotesSince:
            dataset = dataset_of(connection, community, dataset_id)
            return votes_since(connection, dataset, after)

        return await self._connections.read(community, look)

    async def judgements(
        self, query: Query, canonical: bytes
    ) -> tuple[Dataset, Example, Sequence[LabelVote]] | None:
        """What people say of one text in the dataset of an answer; None if it is not there."""

        def look(
            connection: Connection,
        ) -> tuple[Dataset, Example, Sequence[LabelVote]] | None:
            dataset = of_answer(connection, query)
            if dataset is None:
                return None
            which = (table.c.dataset_id == dataset.id, table.c.canonical == canonical)
            row = connection.execute(select(*EXAMPLE).where(*which)).one_or_none()
            if row is None:
                return None
            statement = select(*LABEL_VOTE).where(votes.c.example_id == row.id)
            said = connection.execute(statement.order_by(votes.c.voted_at, votes.c.user))
            told = [label_vote(**schema.plain(one)) for one in said]
            return dataset, Example(**schema.plain(row)), told

        return await self._connections.read(query.community, look)

    async def settle(
        self,
        community: str,
        example_id: int,
        settlement: Settlement,
        deed: NewAuditEntry | None = None,
        *,
        is_first: bool = False,
    ) -> Dataset:
        """Let moderators say what comes of a text; `is_first`: unless one of them has.

        Who takes that back lets hold again what others have settled before.

        Raises `NoSuchExample`, `DatasetArchived`, `LabelGone`, and `AlreadySettled`.
        """

        def put(connection: Connection) -> Dataset:
            row, dataset = example_of(connection, community, example_id)
            if is_first and row.settled is not None and row.settled_by != settlement.by:
                raise AlreadySettled(example_id=row.id, by=row.settled_by or "")
            now = settle(connection, row, dataset, settlement)
            changes = {"before": row.settled, "after": now.settled}
            of_labels = {
                "labels_before": _names(dataset, row.settled_labels),
                "labels_after": _names(dataset, now.labels),
            }
            note(connection, deed, example=row.id, name=dataset.name, **changes, **of_labels)
            return dataset

        return await self._connections.write(community, put)

    async def withheld(self, community: str, dataset_id: int) -> Withheld:
        """How many labelled texts are not learned from; raises `NoSuchDataset`."""
        (row,) = await self._rows(community, dataset_id, withheld(dataset_id))
        return Withheld(**schema.plain(row))

    async def _rows(
        self, community: str, dataset_id: int, statement: "Select[Any]"
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        def look(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
            dataset_of(connection, community, dataset_id)
            found = connection.execute(statement)
            return list(found)

        return await self._connections.read(community, look)


def _names(dataset: Dataset, keys: Sequence[str]) -> str:
    """What labels are called at this moment, as the audit keeps it."""
    return ", ".join(label.name for key in keys if (label := dataset.resolved(key)))
