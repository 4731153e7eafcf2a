"""The texts of a dataset as a file."""

import csv
import io
import json
import zipfile

import pytest

from handlers.learning.row_files.formulas import undefused
from tests.handlers.exporting.test_folder import exported

ODD = ["=cmd|' /C calc'!A0", " +1", "-2", "@SUM(1)", "＝1+1", "'=1+1", 'a, "b" c', "안녕 👩‍👩‍👧"]


@pytest.fixture
async def full(bot):
    await bot.ok('/dataset create name:"피드백 A/B" bug, praise')
    for text in ODD:
        quoted = text.replace('"', '\\"')
        await bot.ok(f'/dataset add text:"{quoted}" label:bug')
    await bot.ok("/dataset add nobody knows")
    return bot


async def test_a_table_without_people_and_without_formulas(full):
    file = await exported(full)
    assert file.name == "피드백-A-B.csv"
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [undefused(row["text"]) for row in rows] == [*ODD, "nobody knows"]
    assert not any(row["text"].lstrip()[0] in "=+-@＝" for row in rows)
    assert [row["label"] for row in rows] == ["bug"] * len(ODD) + [""]
    assert rows[0]["side"] in ("train", "test") and rows[0]["agreement"] == "1.0"
    assert "admin" not in file.content.decode()


async def test_lines_of_json_hold_the_texts_as_they_are(full):
    file = await exported(full, "format:jsonl")
    rows = [json.loads(line) for line in file.content.decode().splitlines()]
    assert [row["text"] for row in rows] == [*ODD, "nobody knows"] and rows[-1]["label"] is None
    people = await exported(full, "format:jsonl people:yes")
    assert json.loads(people.content.splitlines()[0])["voters"] == {"admin": "bug"}


async def test_several_labels(bot):
    await bot.ok("/dataset create name:x kind:multi a, b")
    await bot.ok("/dataset add both label:a")
    await bot.press("example:1:label", "b")
    (row,) = (await exported(bot, "format:jsonl")).content.splitlines()
    assert json.loads(row)["label"] == ["a", "b"]
    assert '"[""a"", ""b""]"' in (await exported(bot)).content.decode()


async def test_who_says_that_no_label_fits_is_among_the_voters(bot):
    await bot.ok("/dataset create name:x kind:multi a, b")
    await bot.ok("/dataset add neither label:a")
    await bot.press("example:1:label", "a")  # which takes it away again
    (row,) = (await exported(bot, "format:jsonl people:yes")).content.splitlines()
    assert json.loads(row)["voters"] == {"admin": []}


async def test_ambiguous_votes_are_listed_without_a_label(bot):
    await bot.ok("/dataset create name:x open_to:members votes:2 null, b")
    await bot.ok("/dataset add hard to say")
    mina, june = bot.by("mina"), bot.by("june")
    card = await mina.ok("/label")
    await mina.press(next(one.id for one in card.controls if one.id.endswith(":ambiguous")))
    await june.ok("/label")
    await june.press("label:1:1:0")
    (row,) = (await exported(bot, "format:jsonl people:yes")).content.splitlines()
    assert json.loads(row)["voters"] == {"mina": None, "june": "null"}
    assert json.loads(row)["votes"] == 2
    (row,) = csv.DictReader(
        io.StringIO((await exported(bot, "people:yes")).content.decode("utf-8-sig"))
    )
    assert json.loads(row["voters"]) == {"mina": None, "june": "null"}


async def test_a_large_one_is_packed(bot):
    await bot.ok("/dataset create name:x a, b")
    for n in range(50):
        await bot.ok(f"/dataset add {chr(97 + n % 26) * 90_000}{n}")
    file = await exported(bot)
    assert file.name == "x.csv.zip" and len(file.content) < 1_000_000
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert archive.namelist() == ["x.csv"]


async def test_an_empty_one_still_has_columns(bot):
    await bot.ok("/dataset create name:x a, b")
    file = await exported(bot)
    assert file.content.decode("utf-8-sig") == (
        "id,text,label,state,side,votes,agreement,source\r\n"
    )
    assert await bot.code("/dataset export format:folder") == "export_empty"


async def test_members_export_nothing(full):
    assert await full.by("mina").code("/dataset export") == "role_moderator"
