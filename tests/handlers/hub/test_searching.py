"""`/hub search` and `/hub show`: the unmodified huggingface_hub against a server on loopback."""

import json

import pytest

from handlers.services import Rules
from handlers.types import Role
from models.hub.client import PAUSE_S
from tests.handlers.conftest import ELSEWHERE, running
from tests.handlers.hub.conftest import CARD
from tests.servers.hub import Fault

SEVEN = {"parameters": {"BF16": 7_000_000_000}, "total": 7_000_000_000}


def rows_of(reply):
    return {row[0]: row for row in reply.table.rows}


async def test_models_are_found_with_what_matters_before_any_is_fetched(bot, server, tiny):
    mood = server.add("org/mood-ko", tiny)
    mood.said |= {"likes": 12, "downloads": 3_400, "pipeline_tag": "text-classification"}
    mood.said |= {"safetensors": {"parameters": {"F32": 25_000}, "total": 25_000}}
    large = server.add("org/mood-large", tiny)
    large.said |= {"safetensors": SEVEN, "downloads": 9_000, "pipeline_tag": "text-generation"}
    server.add("org/mood-old", {"config.json": b"{}", "pytorch_model.bin": b"x"})
    server.add("org/other", tiny)
    reply = await bot.ok("/hub search mood")
    found = rows_of(reply)
    assert [*found] == ["org/mood-large", "org/mood-ko", "org/mood-old"]  # by downloads
    assert found["org/mood-ko"][1:] == (
        *("12", "3,400", "0.1 MB", "mit", "text-classification"),
        "yes: /classify",
    )
    assert "too large: 28,000 MB" in found["org/mood-large"][-1]
    assert found["org/mood-old"][-1] == "only .bin"
    assert not reply.controls and not server.count("*/resolve/*")


@pytest.mark.parametrize(
    ("files", "said", "words"),
    [
        ({"adapter_config.json": b"{}", "tokenizer.json": b""}, {}, "adapter alone"),
        ({"model.gguf": b""}, {}, "no safetensors"),
        ({"config.json": b"{}", "model.safetensors": b""}, {}, "no tokenizer"),
        ({"tokenizer.json": b"{}", "vocab.txt": b""}, {"pipeline_tag": "tokenize"}, "/tokenize"),
    ],
)
async def test_why_not_is_said_in_a_word(bot, server, files, said, words):
    server.add("org/one", files).said |= said
    assert words in rows_of(await bot.ok("/hub search one"))["org/one"][-1]


async def test_code_of_its_own_and_terms_are_told_from_the_listing(bot, server, tiny):
    config = {"model_type": "ours", "auto_map": {"AutoModel": "ours.Ours"}}
    server.add("org/coded", {**tiny, "config.json": json.dumps(config).encode()})
    server.add("org/gated", tiny, is_gated=True)
    found = rows_of(await bot.ok("/hub search org"))
    assert found["org/coded"][-1] == "own code" and found["org/gated"][-1] == "gated"


async def test_pages_are_turned_after_a_restart_too(tmp_path, checkpoints, server, tiny):
    for n in range(23):
        server.add(f"org/many-{n:02}", tiny).said["downloads"] = 100 - n
    async with running(tmp_path, checkpoints, (), server.url) as bot:
        first = await bot.ok("/hub search many")
        assert [*rows_of(first)] == [f"org/many-{n:02}" for n in range(10)]
        (following,) = first.controls
    async with running(tmp_path, checkpoints, (), server.url) as bot:
        second = await bot.press(following.id)
        assert next(iter(rows_of(second))) == "org/many-10"
        third = await bot.press(second.controls[-1].id)
        assert [*rows_of(third)] == ["org/many-20", "org/many-21", "org/many-22"]
        assert [one.label for one in third.controls] == ["Back"]
        assert (await bot.by("ann").press(following.id)).error.code == "hub_view_gone"
        assert (await bot.press("hubpage:1:0")).error.code == "unknown_control"
        assert (await bot.press("hubpage:999:2")).error.code == "hub_view_gone"


async def test_one_without_a_name_does_not_end_the_search(bot, server, tiny):
    for n in range(11):
        server.add(f"org/many-{n:02}", tiny).said["downloads"] = 100 - n
    server.repos["org/many-03"].said["id"] = "no name"
    first = await bot.ok("/hub search many")
    assert [*rows_of(first)] == [f"org/many-{n:02}" for n in range(10) if n != 3]
    second = await bot.press(first.controls[0].id)
    assert [*rows_of(second)] == ["org/many-10"]


async def test_task_language_and_sort_narrow_it_down(bot, server, tiny):
    server.add("org/a", tiny).said |= {"pipeline_tag": "text-classification", "likes": 1}
    server.add("org/b", tiny).said |= {"pipeline_tag": "fill-mask", "likes": 2}
    server.add("org/c", {**tiny, "README.md": b"---\nlanguage: de\n---\n"})
    assert [*rows_of(await bot.ok("/hub search org task:fill-mask"))] == ["org/b"]
    assert [*rows_of(await bot.ok("/hub search org language:Korean sort:likes"))] == [
        "org/b",
        "org/a",
    ]
    korean = await bot.korean().ok("/허브 검색 org 언어:한국어 정렬:좋아요 작업:빈칸")
    assert [*rows_of(korean)] == ["org/b"] and "예: /빈칸" in str(korean.table)
    for unknown in ("klingonisch", '"그 밖의 언어"', '"한자로 쓴 글"', "many"):
        assert await bot.code(f"/hub search org language:{unknown}") == "hub_no_language"
    assert "no model for “nothing”" in (await bot.ok("/hub search nothing")).text


async def test_data_sets_are_found_too(bot, server):
    server.add("org/rows", {"README.md": b"---\nlicense: cc0-1.0\n---\n"}, is_dataset=True)
    reply = await bot.ok("/hub search rows what:data")
    assert rows_of(reply)["org/rows"][4] == "cc0-1.0" and len(reply.table.columns) == 6


async def test_a_model_is_shown_before_it_is_fetched(bot, server, tiny):
    repo = server.add("org/mood", tiny)
    repo.said |= {"likes": 5, "safetensors": {"parameters": {"F32": 25_000}, "total": 25_000}}
    reply = await bot.ok("/hub show org/mood")
    assert reply.title == f"org/mood@{repo.revision[:7]}"
    assert "A mood for every line" in reply.text and "/classify" in reply.text
    known = dict(reply.table.rows)
    assert known["licence"] == "mit" and known["languages"] == "Korean, English"
    assert known["trained on"] == "klue" and known["trained from"] == "klue/roberta-base"
    assert known["its authors measured"] == "91.0% accuracy (NSMC)"
    assert known["revision"] == repo.revision and known["gated"] == "no"
    assert known["parameters"] == "25,000" and "model.safetensors" in reply.code
    assert not server.count("*.safetensors")


async def test_seven_billion_parameters_are_refused_with_figures(bot, server, tiny):
    server.add("org/large", tiny).said["safetensors"] = SEVEN
    reply = await bot.ok("/hub show org/large")
    assert "28,000 MB" in reply.text and "TOKKI_MODEL_MEMORY_MB" in reply.text
    assert await bot.code("/hub add org/large") == "model_too_large"
    assert not server.count("*.safetensors")


async def test_each_way_not_to_be_there_has_its_sentence(bot, server, tiny, naps):
    server.add("org/private", tiny, is_private=True)
    server.add("org/gated", tiny, is_gated=True)
    server.add("org/new", tiny)
    server.renamed["org/old"] = "org/new"
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    server.add("org/pointer", {**tiny, "model.safetensors": pointer})
    for name in ("private", "nothing"):
        reply = await bot.say(f"/hub show org/{name}")
        assert reply.error.code == "hub_failed" and "no such repository" in reply.text
    assert "no such revision" in (await bot.say("/hub show org/new@v9")).text
    assert "agree to its terms" in (await bot.ok("/hub show org/gated")).text
    assert "org/old is called org/new now" in (await bot.ok("/hub show org/old")).text
    for fault, said in (
        (Fault("/api/*", status=429, headers={"Retry-After": "90"}), "90 seconds"),
        (Fault("/api/*", status=500), "trouble of its own"),
        (Fault("/api/*", status=200, body=b"<html>"), "not a Hub"),
        (Fault("*/README.md", "GET", cut_after=9), "broke off"),
        (Fault("*/README.md", "GET", body=b"x" * len(CARD)), "not what the Hub"),
    ):
        server.faults[:] = [fault]
        reply = await bot.say("/hub show org/new")
        assert reply.error.code == "hub_failed" and said in reply.text, said
    server.faults[:] = [Fault("/api/*", status=500)]
    reply = await bot.say("/hub search org")
    assert reply.error.code == "hub_search_failed" and "trouble of its own" in reply.text


async def test_without_a_network_what_works_still_works(tmp_path, checkpoints, naps):
    async with running(tmp_path, checkpoints) as bot:
        for line in ("/hub show org/x", "/hub search x", "/hub data org/x", "/hub add org/x"):
            assert "What is here already still works" in (await bot.say(line)).text
        assert "그대로 쓸 수 있어요" in (await bot.korean().say("/허브 보기 org/x")).text
        await bot.ok("/classify good movie")
        assert set(naps) == {PAUSE_S}


@pytest.mark.parametrize("typed", ["../../etc", "a b", "org/..", "org/a/b", "file:///x", "@"])
async def test_what_is_no_repository_is_never_asked_for(bot, server, typed):
    assert await bot.code(f'/hub show "{typed}"') == "hub_no_model"
    assert not server.seen


async def test_what_strangers_write_is_short_and_in_a_line(bot, server, tiny):
    card = b"---\nlicense: |\n  a\n  @everyone\nlanguage: &a [x]\n---\n# " + b"h" * 9_000
    server.add("org/loud", {**tiny, "README.md": card, "a\nb.txt" + "n" * 300: b""})
    reply = await bot.ok("/hub show org/loud")
    assert max(map(len, reply.text.splitlines())) < 300
    assert all(len(cell) < 200 and "\n" not in cell for row in reply.table.rows for cell in row)
    assert all(len(line) < 120 for line in reply.code.splitlines())


async def test_a_server_sees_what_is_open_alone(tmp_path, checkpoints, server, tiny):
    server.add("org/private", tiny, is_private=True, readers=frozenset({"hf_reader"}))
    async with running(tmp_path, checkpoints, (), server.url, token="hf_reader") as bot:
        await bot.ok("/hub show org/private")
        object.__setattr__(bot.services, "rules", Rules(0.5, 3, 30))
        there = bot.by("mina", Role.MEMBER, ELSEWHERE)
        seen = len(server.seen)
        assert await there.code("/hub show org/private") == "hub_model_not_public"
        assert "no model" in (await there.ok("/hub search private")).text
        assert all(one.token is None for one in server.seen[seen:])
