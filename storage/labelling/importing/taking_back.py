"""What is taken out again with a file that was put into a dataset."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, delete, func, select

from storage import schema
from storage.records import VOTER_OF_A_FILE, Import, ImportState
from storage.sql.upserts import upsert

table, examples, cards = schema.imports, schema.examples, schema.label_cards
votes, history, keys = schema.votes, schema.votes_history, schema.near_duplicate_keys

_MOST_AT_ONCE = 500


def voter_of(import_id: int) -> str:
    """Whose the labels of a file are."""
    return f"{VOTER_OF_A_FILE}{import_id}"


def given(one: Import) -> Select[tuple[int]]:
    """The texts that have a label of the file, which is of this dataset alone."""
    return select(votes.c.example_id).where(votes.c.user == voter_of(one.id))


def take_votes(connection: Connection, one: Import) -> int:
    """Take back what it said, also where a later file of the same person says it now."""
    said = (
        select(history.c.example_id)
        .distinct()
        .join(examples, examples.c.id == history.c.example_id)
        .where(examples.c.dataset_id == one.dataset.id, history.c.user == voter_of(one.id))
        .limit(_MOST_AT_ONCE)
    )
    numbers = connection.scalars(said).all()
    for each in (votes, history):
        whose = (each.c.example_id.in_(numbers), each.c.user == voter_of(one.id))
        connection.execute(delete(each).where(*whose))
    _say_again(connection, numbers, other_voters(connection, one, ImportState.DONE))
    return len(numbers)


def other_voters(
    connection: Connection, one: Import, state: ImportState | None = None
) -> list[str]:
    """Return whose the labels are of the other files that the same person has put in."""
    theirs = (table.c.dataset_id == one.dataset.id, table.c.user == one.user, table.c.id != one.id)
    statement = select(table.c.id).where(*theirs)
    if state is not None:
        statement = statement.where(table.c.state == state)
    return [voter_of(number) for number in connection.scalars(statement).all()]


def _say_again(connection: Connection, numbers: Sequence[int], voters: Sequence[str]) -> None:
    """Let what other files said last of some texts hold again."""
    last = (
        select(func.max(history.c.id))
        .where(history.c.example_id.in_(numbers), history.c.user.in_(voters))
        .group_by(history.c.example_id)
    )
    names = [column.name for column in votes.c]
    words = select(*(history.c[name] for name in names)).where(history.c.id.in_(last))
    connection.execute(upsert(votes).from_select(names, words).or_nothing())


def take_texts(connection: Connection, import_id: int) -> int:
    """Only those of which nobody has said anything, and that no moderator has settled."""
    said = select(history.c.id).where(history.c.example_id == examples.c.id).exists()
    brought = (
        select(examples.c.id)
        .where(examples.c.import_id == import_id, examples.c.settled.is_(None), ~said)
        .limit(_MOST_AT_ONCE)
    )
    numbers = connection.scalars(brought).all()
    for each in (keys, cards, schema.compared_texts):
        connection.execute(delete(each).where(each.c.example_id.in_(numbers)))
    connection.execute(delete(examples).where(examples.c.id.in_(numbers)))
    return len(numbers)
