"""Files as they come: each is read right, or the answer says what to do, and nothing is kept."""

import io
import json
import zipfile

import pytest

from handlers.types import Attachment, Select
from tests.handlers.exporting.test_folder import run
from tests.handlers.importing.test_import_command import control, give, made, texts, votes


async def refused(bot, content, name="a.csv"):
    reply = await give(bot, content, name)
    assert reply.error and not await texts(bot)
    return reply


async def test_200_megabytes_are_refused_unread(bot):
    await made(bot)

    async def fetch(_):
        raise AssertionError("nothing of it is fetched")

    command = bot.dispatcher.table.of_form("dataset import")
    with pytest.raises(AssertionError, match="file_too_large"):
        await run(bot, "import", file=Attachment("a.csv", 200_000_000, fetch))
    assert command.name.en == "import" and not await texts(bot)


async def test_a_file_that_is_larger_than_it_says(bot):
    await made(bot)
    content = b"text,label\n" + b"it crashes again and again,bug\n" * 800_000

    async def fetch(most):
        return content[: most + 1]

    with pytest.raises(AssertionError, match="file_too_large"):
        await run(bot, "import", file=Attachment("a.csv", 1_000, fetch))


@pytest.mark.parametrize(
    "content",
    [
        "\ufefftext;label\r\nit crashes;bug\r\n".encode(),
        "text;label\nit crashes;bug\n".encode("utf-16"),
        b'"text"\t"label"\r"it crashes"\t"bug"\r',
        b"text,label\n\n\nit crashes,bug\n,,\n\n",
        b"it crashes,bug\nit crashes,bug\n",
    ],
)
async def test_the_same_row_however_it_is_written(bot, content):
    await made(bot)
    await bot.press(control(await give(bot, content), "put"))
    assert [one.text for one in await texts(bot)] == ["it crashes"]
    assert await votes(bot) == [(("bug",), False)]


async def test_korean_of_windows_with_ragged_rows_and_quotes_across_lines(bot):
    await bot.ok("/dataset create name:의견 버그, 질문")
    rows = '글;라벨\n"자꾸\n꺼져요; 정말";버그\n하나 둘 셋\n어떻게 하나요;질문;더\n'
    rows += '"왜 ""그래요""";질문\n'
    reply = await give(bot, rows.encode("cp949"))
    assert "CP949" in reply.text and "2 new texts" in reply.text
    (file,) = reply.files
    lines = file.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["4", "5"]
    await bot.press(control(reply, "put"))
    assert [one.text for one in await texts(bot)] == ["자꾸\n꺼져요; 정말", '왜 "그래요"']


async def test_a_formula_is_a_text_that_never_runs(bot):
    await made(bot)
    odd = "=cmd|' /C calc'!A0"
    await bot.press(control(await give(bot, f'text,label\n"{odd}",bug\n'), "put"))
    assert [one.text for one in await texts(bot)] == [odd]
    (file,) = (await bot.ok("/dataset export")).files
    assert f"'{odd}" in file.content.decode()
    await bot.ok("/dataset create name:again bug, praise")
    reply = await run(bot, "import", dataset="again", file=_attached(file))
    await bot.press(control(reply, "put"))
    found = [await bot.services.storage.examples.all(bot.place.community, n) for n in (1, 2)]
    assert [[one.text for one in each] for each in found] == [[odd], [odd]]


def _attached(file):
    async def fetch(_):
        return file.content

    return Attachment(file.name, len(file.content), fetch)


async def test_a_thousand_names_of_labels_are_told_and_not_added(bot):
    await made(bot)
    rows = "".join(f"text number {n},label {n}\n" for n in range(1_000))
    reply = await give(bot, f"text,label\n{rows}")
    assert "label 0 1" in reply.text and "…" in reply.text and len(reply.text) < 2_000
    failed = await bot.press(control(reply, "create"))
    assert failed.error.code == "labels_too_many"
    (dataset,) = await bot.services.storage.datasets.all(bot.place.community)
    assert len(dataset.active) == 3
    assert not [one for one in reply.controls if one.id.endswith(":put")]


async def test_one_label_is_enough_in_a_file_and_too_few_for_a_dataset(bot):
    assert await bot.code("/dataset create name:feedback bug") == "labels_too_few"
    await made(bot)
    done = await bot.press(control(await give(bot, "text,label\na b c,bug\nd e f,bug\n"), "put"))
    assert "2 new texts, 2 labels" in done.text


async def test_labels_that_differ_by_case_spaces_or_form_are_one(bot):
    await bot.ok("/dataset create name:feedback Bug report, 질문")
    spelt = [
        "Bug report",
        "bug  REPORT",
        " Bug report ",
        "\u1100\u1175\u11af",
        "질문",
        "\u110c\u1175\u11af\u1106\u116e\u11ab",
    ]
    rows = "".join(f"text number {n},{label}\n" for n, label in enumerate(spelt))
    reply = await give(bot, f"text,label\n{rows}")
    assert control(reply, "map", Select)
    await bot.press(control(reply, "put"))
    assert [labels for labels, _ in await votes(bot)] == [("Bug report",)] * 3 + [("질문",)] * 2


async def test_labels_to_add_that_are_alike_are_one(bot):
    await made(bot)
    reply = await give(bot, "text,label\na b c,Idea\nd e f,idea\ng h i, IDEA\n")
    assert "Idea 3" in reply.text
    reply = await bot.press(control(reply, "create"))
    await bot.press(control(reply, "put"))
    assert [labels for labels, _ in await votes(bot)] == [("Idea",)] * 3


async def test_a_zip_bomb_as_a_workbook(bot):
    await made(bot)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 150_000_000)
    assert (await refused(bot, packed.getvalue(), "a.xlsx")).error.code == "import_unpacked"


async def test_tables_within_cells_are_left_out(bot):
    await made(bot)
    rows = [{"text": {"ko": "안녕"}, "label": "bug"}, {"text": "it crashes", "label": {"a": 1}}]
    content = "\n".join(map(json.dumps, [*rows, {"text": "thank you", "label": "praise"}]))
    reply = await give(bot, content, "a.jsonl")
    assert "1 new text" in reply.text and len(reply.files) == 1
    await bot.press(control(reply, "put"))
    assert [one.text for one in await texts(bot)] == ["thank you"]


async def test_nothing_of_a_preview_pings_or_formats(bot):
    await made(bot)
    reply = await give(bot, "text,label\n@everyone <@1> **x** `y`,bug\n", "@everyone `a`.csv")
    assert reply.error is None and ("@everyone <@1> **x** `y`", "bug") in reply.table.rows
