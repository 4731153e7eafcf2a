"""What `/dataset show` tells of the test side is what `/finetune` measures on."""

from random import Random

from handlers.learning.pool import pool_in
from storage.records import Arm, NewCard, NewLabelVote, Offer, Side
from tests.handlers.collecting.test_training import WORDS
from tests.handlers.importing.test_import_command import control, give, made

LABELS = ("bug", "question", "praise")


def sentence(n):
    return " ".join(Random(f"{n} {word}").choice(WORDS) for word in range(8))


async def told_and_measured(bot):
    """How many texts the column of the test side tells, and how many there are to measure on."""
    (dataset,) = await bot.services.storage.datasets.all(bot.place.community)
    shown = await bot.ok("/dataset show")
    pool = await pool_in(bot.services, dataset)
    return sum(int(row[3]) for row in shown.table.rows), len(pool.side(Side.TEST))


async def label_by_chance(bot, text):
    """Let the queue draw a text that is measured on, and a moderator say what it is."""
    await bot.ok(f"/dataset add {text}")
    storage, home = bot.services.storage, bot.place.community
    (dataset,) = await storage.datasets.all(home)
    number = max(await storage.examples.texts(home, dataset.id))
    await storage.cards.take(NewCard(home, dataset.id, "mod", [Offer(number, Arm.RANDOM, None)]))
    said = NewLabelVote(home, number, "mod", ("bug",), Side.TEST, is_moderator=True)
    await storage.cards.answer(said)


async def test_the_texts_of_a_file_go_on_measuring_beside_those_that_chance_chose(bot):
    await made(bot)
    rows = "".join(f"{sentence(n)},{LABELS[n % 3]}\n" for n in range(60))
    await bot.press(control(await give(bot, f"text,label\n{rows}", **{"as": "gold"}), "put"))
    before, measured = await told_and_measured(bot)
    assert before == measured > 3
    await label_by_chance(bot, "drawn by the queue")
    assert await told_and_measured(bot) == (before + 1, before + 1)
    assert "nothing: once" not in (await bot.ok("/dataset show")).text


async def test_typed_texts_measure_until_there_is_something_better_and_that_is_told(bot):
    await made(bot)
    for n in range(12):
        await bot.ok(f"/dataset add {sentence(n)} label:{LABELS[n % 3]}")
    before, measured = await told_and_measured(bot)
    assert before == measured > 1
    await label_by_chance(bot, "drawn by the queue")
    assert await told_and_measured(bot) == (1, 1)
    assert (
        f"{before} gold texts of the test side measure nothing"
        in (await bot.ok("/dataset show")).text
    )
    assert f"평가용 골드 글 {before}개" in (await bot.korean().ok("/데이터셋 보기")).text
