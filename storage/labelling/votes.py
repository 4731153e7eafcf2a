"""What people said of answers, and so of the texts that were asked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from storage import schema
from storage.errors import NoSuchQuery
from storage.labelling.dataset_of_answer import made_for_answer, of_answer
from storage.labelling.datasets import dataset_of
from storage.labelling.entering import (
    FROM_AN_ANSWER,
    ComingText,
    enter,
    example_of,
    first_label,
    given_keys,
    put_on_a_side,
)
from storage.labelling.examples import EXAMPLE
from storage.labelling.last_words import (
    keep_last_word,
    save_labels,
    take_back_answer,
    take_back_answers,
)
from storage.labelling.learnable import names_labels
from storage.records import (
    Dataset,
    DatasetKind,
    Example,
    Feedback,
    NewLabelVote,
    NewVote,
    OwnVote,
    OwnVotes,
    Query,
    Verdict,
    read_set,
)
from storage.sql.connections import Connections
from storage.sql.prepared import Prepared
from storage.sql.upserts import upsert

queries, feedback, feedback_history = schema.queries, schema.feedback, schema.feedback_history
table, history = schema.votes, schema.votes_history
datasets, examples = schema.datasets, schema.examples

FEEDBACK = [feedback.c[field.name] for field in fields(Feedback)]
_COUNTED_FOR = Prepared(
    select(history.c.example_id)
    .where(history.c.query_id == bindparam("answer"), history.c.user == bindparam("whose"))
    .distinct()
)


class Votes:
    """Keeps each user's last word on an answer and on its text, and every word before it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def cast(self, vote: NewVote) -> Feedback:
        """Take somebody's verdict in place of their last; raises `NoSuchQuery`.

        An answer that chose among labels makes its text an example of their dataset; one that
        decided about each of several, of the dataset in which several of these may hold.
        """

        def take(connection: Connection) -> Feedback:
            query = vote.query or _query(connection, vote)
            told = _label_told(vote.verdict, vote.label, query.result)
            said = Feedback(query.id, vote.user, vote.verdict, told, schema.now())
            _save(connection, said, query)
            if query.label_set or query.several:
                _count(connection, vote, query, said)
            return said

        return await self._connections.write(vote.community, take)

    async def label(self, given: NewLabelVote) -> Dataset:
        """Take the labels that somebody gives a text in place of their last; returns its dataset.

        None of them takes back all that they have said of it, under answers as well. Raises
        `NoSuchExample`, `DatasetArchived` and `LabelGone`.
        """

        def take(connection: Connection) -> Dataset:
            example, dataset = example_of(connection, given.community, given.example_id)
            take_labels(connection, example, dataset, given)
            if given.labels is None and not given.is_ambiguous:
                whose = (example.id, given.user)
                take_back_answers(connection, dataset, whose, is_moderator=given.is_moderator)
            return dataset

        return await self._connections.write(given.community, take)

    async def get(self, community: str, query_number: int, user: str) -> Feedback | None:
        """What somebody last said of an answer."""
        return (await self.of_answers(community, (query_number,), user)).get(query_number)

    async def of_answers(
        self, community: str, numbers: Collection[int], user: str
    ) -> Mapping[int, Feedback]:
        """The same of several answers, by their numbers; what was never judged is left out."""
        statement = (
            select(*FEEDBACK, queries.c.number)
            .join(queries)
            .where(queries.c.community == community)
            .where(queries.c.number.in_(numbers), feedback.c.user == user)
        )
        rows = await self._connections.rows(community, statement)
        said = [schema.plain(row) for row in rows]
        return {one.pop("number"): Feedback(**one) for one in said}

    async def own(
        self, community: str, user: str, since: datetime, dataset_id: int | None, latest: int
    ) -> OwnVotes:
        """What somebody has said here, in all datasets or in one, and their last votes of all."""
        whose = {"where": community, "whose": user, "since": since}
        if dataset_id is not None:
            whose["of"] = dataset_id

        def look(connection: Connection) -> OwnVotes:
            row = (_COUNTED if dataset_id is None else _COUNTED_IN_ONE).first(connection, **whose)
            found = _last(connection, community, user, dataset_id, latest) if latest else []
            known = {one: dataset_of(connection, community, one) for one in _ids(found)}
            return OwnVotes(row.total, row.today, [_own_vote(one, known) for one in found])

        return await self._connections.read(community, look)


def take_labels(
    connection: Connection, example: Row[Any], dataset: Dataset, given: NewLabelVote
) -> None:
    """The same as `Votes.label`, in a transaction that goes on and knows the text."""
    keys = given_keys(dataset, given.labels)
    put_on_a_side(connection, example, first_label(keys), given.side)
    save_labels(
        connection,
        dataset,
        (example.id, given.user),
        keys,
        is_moderator=given.is_moderator,
        arm=given.arm,
        is_ambiguous=given.is_ambiguous,
    )


def _query(connection: Connection, vote: NewVote) -> Query:
    statement = select(queries).where(
        queries.c.community == vote.community, queries.c.number == vote.query_number
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NoSuchQuery(number=vote.query_number)
    return Query(**schema.plain(row))


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


def _save(connection: Connection, said: Feedback, query: Query) -> None:
    values = schema.values_of(said)
    change = {name: values[name] for name in ("verdict", "label", "updated_at")}
    row = upsert(feedback).values(values | {"community": query.community, "model": query.model})
    try:
        connection.execute(row.or_update(feedback.primary_key.columns, change))
    except IntegrityError as error:  # it was erased after it was read
        raise NoSuchQuery(number=query.number) from error
    connection.execute(insert(feedback_history).values(values))


def _count(connection: Connection, vote: NewVote, query: Query, said: Feedback) -> None:
    """Count it where it belongs now, and nowhere else any more."""
    before = _counted(connection, said)
    if said.verdict is Verdict.UNDONE:
        for row in before:
            _take_back(connection, vote, said, row)
        return
    dataset = of_answer(connection, query) or made_for_answer(connection, query, vote.dataset)
    for row in before:
        if row.dataset_id != dataset.id:  # it was another's then
            _take_back(connection, vote, said, row)
    _enter(connection, vote, query, said, dataset)


def _counted(connection: Connection, said: Feedback) -> Sequence[Row[Any]]:
    """The texts for which somebody's words on an answer were counted, in whichever dataset."""
    found = _COUNTED_FOR.rows(connection, answer=said.query_id, whose=said.user)
    if not found:
        return ()
    which = examples.c.id.in_([row.example_id for row in found])
    where: Select[Any] = select(examples.c.id, examples.c.dataset_id).where(which)
    counted: Sequence[Row[Any]] = connection.execute(where).all()
    return counted


def _take_back(connection: Connection, vote: NewVote, said: Feedback, row: Row[Any]) -> None:
    dataset, whose = dataset_of(connection, vote.community, row.dataset_id), (row.id, said.user)
    take_back_answer(connection, dataset, whose, said.query_id, is_moderator=vote.is_moderator)


def _enter(
    connection: Connection, vote: NewVote, query: Query, said: Feedback, dataset: Dataset
) -> None:
    keys = _keys(dataset, said.label)
    label = first_label(keys)
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
    example_id, _ = enter(connection, dataset.id, text, label)
    connection.execute(
        insert(history).values(
            example_id=example_id,
            user=said.user,
            verdict=said.verdict,
            label=None if query.several else label or said.label,
            labels=list(keys) if query.several and keys is not None else None,
            is_anchored=True,  # they had the model's answer before them
            is_moderator=vote.is_moderator,
            query_id=said.query_id,
            voted_at=said.updated_at,
        )
    )
    keep_last_word(connection, example_id, said.user, dataset.labels)


def _keys(dataset: Dataset, told: str | None) -> tuple[str, ...] | None:
    """The keys of what somebody told: a label, or a set of them as it is written."""
    if told is None:
        return None
    names = [told] if dataset.kind is DatasetKind.SINGLE else read_set(told)
    return tuple(key for name in names if (key := dataset.key_of(name)))


def _said(*columns: Any) -> Any:  # noqa: ANN401 - a Select of whichever columns
    joined = table.join(examples, table.c.example_id == examples.c.id)
    joined = joined.join(datasets, examples.c.dataset_id == datasets.c.id)
    return select(*columns).select_from(joined).where(names_labels())


_TODAY = func.count().filter(table.c.voted_at >= bindparam("since"))
_COUNT = _said(func.count().label("total"), _TODAY.label("today")).where(
    datasets.c.community == bindparam("where"), table.c.user == bindparam("whose")
)
_COUNTED = Prepared(_COUNT)
_COUNTED_IN_ONE = Prepared(_COUNT.where(datasets.c.id == bindparam("of")))


def _last(
    connection: Connection, community: str, user: str, dataset_id: int | None, latest: int
) -> Sequence[Row[Any]]:
    """What somebody has said last."""
    columns = (table.c.label, table.c.labels, table.c.is_ambiguous, table.c.voted_at)
    statement = (
        _said(*EXAMPLE, *columns)
        .where(datasets.c.community == community, table.c.user == user)
        .order_by(table.c.voted_at.desc(), table.c.example_id.desc())
        .limit(latest)
    )
    if dataset_id is not None:
        statement = statement.where(datasets.c.id == dataset_id)
    found: Sequence[Row[Any]] = connection.execute(statement).all()
    return found


def _ids(rows: Iterable[Row[Any]]) -> set[int]:
    return {row.dataset_id for row in rows}


def _own_vote(row: Row[Any], known: Mapping[int, Dataset]) -> OwnVote:
    dataset = known[row.dataset_id]
    is_single = dataset.kind is DatasetKind.SINGLE
    labels = (row.label,) if is_single and row.label else row.labels and tuple(row.labels)
    example = Example(**{column.name: getattr(row, column.name) for column in EXAMPLE})
    return OwnVote(example, dataset, labels, row.is_ambiguous, row.voted_at)
