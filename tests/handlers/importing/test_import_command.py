"""`/dataset import` as people give it: looked at, decided, kept, taken back."""

import asyncio
import json

import pytest

from handlers.importing.carrying import carry
from handlers.learning.dataset import new_example
from handlers.learning.importing.sorting import identity_of
from handlers.types import Attachment, Button, Request, Role, Select
from storage.records import ImportState
from tests.handlers.collected import label_votes, texts
from tests.handlers.conftest import ADMIN

ROWS = "text,label\nit crashes,bug\nhow do I?,question\nthank you,praise\n"


async def give(bot, content, name="a.csv", **options):
    content = content.encode() if isinstance(content, str) else content

    async def fetch(most):
        return content[: most + 1]

    options["file"] = Attachment(name, len(content), fetch)
    command = bot.dispatcher.read("/dataset import file:a.csv")
    command = getattr(command, "command", command)
    return await bot.dispatcher.run(
        Request(command, options, bot.actor, bot.place, progress=_nothing)
    )


async def _nothing(reply):
    pass


async def made(bot, labels="bug, question, praise"):
    await bot.ok(f"/dataset create name:feedback {labels}")


def control(reply, word, kind=Button):
    return next(one.id for one in reply.controls if isinstance(one, kind) and word in one.id)


async def votes(bot):
    return [(vote.labels, vote.is_moderator) for vote in await label_votes(bot)]


async def test_looked_at_then_kept_then_taken_back(bot):
    await made(bot)
    reply = await give(bot, ROWS)
    assert reply.error is None, reply.error
    assert "3 rows, 3 new texts" in reply.text
    assert "“text”" in reply.text and "UTF-8" in reply.text
    assert not await texts(bot)
    done = await bot.press(control(reply, "put"))
    assert done.error is None and "3 new texts, 3 labels" in done.text
    assert [one.text for one in await texts(bot)] == ["it crashes", "how do I?", "thank you"]
    assert await votes(bot) == [(("bug",), False), (("question",), False), (("praise",), False)]
    undone = await bot.press(control(done, "undo"))
    assert undone.error is None
    said = [reply.text or "" for reply in bot.progress]
    assert any("being taken out" in one for one in said)
    assert not any("being put in" in one for one in said[-2:])
    assert not await texts(bot) and not await votes(bot)
    again = await bot.press(control(done, "undo"))
    assert again.error.code == "import_undone" and "out already" in again.text
    assert not (await bot.ok("/jobs 1")).controls


async def test_what_the_dataset_has_nearly_the_same_of_is_counted_first(bot):
    await made(bot)
    await bot.ok("/dataset add the app crashes every time I open it label:bug")
    rows = ("The APP crashes every time, I open it!!", "the app crashes every time I close it")
    others = ("how do I open it", "the app crashes every time I open it")
    content = "text,label\n" + "".join(f'"{row}",bug\n' for row in (*rows, *others))
    reply = await give(bot, content)
    assert "4 rows, 3 new texts" in reply.text and "1 text is in the dataset" in reply.text
    assert "At least 2 new texts are nearly the same as one that the dataset has" in reply.text
    await bot.press(control(reply, "put"))
    sides = {one.text: one.side for one in await texts(bot)}
    assert len({sides[row] for row in (*rows, others[1])}) == 1


async def test_in_korean_with_a_file_of_windows(bot):
    await bot.korean().ok("/데이터셋 만들기 이름:의견 버그, 질문")
    rows = "문장;분류\r\n자꾸 꺼져요;버그\r\n어떻게 하나요;질문\r\n".encode("cp949")
    reply = await give(bot.korean(), rows, "의견.csv")
    assert "CP949" in reply.text and "“문장”" in reply.text and "새 글 2개" in reply.text


async def test_how_a_file_is_read_is_told_in_words(bot):
    await made(bot)
    read = await give(bot, "text;label\nit crashes;bug\nhm;\n")
    assert "semicolons (;) between cells" in read.text and "one member's votes" in read.text
    assert "1 new text without a label" in read.text
    await bot.press(control(read, "put"))
    again = await give(bot, "text\nhm\n")
    assert "1 text is in the dataset already." in again.text
    assert "without a label" not in again.text and "votes" not in again.text
    assert not any("put" in one.id for one in again.controls)


async def test_the_same_file_twice_is_no_second_person(bot):
    await made(bot)
    for _ in range(2):
        await bot.press(control(await give(bot, ROWS), "put"))
    assert "3 texts · 0 gold · 3 open" in (await bot.ok("/dataset show")).text


@pytest.mark.parametrize(
    ("votes_needed", "says"), [(1, "and one is enough"), (2, "2 in all"), (5, "5 in all")]
)
async def test_what_labels_without_gold_lack_is_said_before_anything_is_kept(
    bot, votes_needed, says
):
    await made(bot, f"votes:{votes_needed} bug, question, praise")
    reply = await give(bot, ROWS)
    assert says in reply.text
    await bot.press(control(reply, "put"))
    gold = 3 if votes_needed == 1 else 0
    assert f"{gold} gold" in (await bot.ok("/dataset show")).text


async def test_gold_if_a_moderator_says_so(bot):
    await made(bot)
    await bot.press(control(await give(bot, ROWS, **{"as": "gold"}), "put"))
    assert {is_moderator for _, is_moderator in await votes(bot)} == {True}


async def test_a_press_makes_votes_gold_and_back_before_anything_is_kept(bot):
    await made(bot)
    reply = await give(bot, ROWS)
    for word, says in (("gold", "count as gold"), ("votes", "member's votes"), ("gold", "as gold")):
        reply = await bot.press(control(reply, f":{word}"))
        assert reply.error is None and says in reply.text and not await texts(bot)
    done = await bot.press(control(reply, "put"))
    assert {is_moderator for _, is_moderator in await votes(bot)} == {True}
    assert (await bot.press(control(reply, ":votes"))).error.code == "import_gone"
    card = await bot.press(control(done, "label:"))
    assert card.error is None and "feedback: 0 left" in card.title


async def test_rows_that_are_left_out_come_back(bot):
    await made(bot)
    reply = await give(bot, ROWS + "=cmd(),nonsense\n,bug\na,b,c\nit crashes,bug\n")
    (file,) = reply.files
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "line,reason,text,label"
    assert [line.split(",")[0] for line in lines[1:]] == ["5", "6", "7", "8"]
    assert "'=cmd()" in lines[1]


async def test_unknown_labels_are_mapped_or_added(bot):
    await made(bot)
    reply = await give(bot, ROWS + "a,Bugs\nb,Bugs\nc,idea\n")
    assert "Bugs 2, idea 1" in reply.text
    reply = await bot.press(control(reply, "map", Select), "bug")
    assert reply.error is None and "Bugs" not in reply.text and "idea 1" in reply.text
    reply = await bot.press(control(reply, "create"))
    assert reply.error is None and "6 rows, 6 new texts" in reply.text
    await bot.press(control(reply, "put"))
    assert [labels for labels, _ in await votes(bot)][3:] == [("bug",), ("bug",), ("idea",)]


async def test_columns_that_cannot_be_told_are_asked_for(bot):
    await made(bot)
    rows = [("one long text", "another text", "x"), ("words and words", "more of them", "y")]
    content = "\n".join("\t".join(row) for row in [("first", "second", "c"), *rows])
    reply = await give(bot, content, "a.tsv")
    assert not await texts(bot)
    reply = await bot.press(control(reply, ":text", Select), "second")
    assert reply.error is None and "“second”" in reply.text
    done = await bot.press(control(reply, "put"))
    assert [one.text for one in await texts(bot)] == ["another text", "more of them"], done


async def test_columns_with_names_that_no_menu_shows(bot):
    await made(bot)
    names = ["words " * 40 + "\n1", "words " * 40 + "2", "c"]
    rows = [[f"one long text {n}", f"another text {n}", f"v{n}"] for n in range(5)]
    content = "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows)
    reply = await give(bot, content, "a.jsonl")
    select = next(one for one in reply.controls if isinstance(one, Select))
    assert all(len(option) <= 75 and option.isprintable() for option in select.options)
    reply = await bot.press(select.id, select.options[0])
    assert reply.error is None and "5 new texts" in reply.text


async def test_what_was_cut_goes_on(bot):
    await made(bot)
    content = "\n".join(json.dumps({"text": f"text {n}", "label": "bug"}) for n in range(1_200))
    reply = await give(bot, content, "a.jsonl")
    number = int(control(reply, "put").split(":")[1])
    imports, community = bot.services.storage.imports, bot.place.community
    one = await imports.start(community, number, ImportState.RUNNING)
    task = None

    def cut(rows, of):
        task.cancel()

    task = asyncio.ensure_future(carry(bot.services, one, cut))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert 0 < len(await texts(bot)) < 1_200
    done = await bot.press(control(reply, "put"))
    assert done.error is None
    assert len(await texts(bot)) == len(await votes(bot)) == 1_200


async def test_what_was_cut_and_given_up_is_gone_when_the_next_comes(bot):
    await made(bot)
    content = "text,label\n" + "".join(f"text {n},bug\n" for n in range(1_200))
    number = int(control(await give(bot, content), "put").split(":")[1])
    imports, community = bot.services.storage.imports, bot.place.community
    one = await imports.start(community, number, ImportState.RUNNING)
    task = asyncio.ensure_future(carry(bot.services, one, lambda rows, of: task.cancel()))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await texts(bot)
    reply = await give(bot, ROWS)
    assert not await texts(bot)
    assert (await bot.press(f"import:{number}:put")).error.code == "import_gone"
    await bot.press(control(reply, "put"))
    assert "the file a.csv: 3" in (await bot.ok("/dataset show")).text


async def test_twice_at_once_is_once(bot):
    await made(bot)
    content = "text,label\n" + "".join(f"text {n},bug\n" for n in range(1_200))
    reply = await give(bot, content)
    told = await asyncio.gather(*(bot.press(control(reply, "put")) for _ in range(2)))
    codes = sorted(one.error.code for one in told if one.error)
    assert codes == ["job_running"]
    assert len(await texts(bot)) == len(await votes(bot)) == 1_200
    again = await bot.press(control(reply, "put"))
    assert again.error.code == "import_gone"


async def test_members_may_not(bot):
    await made(bot)
    reply = await give(bot, ROWS)
    member = bot.by("ann", Role.MEMBER)
    assert (await member.press(control(reply, "put"))).error.code == "role_moderator"
    assert (await give(member, ROWS)).error.code == "role_moderator"


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet"])
async def test_a_file_that_is_none_is_refused_in_words(bot, name):
    await made(bot)
    assert (await give(bot, b"\x00\xff\xfe\x01" * 50, name)).error.code.startswith("import_")
    assert (await give(bot, b"", name)).error.code == "file_empty"


async def test_a_text_is_the_same_wherever_it_comes_from(bot):
    await made(bot)
    (dataset,) = await bot.services.storage.datasets.all(bot.place.community)
    for text in ("it  crashes", "자꾸", "cafe\u0301"):
        made_by_hand = new_example(dataset, ADMIN, text, "typed", None, None)
        assert made_by_hand.canonical == identity_of(text)
