"""`/dataset import hub:…`: the unmodified huggingface_hub against a server on loopback."""

import asyncio
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handlers.services import Rules
from handlers.types import Button, Role, Select
from models.hub.client import PAUSE_S
from tests.handlers.collected import label_votes, texts
from tests.handlers.conftest import ELSEWHERE, Bot, running
from tests.servers.hub import Fault
from tests.waiting import until

ROWS = b"text,label\nit crashes,0\nhow do I?,1\nthank you,-1\n"
CARD = """---
license: cc-by-sa-4.0
configs:
- config_name: small
  data_files:
  - split: train
    path: data/train-*.parquet
- config_name: large
  data_files:
  - split: train
    path: large/train.csv
  - split: test
    path: [large/test.csv]
dataset_info:
- config_name: large
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': bug
          '1': question
---
# Rows
"""
TOKEN = "hf_reader"


def parquet(labels=("bug", "question")):
    table = pa.table({"text": ["it crashes", "how do I?"], "label": pa.array([0, 1], pa.int64())})
    feature = {"label": {"names": list(labels), "_type": "ClassLabel"}}
    info = {"info": {"features": {"text": {"dtype": "string", "_type": "Value"}, **feature}}}
    written = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"huggingface": json.dumps(info)}), written)
    return written.getvalue()


FILES = {
    "README.md": CARD.encode(),
    "data/train-00000-of-00001.parquet": parquet(),
    "large/train.csv": ROWS,
    "large/test.csv": ROWS,
    "large/left.csv": b"not listed",
    "dataset_infos.json": b"{}",
}


@pytest.fixture
async def bot(tmp_path, checkpoints, server):
    async with running(tmp_path, checkpoints, (), server.url) as bot:
        await bot.ok("/dataset create name:feedback bug, question, praise")
        yield bot


def control(reply, word, kind=Button):
    return next(one for one in reply.controls if isinstance(one, kind) and word in one.id)


async def votes(bot):
    return [vote.labels for vote in await label_votes(bot)]


async def test_a_split_is_fetched_looked_at_and_kept(bot, server):
    repo = server.add("org/rows", FILES, is_dataset=True)
    reply = await bot.ok("/dataset import hub:org/rows config:large split:train")
    assert reply.title.startswith(f"org/rows@{repo.revision[:7]}/large/train.csv")
    assert "3 rows, 3 new texts" in reply.text and "cc-by-sa-4.0" in reply.text
    assert "1 new text without a label" in reply.text and not await texts(bot)
    assert any("Looking at org/rows" in (each.text or "") for each in bot.progress)
    done = await bot.press(control(reply, "put").id)
    assert done.error is None
    assert await votes(bot) == [("bug",), ("question",)]
    assert server.count("*/large/test.csv") == server.count("*.parquet") == 0


async def test_parquet_with_labels_by_number(bot, server):
    server.add("org/rows", FILES, is_dataset=True)
    reply = await bot.ok(
        "/dataset import hub:https://huggingface.co/datasets/org/rows config:small"
    )
    await bot.press(control(reply, "put").id)
    assert await votes(bot) == [("bug",), ("question",)]


async def test_several_files_are_asked_for_at_one_commit(bot, server):
    repo = server.add("org/rows", FILES, is_dataset=True)
    reply = await bot.ok("/dataset import hub:org/rows")
    select = control(reply, ":hub", Select)
    assert select.options == (
        "data/train-00000-of-00001.parquet",
        "large/train.csv",
        "large/test.csv",
    )
    seen = len(server.seen)
    reply = await bot.press(select.id, "large/test.csv")
    assert reply.error is None and "3 new texts" in reply.text
    assert all(repo.revision in one.path for one in server.seen[seen:])
    assert (await bot.press(select.id, "../../etc/passwd")).error.code == "import_gone"
    member = bot.by("ann", Role.MEMBER)
    assert (await member.press(select.id, "large/test.csv")).error.code == "role_moderator"


def shards(names=("00000", "00001", "00002")):
    rows = [{"text": f"text number {n} of it", "label": n % 2} for n in range(30)]
    files = {"README.md": CARD.encode()}
    for place, name in enumerate(names):
        some = rows[place * 10 : place * 10 + 10]
        written = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(some), written)
        files[f"large/train-{name}.parquet"] = written.getvalue()
    card = CARD.replace("large/train.csv", "large/train-*.parquet")
    return {**files, "README.md": card.encode(), "large/test.csv": ROWS}


async def test_all_files_of_a_split_come_as_one_at_one_commit(bot, server):
    repo = server.add("org/rows", shards(), is_dataset=True)
    reply = await bot.ok("/dataset import hub:org/rows config:large split:train")
    assert reply.title.startswith(f"org/rows@{repo.revision[:7]}/large · train (3)")
    assert "30 rows, 30 new texts" in reply.text and not await texts(bot)
    done = await bot.press(control(reply, "put").id)
    assert "30 new texts, 30 labels" in done.text
    assert await votes(bot) == [("bug",), ("question",)] * 15
    assert [one.text for one in await texts(bot)] == [f"text number {n} of it" for n in range(30)]
    assert all(repo.revision in one.path for one in server.seen if "train-" in one.path)
    undone = await bot.press(control(done, "undo").id)
    assert undone.error is None and not await texts(bot)


async def test_a_split_of_several_files_can_be_chosen_and_so_can_each_file(bot, server):
    server.add("org/rows", shards(), is_dataset=True)
    reply = await bot.ok("/dataset import hub:org/rows config:large")
    select = control(reply, ":hub", Select)
    assert select.options[:2] == ("large · train (3)", "large/train-00000.parquet")
    assert "30 new texts" in (await bot.press(select.id, "large · train (3)")).text
    assert "10 new texts" in (await bot.press(select.id, "large/train-00001.parquet")).text


async def test_a_split_of_which_a_file_is_missing_or_unlike_leaves_nothing(bot, server, naps):
    server.add("org/rows", shards(), is_dataset=True)
    server.faults.append(Fault("*/train-00002.parquet", "GET", cut_after=9))
    line = "/dataset import hub:org/rows config:large split:train"
    reply = await bot.say(line)
    assert reply.error.code == "hub_failed" and "broke off" in reply.text
    server.faults.clear()
    assert "30 new texts" in (await bot.ok(line)).text
    other = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{"sentence": "a b c", "label": 0}]), other)
    files = {**shards(), "large/train-00001.parquet": other.getvalue()}
    server.add("org/odd", files, is_dataset=True)
    odd = await bot.say(line.replace("org/rows", "org/odd"))
    assert odd.error.code == "hub_other_columns" and "train-00001.parquet" in odd.text


async def test_rows_that_cannot_be_read_are_counted_among_those_of_a_split(bot, server):
    files = {
        "train-1.csv": b'text,label\nit crashes,bug\nmore,than,two\n"open,bug\n',
        "train-2.jsonl": b'{"text": "how do I?", "label": "question"}\nnothing\n'
        b'{"text": {"a": 1}, "label": "bug"}\n{"text": "well", "label": ["bug"]}\n',
    }
    server.add("org/rows", files, is_dataset=True)
    reply = await bot.ok("/dataset import hub:org/rows split:train")
    assert "7 rows, 4 new texts" in reply.text
    await bot.press(control(reply, "put").id)
    assert await votes(bot) == [("bug",), ("bug",), ("question",), ("bug",)]


async def test_a_split_that_is_too_large_as_a_whole_is_asked_for_by_file(bot, server):
    repo = server.add("org/rows", shards(), is_dataset=True)
    for path in [path for path in repo.files if "train-" in path]:
        repo.claimed_sizes[path] = 40_000_000
    reply = await bot.ok("/dataset import hub:org/rows config:large split:train")
    assert control(reply, ":hub", Select).options == tuple(
        f"large/train-0000{n}.parquet" for n in range(3)
    )


async def test_in_korean(bot, server):
    server.add("org/rows", FILES, is_dataset=True)
    reply = await bot.korean().ok("/데이터셋 가져오기 허브:org/rows 구성:large 분할:test")
    assert "새 글 3개" in reply.text and "라이선스: cc-by-sa-4.0" in reply.text


async def test_without_a_card_the_paths_say(bot, server):
    files = {"validation.jsonl": b'{"text": "a b c", "label": "bug"}\n', "train.jsonl": b"{}"}
    server.add("org/plain", files, is_dataset=True)
    for split in ("validation", "dev", "VALID"):
        reply = await bot.ok(f"/dataset import hub:org/plain split:{split}")
        assert "1 row, 1 new text" in reply.text


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"rows.py": b"raise SystemExit"}, "hub_script"),
        ({"README.md": b"# no rows", "a.png": b"x"}, "hub_no_rows"),
        ({"train.csv": b"version https://git-lfs.github.com/spec/v1\noid"}, "import_pointer"),
        ({"train.parquet": b"<html>"}, "import_damaged"),
        ({"train.csv": b"text\n" + b"\xff\xfe\x00" * 99}, "import_encoding"),
    ],
)
async def test_what_has_no_rows_says_so(bot, server, files, code):
    server.add("org/rows", files, is_dataset=True)
    assert await bot.code("/dataset import hub:org/rows") == code
    assert not server.count("*.py", "GET")


@pytest.mark.parametrize(
    "typed",
    ["rows", "org/rows/more", "../../etc", "org/..", "org/ro ws", "file:///etc/passwd", "@"],
)
async def test_what_is_no_data_set_is_never_asked_for(bot, server, typed):
    assert await bot.code(f'/dataset import hub:"{typed}"') == "hub_no_repo"
    assert not server.seen


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("hub:org/rows split:dev", "hub_no_split"),
        ("hub:org/rows split:tests", "hub_no_split"),
        ("hub:org/rows config:none", "hub_no_split"),
        ("hub:org/nothing", "hub_failed"),
        ("hub:org/rows@v9", "hub_failed"),
        ("", "option_missing"),
    ],
)
async def test_what_is_not_there(bot, server, line, code):
    server.add("org/rows", FILES, is_dataset=True)
    assert await bot.code(f"/dataset import {line}") == code


async def test_it_says_that_a_file_or_the_hub_is_needed(bot):
    assert "file/hub" in (await bot.say("/dataset import")).text
    assert "파일/허브" in (await bot.korean().say("/데이터셋 가져오기")).text


async def test_too_large_is_said_before_it_is_fetched(bot, server):
    repo = server.add("org/rows", {"train.csv": ROWS}, is_dataset=True)
    repo.claimed_sizes["train.csv"] = 200_000_000
    reply = await bot.say("/dataset import hub:org/rows")
    assert reply.error.code == "hub_too_large" and "200 MB" in reply.text
    assert not server.count("*/train.csv")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("*/train.csv", "GET", cut_after=9), "broke off"),
        (Fault("*/train.csv", "GET", body=b"text,label\nother,bug\n"), "not what the Hub"),
        (Fault("/api/*", status=500), "trouble of its own"),
        (Fault("/api/*", status=429, headers={"Retry-After": "90"}), "90 seconds"),
        (Fault("/api/*", status=200, body=b"<html>"), "not a Hub"),
    ],
)
async def test_each_failure_has_its_sentence(bot, server, naps, fault, said):
    server.add("org/rows", {"train.csv": ROWS}, is_dataset=True)
    server.faults.append(fault)
    reply = await bot.say("/dataset import hub:org/rows")
    assert reply.error.code == "hub_failed" and said in reply.text
    assert not await texts(bot)
    server.faults.clear()
    await bot.ok("/dataset import hub:org/rows")


async def test_no_network_is_one_sentence(tmp_path, checkpoints, naps):
    async with running(tmp_path, checkpoints) as bot:
        await bot.ok("/dataset create name:feedback bug, question")
        reply = await bot.say("/dataset import hub:org/rows")
        assert reply.error.code == "hub_failed" and "network" in reply.text
        assert naps in ([], [PAUSE_S])


async def test_the_hub_may_be_turned_off(bot, server, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in (await bot.say("/dataset import hub:org/rows")).text
    assert not server.seen


def in_a_server(bot: Bot, *communities: str) -> Bot:
    """The same services, asked from elsewhere."""
    rules = Rules(0.5, 3, 30, frozenset(communities))
    object.__setattr__(bot.services, "rules", rules)
    return bot.by("mina", Role.MODERATOR, ELSEWHERE)


async def test_the_account_of_the_operator_is_not_everybodys(tmp_path, checkpoints, server):
    files = {"train.csv": ROWS}
    readers = frozenset({TOKEN})
    server.add("org/private", files, is_dataset=True, is_private=True, readers=readers)
    server.add("org/gated", files, is_dataset=True, is_gated=True, readers=readers)
    async with running(tmp_path, checkpoints, (), server.url, token=TOKEN) as bot:
        await bot.ok("/dataset create name:feedback bug, question, praise")
        for name in ("private", "gated"):
            await bot.ok(f"/dataset import hub:org/{name}")
        seen = len(server.seen)
        mina = in_a_server(bot)
        await mina.ok("/dataset create name:feedback bug, question, praise")
        for name in ("private", "gated", "nothing"):
            assert await mina.code(f"/dataset import hub:org/{name}") == "hub_not_public"
        assert all(one.token is None for one in server.seen[seen:])
        await in_a_server(bot, "discord:2").ok("/dataset import hub:org/private")


async def test_private_and_gated_without_an_account(bot, server):
    server.add("org/private", {"train.csv": ROWS}, is_dataset=True, is_private=True)
    server.add("org/gated", {"train.csv": ROWS}, is_dataset=True, is_gated=True)
    assert "private" in (await bot.say("/dataset import hub:org/private")).text
    assert "terms" in (await bot.say("/dataset import hub:org/gated")).text


async def test_a_file_or_the_hub_but_not_both(bot, tmp_path, server):
    from tests.handlers.importing.test_import_command import give  # noqa: PLC0415

    assert (await give(bot, ROWS, hub="org/rows")).error.code == "import_two_sources"


async def test_what_comes_slowly_tells_how_far_it_is(bot, server):
    rows = b"text,label\n" + b"it crashes again and again,0\n" * 20_000
    server.add("org/rows", {"train.csv": rows}, is_dataset=True)
    server.faults.append(Fault("*/train.csv", "GET", bytes_per_s=300_000))
    await bot.ok("/dataset import hub:org/rows")
    told = [each.text for each in bot.progress if "train.csv" in (each.text or "")]
    assert told and all("of 0.6 MB" in each for each in told)


async def test_who_stops_waiting_stops_the_download(bot, server):
    server.add("org/rows", {"train.csv": ROWS + b"x" * 3_000_000}, is_dataset=True)
    server.faults.append(Fault("*/train.csv", "GET", bytes_per_s=300_000))
    asked = asyncio.ensure_future(bot.ok("/dataset import hub:org/rows"))
    await until(lambda: server.count("*/train.csv", "GET"), "the download")
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    server.faults.clear()
    await bot.ok("/dataset list")
    assert not await texts(bot)
