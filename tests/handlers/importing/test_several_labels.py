"""Datasets of which a text has several labels: imported, shown, exported and taken in again."""

import csv
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from handlers.types import Role, Select
from tests.handlers.exporting.test_folder import run
from tests.handlers.importing.test_import_command import control, give, texts, votes


@pytest.fixture
async def multi(bot):
    await bot.ok('/dataset create name:feedback labels:"bug, praise, price, speed" kind:multi')
    return bot


SAID = [("bug", "speed"), ("praise",), (), ("bug", "price")]


async def kept(bot, place=0):
    """What the file says of each text, by the text."""
    dataset = sorted(
        await bot.services.storage.datasets.all(bot.place.community), key=lambda one: one.id
    )[place]
    examples = await bot.services.storage.examples.all(bot.place.community, dataset.id)
    said = await bot.services.storage.examples.label_votes(bot.place.community, dataset.id)
    found = {vote.example_id: tuple(sorted(vote.labels)) for vote in said}
    return [found.get(one.id) for one in examples]


@pytest.mark.parametrize("between", [";", "|", ",", " , ", "\n"])
async def test_labels_of_one_cell(multi, between):
    rows = "".join(
        f'text number {n},"{between.join(labels)}"\n' for n, labels in enumerate(SAID) if labels
    )
    reply = await give(multi, f"text,labels\n{rows}")
    assert "3 rows, 3 new texts" in reply.text
    assert ("text number 0", "bug, speed") in reply.table.rows
    await multi.press(control(reply, "put"))
    assert await kept(multi) == [labels for labels in SAID if labels]


def as_parquet():
    numbers = {"bug": 0, "praise": 1, "price": 2, "speed": 3}
    lists = [[numbers[one] for one in labels] for labels in SAID]
    table = pa.table({"text": [f"text number {n}" for n in range(4)], "labels": lists})
    inner = {"names": list(numbers), "_type": "ClassLabel"}
    info = {"info": {"features": {"labels": {"feature": inner, "_type": "List"}}}}
    written = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"huggingface": json.dumps(info)}), written)
    return written.getvalue()


def as_jsonl():
    rows = [{"text": f"text number {n}", "labels": labels} for n, labels in enumerate(SAID)]
    return "\n".join(map(json.dumps, rows))


@pytest.mark.parametrize(("name", "make"), [("a.parquet", as_parquet), ("a.jsonl", as_jsonl)])
async def test_a_column_of_lists_and_an_empty_one_is_a_judgement(multi, name, make):
    reply = await give(multi, make(), name)
    assert "4 rows, 4 new texts" in reply.text and "without a label" not in reply.text
    done = await multi.press(control(reply, "put"))
    assert "4 labels" in done.text
    assert await kept(multi) == SAID


async def test_an_unknown_label_among_known_ones_is_added_or_mapped(multi):
    reply = await give(multi, 'text,labels\nit crashes,"bug;crash"\nwell done,"praise;thanks"\n')
    assert "crash 1, thanks 1" in reply.text
    reply = await multi.press(control(reply, "map", Select), "bug")
    reply = await multi.press(control(reply, "create"))
    await multi.press(control(reply, "put"))
    assert await kept(multi) == [("bug",), ("praise", "thanks")]


async def test_several_labels_where_one_can_hold_are_left_out(bot):
    await bot.ok("/dataset create name:feedback bug, praise")
    reply = await give(
        bot, json.dumps({"text": "both of it", "label": ["bug", "praise"]}), "a.jsonl"
    )
    assert "several labels, where one can hold" in reply.text


def as_xlsx(table):
    """The same cells as in a csv file, put into a workbook by somebody."""
    book = Workbook()
    for row in csv.reader(io.StringIO(table.decode("utf-8-sig"))):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "xlsx"])
async def test_what_is_exported_is_taken_in_again(multi, kind):
    reply = await give(multi, as_jsonl(), "a.jsonl", **{"as": "gold"})
    await multi.press(control(reply, "put"))
    await multi.ok("/dataset add nobody knows")
    (file,) = (await multi.ok(f"/dataset export format:{kind.replace('xlsx', 'csv')}")).files
    content = as_xlsx(file.content) if kind == "xlsx" else file.content
    reply = await give(multi, content, f"a.{kind}")
    assert "5 texts are in the dataset already" in reply.text
    done = await multi.press(control(reply, "put"))
    assert "0 new texts" in done.text
    said = await votes(multi)
    again = sorted(tuple(sorted(labels)) for labels, is_gold in said if not is_gold)
    assert again == sorted(SAID)  # of the text that nobody knows, it says nothing


AWKWARD = ["c|d", "[e]", "[]", 'f;"g"', '["h"]']


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_no_name_is_taken_apart(bot, kind):
    terms = {"labels": ", ".join(AWKWARD), "kind": "multi"}
    await run(bot, "create", name="x", **terms)
    rows = [{"text": f"text number {n}", "label": AWKWARD[:n]} for n in range(6)]
    rows += [{"text": f"text number {n + 6}", "label": [one]} for n, one in enumerate(AWKWARD)]
    await multi_put(bot, "\n".join(map(json.dumps, rows)), "a.jsonl")
    before = await kept(bot)
    (file,) = (await bot.ok("/dataset export")).files
    assert b'"[""[]""]"' in file.content and b",[]," in file.content
    await run(bot, "create", name="y", **terms)
    content = as_xlsx(file.content) if kind == "xlsx" else file.content
    reply = await give(bot, content, f"a.{kind}", dataset="y")
    assert "11 rows, 11 new texts" in reply.text
    await bot.press(control(reply, "put"))
    assert await kept(bot, 1) == before and len(before) == 11 and None not in before


async def multi_put(bot, content, name):
    reply = await give(bot, content, name, dataset="x", **{"as": "gold"})
    await bot.press(control(reply, "put"))


@pytest.mark.parametrize("cell", ["[1,", "[[1]]", '[{"a": 1}]', "[" * 100_00, "[null]", "[NaN]"])
async def test_a_cell_that_only_looks_like_a_list(multi, cell):
    reply = await give(multi, json.dumps({"text": "it crashes", "label": cell}), "a.jsonl")
    assert "1 row, 0 new texts" in reply.text or "1 rows, 0 new texts" in reply.text
    assert "unknown label" in reply.text.lower() or "a label that" in reply.text


async def test_show_counts_each_label_and_how_far_sets_agree(multi):
    for n in range(5):
        await multi.ok(f"/dataset add text number {n} label:bug")
    for user, labels in (("ann", ("bug", "speed")), ("bob", ("bug",)), ("eve", ("praise",))):
        for n in range(1, 6):
            for label in labels:
                person = multi.by(user, Role.MODERATOR)
                assert (await person.press(f"example:{n}:label", label)).error is None
    shown = await multi.ok("/dataset show")
    assert "alpha of" in shown.text and "over 5 texts" in shown.text
    assert [row[0] for row in shown.table.rows] == ["bug", "praise", "price", "speed"]
    listed = await multi.ok("/dataset preview")
    assert len(listed.table.rows) == len(await texts(multi)) == 5


async def test_a_training_says_of_which_label_too_few_texts_have_come(multi):
    assert await multi.code("/finetune dataset:feedback") == "too_few_gold"
