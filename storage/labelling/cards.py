"""Who is shown which text, so that no two people are asked the same without need.

Whoever is shown a text has it for some minutes, by the database's clock: machines whose own are
apart agree on it. After that it is offered to others as well, and still theirs to come back to
until one of those has it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Float,
    Row,
    and_,
    bindparam,
    delete,
    or_,
    select,
)

from storage import schema
from storage.connections import Connections
from storage.database_time import database_time
from storage.errors import DatasetArchived
from storage.group_commit import GroupCommit
from storage.labelling.datasets import dataset_of
from storage.labelling.entering import example_of
from storage.labelling.examples import EXAMPLE
from storage.labelling.votes import take_labels
from storage.records import (
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
from storage.upserts import upsert

table, examples, votes = schema.label_cards, schema.examples, schema.votes

HELD = timedelta(minutes=10)
SITTING = timedelta(hours=1)
"""Whoever comes back later does not remember what they said last."""

_NEW = (Arm.MARGIN, Arm.RANDOM)
_MANY = 1_000_000

# What each press asks for is put together once: that takes longer than to answer it.
_NUMBERS: BindParameter[Any] = bindparam("numbers", expanding=True)
_IS_HELD = table.c.changed_at > database_time(bindparam("since_s", type_=Float()))
_THERE = select(examples.c.id).where(
    examples.c.dataset_id == bindparam("dataset_id"),
    examples.c.id.in_(_NUMBERS),
    examples.c.settled.is_(None),
)
_SAID = select(votes.c.example_id, votes.c.user).where(votes.c.example_id.in_(_NUMBERS))
_LOOKED_AT = select(table.c.example_id, table.c.user).where(
    table.c.example_id.in_(_NUMBERS),
    or_(
        and_(
            table.c.state == CardState.SHOWN,
            _IS_HELD,
            table.c.user != bindparam("whose"),
        ),
        and_(table.c.state == CardState.SKIPPED, table.c.user == bindparam("whose")),
    ),
)
"""Who else is looking at these, and which of them this person has skipped."""
_SHOWN = (
    select(table.c.example_id, table.c.arm, _IS_HELD.label("is_held"))
    .where(
        table.c.dataset_id == bindparam("dataset_id"),
        table.c.user == bindparam("whose"),
        table.c.state == CardState.SHOWN,
    )
    .order_by(table.c.changed_at.desc())
)
_EXAMPLE = select(*EXAMPLE).where(examples.c.id == bindparam("example_id"))
_PUT = upsert(table).values(changed_at=database_time())
_PUT = _PUT.or_update(
    table.primary_key.columns,
    {name: _PUT.excluded[name] for name in ("arm", "state", "changed_at")},
)


class Cards:
    """The cards of everybody who labels. Those who press at once share a commit."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._answers = GroupCommit(connections, _answer_all, lambda given: given.community)
        self._wishes = GroupCommit(connections, _take_all, lambda wanted: wanted.community)

    async def answer(self, given: NewLabelVote) -> Dataset:
        """Take what somebody says of a text, which is their last word on it; returns its dataset.

        Why they were shown it is known here. Raises as `Votes.label` does.
        """
        return await self._answers.add(given)

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


def _answer_all(connection: Connection, given: Sequence[NewLabelVote]) -> Sequence[Dataset]:
    return [_answer(connection, one) for one in given]


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
    found = _theirs(connection, wanted) or _first_free(connection, wanted)
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
    whose = {
        "dataset_id": wanted.dataset_id,
        "whose": wanted.user,
        "since_s": -HELD.total_seconds(),
    }
    for row in connection.execute(_SHOWN, whose).all():
        most_others = _MANY if row.is_held or row.arm not in _NEW else 0
        offer = Offer(row.example_id, row.arm, most_others)
        if _free(connection, wanted, [offer]):
            return row.example_id, row.arm
        key = (wanted.dataset_id, wanted.user, row.example_id)
        connection.execute(delete(table).where(_is(key)))
    return None


def _first_free(connection: Connection, wanted: NewCard) -> tuple[int, Arm] | None:
    free = _free(connection, wanted, wanted.offers)
    return next(((one.example_id, one.arm) for one in wanted.offers if one in free), None)


def _free(connection: Connection, wanted: NewCard, offers: Sequence[Offer]) -> set[Offer]:
    """Which of the offers this person can be shown, by who has labelled them or looks at them."""
    numbers = [offer.example_id for offer in offers]
    these = {"numbers": numbers}
    known = connection.execute(_THERE, these | {"dataset_id": wanted.dataset_id})
    there = set(known.scalars())
    others: dict[int, set[str]] = {number: set() for number in numbers}
    for number, user in connection.execute(_SAID, these):
        others[number].add(user)
    there -= {number for number, people in others.items() if wanted.user in people}
    looked_at = these | {"since_s": -HELD.total_seconds(), "whose": wanted.user}
    for number, user in connection.execute(_LOOKED_AT, looked_at):
        others[number].add(user)
    there -= {number for number, people in others.items() if wanted.user in people}
    return {
        one
        for one in offers
        if one.example_id in there
        and (one.most_others is None or len(others[one.example_id]) <= one.most_others)
    }


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
    row = connection.execute(_EXAMPLE, {"example_id": example_id}).one()
    return Card(Example(**schema.plain(row)), arm)


def _arm(connection: Connection, whose: tuple[int, str, int]) -> Arm | None:
    """Why somebody was shown a text; None: they were not."""
    found = connection.execute(select(table.c.arm).where(_is(whose)))
    return found.scalar_one_or_none()


def _put(connection: Connection, whose: tuple[int, str, int], arm: Arm, state: CardState) -> None:
    dataset_id, user, example_id = whose
    row = {"dataset_id": dataset_id, "user": user, "example_id": example_id}
    connection.execute(_PUT, row | {"arm": arm, "state": state})


def _whose(dataset_id: int, user: str) -> ColumnElement[bool]:
    return and_(table.c.dataset_id == dataset_id, table.c.user == user)


def _is(whose: tuple[int, str, int]) -> ColumnElement[bool]:
    dataset_id, user, example_id = whose
    return and_(_whose(dataset_id, user), table.c.example_id == example_id)
