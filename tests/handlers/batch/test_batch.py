"""`/classify file:`: the same rows come back with their answers, or nothing does."""

import asyncio
import csv
import io

import pytest

from handlers.batch.job import KIND
from handlers.batch.rows import MOST_ROWS
from handlers.types import Attachment, Request, Role
from models.checkpoints.catalog import AllowedModel
from models.tasks.classification import TextToClassify
from storage.records import JobState
from tests.handlers.conftest import ELSEWHERE, running
from tests.models.tiny import KINDS
from tests.waiting import until

ROWS = """no,text,who
1,good movie,-3.5
2,"bad, bad food",=1+1
3,,nobody
4,too,many,cells,here
5,나는 학교에 간다,@everyone
"""


async def give(bot, content, name="a.csv", size=None, **options):
    content = content.encode() if isinstance(content, str) else content

    async def fetch(most):
        assert size is None, "it is refused before it is fetched"
        return content[: most + 1]

    async def progress(reply):
        bot.progress.append(reply)

    options["file"] = Attachment(name, size or len(content), fetch)
    command = bot.dispatcher.read("/classify good").command
    request = Request(command, options, bot.actor, bot.place, progress)
    return await bot.dispatcher.run(request)


def table(reply, delimiter=","):
    (file,) = reply.files
    return [*csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=delimiter)]


async def best(bot, text, model="sentiment"):
    checkpoint = bot.services.models.find(model)
    answer = await bot.services.models.ask(checkpoint, TextToClassify(text), "")
    return answer.scores[0]


async def test_the_same_rows_come_back_with_answers(bot):
    reply = await give(bot, ROWS, "feed back.csv")
    assert reply.error is None, reply.error
    assert reply.files[0].name == "feed back-answers.csv"
    rows = table(reply)
    assert [row["no"] for row in rows] == ["1", "2", "3", "5"]
    assert [row["who"] for row in rows] == ["-3.5", "'=1+1", "nobody", "'@everyone"]
    assert rows[1]["text"] == "bad, bad food"
    assert rows[2]["label"] == rows[2]["probability"] == ""
    for place in (0, 1, 3):
        wanted = await best(bot, rows[place]["text"])
        assert rows[place]["label"] == wanted.label
        assert float(rows[place]["probability"]) == pytest.approx(wanted.score, abs=1e-4)
    assert "4 rows" in reply.title and "“text”" in reply.text
    assert "1 row has no text" in reply.text and "1 line was left out" in reply.text
    assert reply.footer["model"] == "sentiment@0"
    assert [each.id for each in reply.controls] == ["code:job:1"]
    assert any(said.bars for said in bot.progress)
    assert "4 rows" in str((await bot.ok("/jobs")).table)


@pytest.mark.parametrize(
    ("name", "content", "delimiter"),
    [
        ("a.txt", "good movie\nbad, bad food\n", ","),
        ("a.tsv", "문장\t번호\ngood movie\t1\nbad, bad food\t2\n", "\t"),
        ("a.csv", '번호,문장\r\n1,good movie\r\n2,"bad, bad food"\r\n'.encode("cp949"), ","),
        ("a.jsonl", '{"text": "good movie"}\n{"text": "bad, bad food"}\n', ","),
    ],
)
async def test_whatever_it_was_written_in(bot, name, content, delimiter):
    korean = bot.korean()
    reply = await give(korean, content, name)
    assert reply.error is None, reply.error
    rows = table(reply, delimiter)
    assert [row["label"] for row in rows] == [
        (await best(bot, text)).label for text in ("good movie", "bad, bad food")
    ]
    assert "2줄과 그 답" in reply.title


async def test_other_answers_than_one_label(tmp_path, checkpoints):
    KINDS["regression"](tmp_path / "stars")
    allowed = [AllowedModel("stars", folder=tmp_path / "stars")]
    async with running(tmp_path, checkpoints, allowed) as bot:
        reply = await give(bot, "text,label\ngood movie,x\n", model="moods")
        (row,) = table(reply)
        assert not reply.controls
        assert row["label"] == "x" and row["labels"].startswith("[")
        (row,) = table(await give(bot, "text\ngood movie\n", model="stars"))
        assert float(row["LABEL_0"]) == pytest.approx(
            (await best(bot, "good movie", "stars")).score, rel=1e-4
        )


async def test_what_cannot_be_asked_is_refused_in_a_sentence(bot):
    large = await give(bot, b"", size=200_000_000)
    assert large.error.code == "file_too_large" and "200000000" in large.text.replace(",", "")
    many = "text\n" + "good\n" * (MOST_ROWS + 1)
    assert (await give(bot, many)).error.code == "batch_rows"
    assert (await give(bot, ROWS, text="good")).error.code == "batch_and_text"
    assert (await give(bot, ROWS, "a.exe")).error.code == "file_type"
    assert (await give(bot, "text\n\n\n")).error.code == "import_no_rows"
    assert (await give(bot, "n,text\n1,\n2,\n")).error.code == "batch_empty"
    assert (await give(bot, ROWS, model="fillmask")).error.code == "wrong_task"
    assert await bot.code("/classify") == "option_missing"
    assert not await bot.services.storage.jobs.unended(bot.place.community, KIND)


MANY = "text\n" + "".join(f"good movie {n} food\n" for n in range(6_000))


async def test_whoever_began_it_may_cancel_it_and_others_may_not(bot):
    mina, jun = bot.by("mina"), bot.by("jun")
    asking = asyncio.create_task(give(mina, MANY))
    await until(lambda: any(said.bars for said in mina.progress), "some rows")
    (cancel,) = mina.progress[-1].controls
    assert (await give(mina, ROWS)).error.code == "job_running"
    assert not (await jun.ok("/jobs")).controls
    assert (await jun.press(cancel.id)).error.code == "role_moderator"
    assert [each.id for each in (await mina.ok("/jobs")).controls] == [cancel.id]
    assert (await mina.press(cancel.id)).error is None
    reply = await asking
    assert "was cancelled" in reply.text and not reply.files
    assert table(await give(mina, ROWS))


async def test_the_letters_of_a_file_count_for_the_day_and_do_not_wait(bot):
    mina = bot.by("mina", Role.ADMIN, ELSEWHERE)
    await mina.ok("/settings limit:letters to:40")
    await mina.ok("/settings limit:waiting to:20")
    long = await give(mina, f"text\n{'good ' * 10}\n")
    assert long.error.code == "text_too_much" and "50" in long.text
    assert table(await give(mina, "text\n" + "good movie\n" * 3))
    for _ in range(2):
        assert (await give(mina, "text\n" + "good movie\n" * 2)).error.code == "letters_person"
    assert not await bot.services.storage.jobs.unended(ELSEWHERE.community, KIND)


async def test_what_was_cut_off_says_that_no_file_is_kept(tmp_path, checkpoints):
    async with running(tmp_path, checkpoints) as bot:
        asking = asyncio.create_task(give(bot, MANY))
        await until(lambda: any(said.bars for said in bot.progress), "some rows")
        bot.services.jobs.begin_to_close()
        await bot.services.jobs.close(0)
        assert "keeps no file" in (await asking).text
    async with running(tmp_path, checkpoints) as bot:
        taken = await anext(aiter(bot.services.jobs.take_up("terminal")))
        states = [job async for job in bot.services.jobs.watch(taken.community, taken.id)]
        assert states[-1].state is JobState.FAILED and states[-1].reason == "batch_gone"


async def test_nothing_of_a_file_is_voted_on_or_kept_in_the_history(bot):
    assert (await give(bot, ROWS)).error is None
    assert "nothing" in (await bot.ok("/history")).text.lower()
    assert not await bot.services.storage.datasets.all(bot.place.community)
