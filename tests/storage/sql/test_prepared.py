"""What the driver runs is what SQLAlchemy would run, of every kind of value."""

import pytest
from sqlalchemy import bindparam, select

from storage import schema
from storage.records import Label, NewDataset, NewExample, NewLabelVote, Side
from storage.sql.prepared import Prepared

HOME = "discord:home"
LABELS = (Label("bug", "bug", "it breaks"), Label("praise", "칭찬"))
TABLES = (
    *(schema.datasets, schema.examples, schema.votes, schema.votes_history),
    *(schema.label_cards, schema.web_sessions, schema.choices),
)


@pytest.fixture
async def filled(database):
    dataset = await database.datasets.create(NewDataset(LABELS, community=HOME, name="Mood"))
    new = NewExample(HOME, dataset.id, "ann", "it crashes", b"\x00k", b"k", "typed")
    number = (await database.examples.add(new)).example_id
    given = NewLabelVote(HOME, number, "ann", ("bug",), Side.TEST, is_moderator=True)
    await database.cards.answer(given)
    return database


@pytest.mark.parametrize("table", TABLES, ids=str)
async def test_rows_are_those_of_sqlalchemy(filled, table) -> None:
    statement = select(table)

    def both(connection):
        return Prepared(statement).rows(connection), connection.execute(statement).all()

    prepared, usual = await filled.examples._connections.read(HOME, both)
    assert [row._asdict() for row in prepared] == [row._asdict() for row in usual]


async def test_values_are_written_as_sqlalchemy_does(filled) -> None:
    table = schema.examples
    statement = Prepared(
        select(table.c.id, table.c.side).where(
            table.c.id == bindparam("which"), table.c.side == Side.TEST
        )
    )

    def look(connection):
        numbers = (1, 2, 2**70, -(2**70))
        return [statement.first(connection, which=number) for number in numbers]

    found = await filled.examples._connections.read(HOME, look)
    assert found[0] == (1, Side.TEST) and found[0].side is Side.TEST
    assert found[1:] == [None] * 3
