"""What shows many rows asks the memory as often as for few."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from storage.records import LiveVersion, NewVersion

HOME = "terminal:local"
READ = ("FROM versions", "FROM hub_models")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is asked of any database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def asked_by(bot, line: str, *words: str) -> tuple[int, int]:
    """Return how many rows an answer has, and how many statements with such words it took."""
    with statements() as asked:
        reply = await bot.ok(line)
    return len(reply.table.rows), sum(any(each in one for each in words) for one in asked)


async def test_history_asks_once_for_all_verdicts(bot):
    for text in ("good", "bad", "so so", "fine"):
        await bot.ok(f"/classify {text}")
    await bot.press("fb:1:right")
    await bot.press("fb:4:right")
    few, often = await asked_by(bot, "/history 1", "feedback.label")
    many, as_often = await asked_by(bot, "/history 4", "feedback.label")
    assert (few, many) == (1, 4)
    assert as_often == often == 1
    verdicts = [row[5] for row in (await bot.ok("/history 4")).table.rows]
    assert verdicts == ["Right", "", "", "Right"]


async def test_models_asks_once_for_all_that_were_trained(bot):
    few, often = await asked_by(bot, "/models", *READ)
    for name in ("ours", "theirs", "sentiment"):  # the last is a name of the operator's, too
        made = NewVersion(HOME, name, f"models/{name}", "sentiment@0", ("a", "b"))
        await bot.services.storage.versions.add(made)
        await bot.services.storage.live_versions.put(HOME, name, LiveVersion(1, "admin"))
    many, as_often = await asked_by(bot, "/models", *READ)
    assert many == few + 3
    assert as_often == often > 0
    rows = {row[0]: row[-1] for row in (await bot.ok("/models")).table.rows}
    assert rows["sentiment@0"] == "ready to load"
