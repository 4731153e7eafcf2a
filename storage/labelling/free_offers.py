"""Which of some texts somebody can be shown: who else has labelled them, or looks at them now."""

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import BindParameter, Connection, Float, and_, bindparam, or_, select

from storage import schema
from storage.records import CARD_HELD_S, Arm, CardState, NewCard, Offer
from storage.sql.database_time import database_time
from storage.sql.prepared import Prepared

table, examples, votes = schema.label_cards, schema.examples, schema.votes

IS_HELD = table.c.changed_at > database_time(bindparam("held_s", type_=Float()))
_AT_ONCE = 12
"""Offers that are looked at together."""
_SOME: Sequence[BindParameter[int]] = [bindparam(f"number{place}") for place in range(_AT_ONCE)]
_THERE = Prepared(
    select(examples.c.id, examples.c.dataset_id).where(
        examples.c.id.in_(_SOME), examples.c.settled.is_(None)
    )
)
"""Asked for a dataset as well, SQLite would go through all of its texts to find these."""
_SAID = Prepared(select(votes.c.example_id, votes.c.user).where(votes.c.example_id.in_(_SOME)))
_LOOKED_AT = Prepared(
    select(table.c.example_id, table.c.user).where(
        table.c.example_id.in_(_SOME),
        or_(
            and_(
                table.c.state == CardState.SHOWN,
                IS_HELD,
                table.c.user != bindparam("whose"),
            ),
            and_(table.c.state == CardState.SKIPPED, table.c.user == bindparam("whose")),
        ),
    )
)
"""Who else is looking at these, and which of them this person has skipped."""


def first_free(connection: Connection, wanted: NewCard) -> tuple[int, Arm] | None:
    """Return the first offer that holds, by its text and why; None: none does."""
    offers = iter(wanted.offers)
    while some := [*islice(offers, _AT_ONCE)]:
        free = free_of(connection, wanted, some)
        if found := next((one for one in some if one in free), None):
            return found.example_id, found.arm
    return None


def free_of(connection: Connection, wanted: NewCard, offers: Sequence[Offer]) -> set[Offer]:
    """Which of the offers this person can be shown, by who has labelled them or looks at them."""
    numbers = [offer.example_id for offer in offers]
    padded = [*numbers, *[schema.NEVER_GIVEN] * (_AT_ONCE - len(numbers))]
    these = dict(zip((one.key for one in _SOME), padded, strict=True))
    found = _THERE.rows(connection, **these)
    there = {row.id for row in found if row.dataset_id == wanted.dataset_id}
    others: dict[int, set[str]] = {number: set() for number in numbers}
    for number, user in _SAID.rows(connection, **these):
        others[number].add(user)
    there -= {number for number, people in others.items() if wanted.user in people}
    looked_at = these | {"held_s": -CARD_HELD_S, "whose": wanted.user}
    for number, user in _LOOKED_AT.rows(connection, **looked_at):
        others[number].add(user)
    there -= {number for number, people in others.items() if wanted.user in people}
    return {
        one
        for one in offers
        if one.example_id in there
        and (one.most_others is None or len(others[one.example_id]) <= one.most_others)
    }
