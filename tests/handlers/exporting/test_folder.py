"""A dataset as files for others: `datasets` reads back what was put in."""

import io
import zipfile

import pyarrow.parquet as pq
import pytest
import yaml

from handlers.types import Attachment, Request

TEXTS = ["=1+1", 'it\'s “odd”, "quoted"\nand long', "자꾸 꺼져요 👩‍👩‍👧", "NULL", " x ", "-1"]


async def exported(bot, options=""):
    (file,) = (await bot.ok(f"/dataset export {options}")).files
    return file


async def nothing(_):
    pass


async def run(bot, action, **options):
    command = bot.dispatcher.table.of_form(f"dataset {action}")
    request = Request(command, options, bot.actor, bot.place, nothing)
    reply = await bot.dispatcher.run(request)
    assert reply.error is None, reply.error
    return reply


async def add(bot, texts, label="bug"):
    for text in texts:
        await run(bot, "add", text=text, label=label)


@pytest.fixture
async def full(bot):
    labels, guideline = 'praise, bug = does #not work, "no"', "- a\n# b"
    await run(bot, "create", name="피드백: yes", labels=labels, guideline=guideline)
    await add(bot, TEXTS)
    await add(bot, [f"well done number {n}" for n in "abcdefghijklmnop"], "praise")
    await bot.ok("/dataset add nobody knows")
    return bot


@pytest.fixture
def load(tmp_path):
    """Read a folder as anybody would who has unpacked it."""
    datasets = pytest.importorskip("datasets", reason="datasets is not installed here")

    def load(file):
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            archive.extractall(tmp_path / "unpacked")
            (folder,) = {name.partition("/")[0] for name in archive.namelist()}
        cache = str(tmp_path / "cache")
        return datasets.load_dataset(str(tmp_path / "unpacked" / folder), cache_dir=cache)

    return load


async def test_a_folder_is_read_back_with_the_names_of_labels(full, load):
    file = await exported(full, "format:folder")
    assert file.name == "피드백-yes.zip"
    found = load(file)
    feature = found["train"].features["label"]
    assert feature.names == ["praise", "bug", '"no"']
    rows = [row for split in found.values() for row in split]
    told = {row["text"]: row for row in rows}
    (dataset,) = await full.services.storage.datasets.all(full.place.community)
    kept = await full.services.storage.examples.all(full.place.community, dataset.id)
    assert sorted(told) == sorted(one.text for one in kept)
    for one in kept:
        row = told[one.text]
        is_known = one.text != "nobody knows"
        wanted = ("bug" if one.text in TEXTS else "praise") if is_known else None
        assert (None if row["label"] is None else feature.int2str(row["label"])) == wanted
        assert (row["id"], row["source"]) == (one.id, "typed")
        assert (row["votes"], row["agreement"]) == ((1, 1.0) if is_known else (0, None))
    assert {row["side"] for row in found["test"]} == {"test"}
    assert [row["text"] for row in found["rest"]] == ["nobody knows"]


async def test_several_labels_are_read_back_as_lists(bot, load):
    await bot.ok("/dataset create name:x kind:multi a, b, c")
    await bot.ok("/dataset add both label:c")
    await bot.press("example:1:label", "a")
    await bot.ok("/dataset add neither label:b")
    await bot.press("example:2:label", "b")
    found = load(await exported(bot, "format:folder"))
    rows = {row["text"]: row["label"] for split in found.values() for row in split}
    assert rows == {"both": [0, 2], "neither": []}


async def test_the_card_tells_no_people_and_no_markup(full):
    file = await exported(full, "format:folder people:no")
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        card = archive.read("피드백-yes/README.md").decode()
        contents = [archive.read(name) for name in archive.namelist()]
    front, _, body = card.removeprefix("---\n").partition("\n---\n")
    told = yaml.safe_load(front)
    assert told["pretty_name"] == "피드백: yes"
    assert told["dataset_info"]["features"][2]["dtype"]["class_label"]["names"]["1"] == "bug"
    assert "does \\#not work" in body and "> \\- a\n> \\# b" in body
    assert not any(b"admin" in content for content in contents)


async def test_parquet_is_taken_in_again(full):
    file = await exported(full, "format:parquet people:yes")
    table = pq.read_table(io.BytesIO(file.content))
    assert table.column_names[-2:] == ["added_by", "voters"]
    assert table["voters"][0].as_py() == '{"admin": "bug"}'

    async def fetch(most):
        return file.content

    await full.ok('/dataset create name:again praise, bug, "no"')
    given = Attachment(file.name, len(file.content), fetch)
    reply = await run(full, "import", file=given, dataset="again")
    done = await full.press(reply.controls[0].id)
    assert done.error is None, done
    datasets = await full.services.storage.datasets.all(full.place.community)
    both = [
        await full.services.storage.examples.all(full.place.community, one.id) for one in datasets
    ]
    assert [one.text.strip() for one in both[0]] == [one.text for one in both[1]]
