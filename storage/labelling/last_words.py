"""What somebody said last of a text holds, and is their vote; every word before it stays."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from storage import schema
from storage.records import Arm, Dataset, DatasetKind, LabelVote, Verdict
from storage.sql.prepared import Prepared
from storage.sql.upserts import upsert

table, history = schema.votes, schema.votes_history

_OF_A_VOTE = [column.name for column in table.c if not column.primary_key]

_WORDS = Prepared(
    select(history)
    .where(history.c.example_id == bindparam("which"), history.c.user == bindparam("whose"))
    .order_by(history.c.id)
)
_SAY = Prepared(insert(history))
_VOTE = upsert(table)
_KEEP = Prepared(
    _VOTE.or_update(table.primary_key.columns, {name: _VOTE.excluded[name] for name in _OF_A_VOTE})
)

LABEL_VOTE = (
    *(table.c.example_id, table.c.user, table.c.label, table.c.labels, table.c.is_anchored),
    *(table.c.is_moderator, table.c.arm, table.c.voted_at, table.c.is_ambiguous),
)
"""Of a `LabelVote`: see `label_vote`."""


def save_labels(
    connection: Connection,
    dataset: Dataset,
    whose: tuple[int, str],
    keys: Sequence[str] | None,
    *,
    is_moderator: bool,
    arm: Arm | None = None,
    is_ambiguous: bool = False,
) -> None:
    """Keep the labels that somebody gives a text without a model's answer; None takes them back.

    Args:
        connection: a transaction that goes on.
        dataset: of the text.
        whose: the number of the text, and who says it.
        keys: of the labels.
        is_moderator: they may decide about labels here.
        arm: why the queue has shown it to them.
        is_ambiguous: they say that no label fits it well, instead of labels.
    """
    example_id, user = whose
    is_single, is_taken_back = dataset.kind is DatasetKind.SINGLE, keys is None and not is_ambiguous
    _SAY.rows(
        connection,
        example_id=example_id,
        user=user,
        verdict=Verdict.UNDONE if is_taken_back else Verdict.RIGHT,
        label=keys[0] if keys and is_single else None,
        labels=None if keys is None or is_single else list(keys),
        is_anchored=False,
        is_moderator=is_moderator,
        arm=arm,
        is_ambiguous=is_ambiguous,
        voted_at=schema.now(),
    )
    keep_last_word(connection, example_id, user, dataset.labels)


def take_back_answers(
    connection: Connection, dataset: Dataset, whose: tuple[int, str], *, is_moderator: bool
) -> None:
    """Take back what somebody said of a text by judging answers to it, too."""
    example_id, user = whose
    theirs = (history.c.example_id == example_id, history.c.user == user)
    answers = select(history.c.query_id).where(*theirs, history.c.query_id.is_not(None)).distinct()
    for query_id in connection.scalars(answers).all():
        take_back_answer(connection, dataset, whose, query_id, is_moderator=is_moderator)


def take_back_answer(
    connection: Connection,
    dataset: Dataset,
    whose: tuple[int, str],
    query_id: int,
    *,
    is_moderator: bool,
) -> None:
    """Take back what somebody said of a text by judging one answer to it."""
    example_id, user = whose
    word = {"verdict": Verdict.UNDONE, "is_anchored": True, "is_moderator": is_moderator}
    whom = {"example_id": example_id, "user": user, "query_id": query_id}
    connection.execute(insert(history).values(**whom, **word, voted_at=schema.now()))
    keep_last_word(connection, example_id, user, dataset.labels)


def keep_last_word(
    connection: Connection, example_id: int, user: str, labels: Collection[str]
) -> None:
    """Let the vote on a text be the last of all that somebody said of it."""
    words = _WORDS.rows(connection, which=example_id, whose=user)
    word = last_word(words, labels)
    if word is None:
        whose = (table.c.example_id == example_id, table.c.user == user)
        connection.execute(delete(table).where(*whose))
        return
    kept = {name: getattr(word, name) for name in _OF_A_VOTE}
    _KEEP.rows(connection, example_id=example_id, user=user, **kept)


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
        names_labels = one.label is not None or one.labels is not None or one.is_ambiguous
        if names_labels or word is None or word.verdict is Verdict.RIGHT:
            word = one
    return word


def label_vote(
    example_id: int,
    user: str,
    label: str | None,
    labels: list[str] | None,
    is_anchored: bool,
    is_moderator: bool,
    arm: Arm | None,
    voted_at: datetime,
    is_ambiguous: bool,
) -> LabelVote:
    """Return a vote by its columns."""
    given = (label,) if label is not None else None if labels is None else tuple(labels)
    said = (given, is_anchored, is_moderator, arm, voted_at, is_ambiguous)
    return LabelVote(example_id, user, *said)
