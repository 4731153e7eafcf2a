"""`/hub data`: rows by the dataset viewer or the files, and the import that follows from them."""

import pytest

from handlers.hub.data import rows
from handlers.types import Role, Select
from tests.handlers.conftest import ELSEWHERE
from tests.handlers.importing.test_hub import FILES
from tests.servers.hub import Fault
from tests.servers.hub_viewer import TEXT, class_label

ROWS = [{"text": f"text number {n} of it", "label": n % 2} for n in range(25)]
FEATURES = {"text": TEXT, "label": class_label("bug", "question")}


def jsonl(rows=ROWS):
    return "".join(f'{{"text": "{one["text"]}", "label": {one["label"]}}}\n' for one in rows)


@pytest.fixture
def repo(server):
    repo = server.add("org/rows", {"train.jsonl": jsonl().encode()}, is_dataset=True)
    server.viewer.show(repo, FEATURES, ROWS)
    return repo


def select(reply):
    return next(one for one in reply.controls if isinstance(one, Select))


async def test_rows_come_page_by_page_from_the_viewer_at_one_commit(bot, server, repo):
    reply = await bot.ok("/hub data org/rows")
    assert reply.title == f"org/rows@{repo.revision[:7]} · default · train"
    assert "Rows 1 to 10 of 25." in reply.text
    assert "label: ClassLabel (0 bug, 1 question)" in reply.text
    assert reply.table.columns == ("text", "label")
    assert reply.table.rows[1] == ("text number 1 of it", "question (1)")
    assert not server.count("*/resolve/*")
    second = await bot.press(reply.controls[0].id)
    third = await bot.press(second.controls[1].id)
    assert "Rows 21 to 25 of 25." in third.text
    assert [one.id for one in third.controls if one.id.startswith("hubrows:")] == ["hubrows:1:2"]


async def test_a_viewer_at_another_commit_is_not_believed(bot, server, repo):
    old = server.add("org/rows", {"train.jsonl": jsonl(ROWS[:3]).encode()}, is_dataset=True)
    assert old.revision != repo.revision  # the viewer still shows the former
    reply = await bot.ok("/hub data org/rows")
    assert "Rows 1 to 3 of 3." in reply.text and "Read from its files" in reply.text
    assert all(old.revision in one.path for one in server.seen if "/resolve/" in one.path)


async def test_without_a_viewer_files_and_card_say_it(bot, server):
    server.add("org/card", FILES, is_dataset=True)
    reply = await bot.ok("/hub data org/card config:large split:test")
    assert "label: ClassLabel (0 bug, 1 question)" in reply.text
    assert reply.table.rows[0] == ("it crashes", "bug")
    assert reply.table.rows[2] == ("thank you", "–")
    small = await bot.ok("/hub data org/card")
    assert "small · train" in small.title and "large · test" in small.text
    assert await bot.code("/hub data org/card config:none") == "hub_no_split"
    assert await bot.code("/hub data org/nothing") == "hub_failed"
    assert await bot.code("/hub data rows") == "hub_no_repo"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/rows", status=500),
        Fault("/rows", status=429, headers={"Retry-After": "90"}),
        Fault("/rows", status=200, body=b"<html>"),
        Fault("/rows", status=200, body=b'{"rows": [7], "features": {}}'),
        Fault("/splits", status=200, body=b'{"splits": "many"}'),
        Fault("/splits", hangs_up=True),
    ],
)
async def test_a_viewer_that_fails_is_done_without(bot, server, repo, naps, fault):
    server.faults.append(fault)
    assert "Rows 1 to 10 of 25." in (await bot.ok("/hub data org/rows")).text


async def test_what_is_too_large_to_page_through_says_so(bot, server):
    repo = server.add("org/big", {"train.csv": b"text\nx\n"}, is_dataset=True)
    repo.claimed_sizes["train.csv"] = 30_000_000
    assert await bot.code("/hub data org/big") == "hub_too_large"
    assert not server.count("*/train.csv")


async def test_strangers_cells_are_short_and_in_a_line(bot, server):
    rows = [{"text": "@everyone\n" + "x" * 9_000, "tags": {"a": ["b\u202e"] * 99}, "n": None}]
    repo = server.add("org/loud", {"train.csv": b"text\nx\n"}, is_dataset=True)
    kinds = {"text": TEXT, "tags": {"_type": "List"}, "n" * 300: TEXT}
    server.viewer.show(repo, kinds, rows)
    reply = await bot.ok("/hub data org/loud")
    cells = [*reply.table.columns, *reply.table.rows[0]]
    assert all(len(cell) <= 120 and "\n" not in cell and "\u202e" not in cell for cell in cells)


async def test_rows_become_a_dataset_that_there_is(bot, server, repo):
    await bot.ok("/dataset create name:feedback bug, question")
    shown = await bot.ok("/hub data org/rows")
    assert select(shown).label == "Import as dataset"
    assert select(shown).options == ("feedback", "New dataset: rows")
    looked = await bot.press(select(shown).id, "feedback")
    assert "25 new texts" in looked.text and "for “feedback”" in looked.title
    put = next(one for one in looked.controls if one.id.endswith(":put"))
    assert "25 new texts, 25 labels" in (await bot.press(put.id)).text


async def test_rows_become_a_dataset_of_their_own(bot, server, repo):
    shown = await bot.ok("/hub data org/rows")
    looked = await bot.press(select(shown).id, "New dataset: rows")
    assert "25 new texts" in looked.text and "for “rows”" in looked.title
    (dataset,) = await bot.services.storage.datasets.all(bot.place.community)
    assert [one.name for one in dataset.active] == ["bug", "question"]
    assert "New dataset" not in str(select(await bot.ok("/hub data org/rows")).options)


async def test_a_dataset_is_made_once_though_the_first_import_came_to_nothing(bot, server, repo):
    shown = await bot.ok("/hub data org/rows")
    server.faults.append(Fault("*/resolve/*", status=404))
    assert (await bot.press(select(shown).id, "New dataset: rows")).error
    server.faults.clear()
    looked = await bot.press(select(shown).id, "New dataset: rows")
    assert looked.error is None and "for “rows”" in looked.title
    assert len(await bot.services.storage.datasets.all(bot.place.community)) == 1


async def test_pages_of_files_count_as_one_download(bot, server):
    server.add("org/plain", {"train.jsonl": jsonl().encode()}, is_dataset=True)
    admin = bot.by("ann", Role.ADMIN, ELSEWHERE)
    await admin.ok("/settings limit:downloads to:1")
    shown = await admin.ok("/hub data org/plain")
    assert "Rows 1 to 10 of 25." in shown.text
    assert "Rows 11 to 20 of 25." in (await admin.press("hubrows:1:2")).text
    assert await admin.code("/hub data org/plain") == "downloads_full"


async def test_of_many_files_the_first_alone_tells_no_total(bot, server, monkeypatch):
    monkeypatch.setattr(rows, "MOST_BYTES", 1_000)
    half = jsonl(ROWS[:12]).encode()
    files = {f"data/train-0000{n}-of-00002.jsonl": half for n in range(2)}
    server.add("org/large", files, is_dataset=True)
    shown = await bot.ok("/hub data org/large")
    assert "Rows 1 to 10.\n" in shown.text


async def test_members_look_and_moderators_import(bot, server, repo):
    ann = bot.by("ann")
    shown = await ann.ok("/hub data org/rows")
    assert not [one for one in shown.controls if isinstance(one, Select)]
    assert (await ann.press("hubinto:1", "rows")).error.code == "role_moderator"
    moderator = bot.by("mo", Role.MODERATOR)
    assert (await moderator.press("hubinto:1", "rows")).error.code == "hub_view_gone"


@pytest.mark.parametrize("control", ["hubrows:1:x", "hubrows:", "hubinto:x", "hubrows:99:1"])
async def test_forged_presses(bot, server, control):
    reply = await bot.press(control, "x" if control.startswith("hubinto") else None)
    assert reply.error.code in ("unknown_control", "hub_view_gone")


async def test_a_search_is_no_view_of_rows(bot, server, tiny):
    for n in range(11):
        server.add(f"org/many-{n}", tiny)
    assert (await bot.ok("/hub search many")).controls
    assert (await bot.press("hubrows:1:1")).error.code == "unknown_control"
    assert (await bot.press("hubinto:1", "x")).error.code == "unknown_control"


async def test_in_korean(bot, server, repo):
    reply = await bot.korean().ok("/허브 데이터 org/rows 분할:train")
    assert "25개 가운데 1~10번째 행이에요." in reply.text
    assert select(reply).options == ("새 데이터셋: rows",)
