"""Who is shown which text, so that no two people are asked the same without need.

Whoever is shown a text has it for some minutes, by the database's clock: machines whose own are
apart agree on it. After that it is offered to others as well, and still theirs to come back to
until one of those has it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, select

from storage import schema
from storage.errors import DatasetArchived
from storage.labelling.datasets import dataset_of
from storage.labelling.entering import example_of
from storage.labelling.examples import EXAMPLE
from storage.labelling.free_offers import IS_HELD, first_free, free_of
from storage.labelling.votes import take_labels
from storage.records import (
    CARD_HELD_S,
    Answered,
    Arm,
    Card,
    CardState,
    Dataset,
    Example,
    NewCard,
    NewLabelVote,
    Offer,
    Side,
)
from storage.sql.connections import Connections
from storage.sql.database_time import database_time
from storage.sql.group_commit import GroupCommit
from storage.sql.prepared import Prepared
from storage.sql.upserts import upsert

table, examples, votes = schema.label_cards, schema.examples, schema.votes

SITTING = timedelta(hours=1)
"""Whoever comes back later does not remember what they said last."""

_NEW = (Arm.MARGIN, Arm.RANDOM)
_MANY = 1_000_000

_SHOWN = Prepared(
    select(table.c.example_id, table.c.arm, IS_HELD.label("is_held"))
    .where(
        table.c.dataset_id == bindparam("of"),
        table.c.user == bindparam("whose"),
        table.c.state == CardState.SHOWN,
    )
    .order_by(table.c.changed_at.desc())
)
_ARM = Prepared(
    select(table.c.arm).where(
        table.c.dataset_id == bindparam("of"),
        table.c.user == bindparam("whose"),
        table.c.example_id == bindparam("which"),
    )
)
_EXAMPLE = Prepared(select(*EXAMPLE).where(examples.c.id == bindparam("which")))
_ROW = upsert(table).values(changed_at=database_time())
_PUT = Prepared(
    _ROW.or_update(
        table.primary_key.columns,
        {name: _ROW.excluded[name] for name in ("arm", "state", "changed_at")},
    )
)


class Cards:
    """The cards of everybody who labels. Those who press at once share a commit."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._answers = GroupCommit(connections, _answer_all, lambda said: said[0].community)
        self._wishes = GroupCommit(connections, _take_all, lambda wanted: wanted.community)

    async def answer(self, given: NewLabelVote, offers: Sequence[Offer] = ()) -> Answered:
        """Take what somebody says of a text, which is their last word on it.

        Why they were shown it is known here. With offers of the same dataset they are shown the
        next, as by `take`, in the same commit. Raises as `Votes.label` does.
        """
        return await self._answers.add((given, offers))

    async def take(self, wanted: NewCard) -> Card | None:
        """The card that somebody has already, else the first offer that holds; None: none does.

        Raises `NoSuchDataset` and `DatasetArchived`.
        """
        return await self._wishes.add(wanted)

    async def skip(self, community: str, example_id: int, user: str) -> Dataset:
        """Let a text come last for somebody; returns its dataset. Raises `NoSuchExample`."""

        def put(connection: Connection) -> Dataset:
            row, dataset = example_of(connection, community, example_id)
            arm = _arm(connection, (dataset.id, user, row.id))
            _put(connection, (dataset.id, user, row.id), arm or Arm.RANDOM, CardState.SKIPPED)
            return dataset

        return await self._connections.write(community, put)

    async def undo(self, community: str, dataset_id: int, user: str) -> Card | None:
        """Give back the last card of this sitting, and take back what was said of it; None: none.

        Raises `NoSuchDataset` and `DatasetArchived`.
        """

        def give_back(connection: Connection) -> Card | None:
            dataset = _collecting(connection, community, dataset_id)
            row = _last(connection, dataset_id, user)
            if row is None:
                return None
            if row.state is CardState.ANSWERED:
                example, _ = example_of(connection, community, row.example_id)
                taken_back = NewLabelVote(community, row.example_id, user, None)
                take_labels(connection, example, dataset, taken_back)
            whose = (dataset_id, user, row.example_id)
            _put(connection, whose, row.arm, CardState.SHOWN)
            return _card(connection, row.example_id, row.arm)

        return await self._connections.write(community, give_back)


def _answer_all(
    connection: Connection, said: Sequence[tuple[NewLabelVote, Sequence[Offer]]]
) -> Sequence[Answered]:
    return [_answered(connection, given, offers) for given, offers in said]


def _answered(connection: Connection, given: NewLabelVote, offers: Sequence[Offer]) -> Answered:
    dataset = _answer(connection, given)
    wanted = NewCard(given.community, dataset.id, given.user, offers)
    return Answered(dataset, _next(connection, wanted) if offers else None)


def _answer(connection: Connection, given: NewLabelVote) -> Dataset:
    row, dataset = example_of(connection, given.community, given.example_id)
    whose = (dataset.id, given.user, row.id)
    arm = _arm(connection, whose)
    # What a model made somebody look at is learned from; only chance chooses what measures.
    side = Side.TRAIN if arm is Arm.MARGIN else given.side
    values = schema.values_of(given) | {"arm": arm, "side": side}
    take_labels(connection, row, dataset, NewLabelVote(**values))
    if arm is not None:
        _put(connection, whose, arm, CardState.ANSWERED)
    return dataset


def _take_all(connection: Connection, wanted: Sequence[NewCard]) -> Sequence[Card | None]:
    return [_take(connection, one) for one in wanted]


def _take(connection: Connection, wanted: NewCard) -> Card | None:
    _collecting(connection, wanted.community, wanted.dataset_id)
    return _next(connection, wanted)


def _next(connection: Connection, wanted: NewCard) -> Card | None:
    found = _theirs(connection, wanted) or first_free(connection, wanted)
    if found is None and wanted.takes_skipped:
        found = _skipped(connection, wanted)
    if found is None:
        return None
    example_id, arm = found
    whose = (wanted.dataset_id, wanted.user, example_id)
    _put(connection, whose, arm, CardState.SHOWN)
    return _card(connection, example_id, arm)


def _collecting(connection: Connection, community: str, dataset_id: int) -> Dataset:
    dataset = dataset_of(connection, community, dataset_id)
    if dataset.is_archived:
        raise DatasetArchived(name=dataset.name)
    return dataset


def _theirs(connection: Connection, wanted: NewCard) -> tuple[int, Arm] | None:
    """What they were looking at, unless it is somebody else's by now, or answered elsewhere."""
    whose = {"of": wanted.dataset_id, "whose": wanted.user, "held_s": -CARD_HELD_S}
    for row in _SHOWN.rows(connection, **whose):
        most_others = _MANY if row.is_held or row.arm not in _NEW else 0
        offer = Offer(row.example_id, row.arm, most_others)
        if free_of(connection, wanted, [offer]):
            return row.example_id, row.arm
        key = (wanted.dataset_id, wanted.user, row.example_id)
        connection.execute(delete(table).where(_is(key)))
    return None


def _skipped(connection: Connection, wanted: NewCard) -> tuple[int, Arm] | None:
    """What they have skipped longest ago, if it still wants a word."""
    said = select(votes.c.example_id).where(votes.c.user == wanted.user)
    statement = (
        select(table.c.example_id, table.c.arm)
        .join(examples, examples.c.id == table.c.example_id)
        .where(_whose(wanted.dataset_id, wanted.user), table.c.state == CardState.SKIPPED)
        .where(examples.c.settled.is_(None), table.c.example_id.not_in(said))
        .order_by(table.c.changed_at)
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return (row.example_id, row.arm) if row else None


def _last(connection: Connection, dataset_id: int, user: str) -> Row[Any] | None:
    statement = (
        select(table)
        .where(_whose(dataset_id, user), table.c.state != CardState.SHOWN)
        .where(table.c.changed_at > database_time(-SITTING.total_seconds()))
        .order_by(table.c.changed_at.desc())
        .limit(1)
    )
    return connection.execute(statement).one_or_none()


def _card(connection: Connection, example_id: int, arm: Arm) -> Card:
    row = _EXAMPLE.first(connection, which=example_id)
    return Card(Example(**schema.plain(row)), arm)


def _arm(connection: Connection, whose: tuple[int, str, int]) -> Arm | None:
    """Why somebody was shown a text; None: they were not."""
    dataset_id, user, example_id = whose
    arm: Arm | None = _ARM.scalar(connection, of=dataset_id, whose=user, which=example_id)
    return arm


def _put(connection: Connection, whose: tuple[int, str, int], arm: Arm, state: CardState) -> None:
    dataset_id, user, example_id = whose
    whom = {"dataset_id": dataset_id, "user": user, "example_id": example_id}
    _PUT.rows(connection, **whom, arm=arm, state=state)


def _whose(dataset_id: int, user: str) -> ColumnElement[bool]:
    return and_(table.c.dataset_id == dataset_id, table.c.user == user)


def _is(whose: tuple[int, str, int]) -> ColumnElement[bool]:
    dataset_id, user, example_id = whose
    return and_(_whose(dataset_id, user), table.c.example_id == example_id)
