"""What a model answered, and what was said of it; of whom models may not learn, nothing."""

import sqlite3
from contextlib import closing

from sqlalchemy import event

from storage.records import Choices, NewVote, Side, Verdict


async def judge(database, number: int, user: str, verdict: Verdict) -> None:
    keys = (str(number).encode(), str(number).encode())
    await database.votes.cast(
        NewVote("home", number, user, verdict, None, "mood", *keys, Side.TRAIN)
    )


async def test_the_last_words_come_in_order(database, question):
    numbers = [await database.queries.add(question(text=f"text {n}")) for n in range(4)]
    for number, verdict in zip(
        numbers, [Verdict.RIGHT, Verdict.WRONG, *2 * [Verdict.RIGHT]], strict=True
    ):
        await judge(database, number, "bob", verdict)
    await judge(database, numbers[3], "bob", Verdict.UNDONE)
    await judge(database, numbers[0], "bob", Verdict.WRONG)
    judged = await database.answers.judged("home", "mood@1", 10)
    assert [one.is_right for one in judged] == [False, True, False]
    assert len(await database.answers.judged("home", "mood@1", 2)) == 2
    since = judged[0].at
    assert len(await database.answers.judged("home", "mood@1", 10, since)) == 2
    assert await database.answers.judged("home", "mood@2", 10) == []
    assert await database.answers.judged("away", "mood@1", 10) == []


async def test_first_and_last_answers_are_of_those_who_let_models_learn(database, question):
    for n in range(6):
        await database.queries.add(question(text=f"text {n}", user=("ann", "shy")[n % 2]))
    await database.choices.put("home", "shy", Choices(may_train=False))
    first = await database.answers.first("home", "mood@1", 2)
    last = await database.answers.last("home", "mood@1", 2)
    assert [one.text for one in first] == ["text 0", "text 2"]
    assert [one.text for one in last] == ["text 4", "text 2"]
    assert first[0].result["labels"] == ["joy", "anger"]
    assert await database.answers.first("away", "mood@1", 2) == []


async def test_what_was_said_of_a_model_is_found_without_its_questions(database, path, question):
    """Of a million answers of a model, a press looks at those alone that were judged."""
    statements = []
    engine = database._connections._engine
    event.listen(engine, "before_cursor_execute", lambda *asked: statements.append(asked[2:4]))
    await judge(database, await database.queries.add(question()), "bob", Verdict.RIGHT)
    await database.answers.judged("home", "mood@1", 10)
    statement, values = statements[-1]
    with closing(sqlite3.connect(path)) as file:
        plan = file.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    first, *others = (row[3] for row in plan)
    assert "USING INDEX ix_feedback_community_model (community=? AND model=?)" in first
    assert [one for one in others if "PRIMARY KEY" not in one] == []
