"""Which texts of a dataset models may learn from, and which labelled ones are withheld."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, or_, select

from storage import schema
from storage.records import Settled, Side

datasets, table, votes = schema.datasets, schema.examples, schema.votes
queries, choices = schema.queries, schema.choices


def learnable(dataset_id: int) -> "tuple[Select[Any], Select[Any]]":
    """Return what finds the texts, and the model that answered the newest question among them."""
    spelling = func.coalesce(queries.c.text, table.c.text).label("text")
    said = (
        select(table.c.id, spelling, func.coalesce(votes.c.query_id, 0).label("query_id"))
        .select_from(table)
        .join(datasets, table.c.dataset_id == datasets.c.id)
        .outerjoin(votes, votes.c.example_id == table.c.id)
        .outerjoin(queries, votes.c.query_id == queries.c.id)
        .where(table.c.dataset_id == dataset_id, table.c.side.is_not(None))
        .where(_is_labelled(), ~_asked_not_to_learn())
    ).cte("said")
    place = func.row_number().over(partition_by=said.c.id, order_by=said.c.query_id)
    first = select(said.c.id, said.c.text, place.label("place")).subquery()
    texts = select(first.c.id, first.c.text).where(first.c.place == 1).order_by(first.c.id)
    newest = select(queries.c.model).where(
        queries.c.id == select(func.max(said.c.query_id)).scalar_subquery()
    )
    return texts, newest


def withheld(dataset_id: int) -> "Select[Any]":
    """Return what counts them."""
    labelled = votes.c.label.is_not(None) | votes.c.labels.is_not(None)
    left_out = table.c.settled.in_([Settled.LEFT_OUT, Settled.AMBIGUOUS])
    settled = and_(table.c.settled.is_not(None), left_out)
    texts = func.count(distinct(table.c.id))
    counts: Sequence[ColumnElement[Any]] = (
        texts.filter(settled).label("settled"),
        texts.filter(~settled, _asked_not_to_learn()).label("unwilling"),
    )
    return (
        select(*counts)
        .select_from(table)
        .join(datasets, table.c.dataset_id == datasets.c.id)
        .join(votes, votes.c.example_id == table.c.id)
        .outerjoin(queries, votes.c.query_id == queries.c.id)
        .where(table.c.dataset_id == dataset_id, labelled, table.c.side == Side.TRAIN)
    )


def names_labels() -> ColumnElement[bool]:
    """Whether a vote says which label holds, or which do, or that none fits well."""
    return or_(votes.c.label.is_not(None), votes.c.labels.is_not(None), votes.c.is_ambiguous)


def _is_labelled() -> ColumnElement[bool]:
    """Whether a vote says so, or moderators do, whose word holds without any vote as well."""
    is_told = and_(table.c.settled.is_(None), names_labels())
    return or_(is_told, table.c.settled == Settled.LABELLED)


def _asked_not_to_learn() -> ColumnElement[bool]:
    """Whether the one who asked a question, or put a text in, wants no model to learn from it."""
    asker = func.coalesce(queries.c.user, table.c.user)
    whose = and_(choices.c.community == datasets.c.community, choices.c.user == asker)
    return select(choices).where(whose, choices.c.may_train.is_(False)).exists()
