"""`/hub add`, `update` and `remove`: jobs over real downloads from a Hub on loopback."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.hub.job import TRIED_TEXTS
from handlers.jobs.carrying import Lease
from handlers.people.retention import GONE, forget
from handlers.services import Adding
from handlers.types import Button, Role
from storage.records import JobState
from tests.handlers.conftest import ELSEWHERE, running
from tests.models.tasks.test_question_answering import make as make_answerer
from tests.models.tiny import KINDS
from tests.models.writers import WRITERS
from tests.servers.hub import Fault
from tests.servers.hub_repo import read
from tests.waiting import until

NOTES = {"notes.txt": b"a word " * 500_000}
PAGE, HTML = b"<html>Sign in</html>", {"Content-Type": "text/html"}
SLOW = Fault("*/notes.txt", "GET", bytes_per_s=200_000)


def on_disk(tmp_path):
    """The files of models that are kept."""
    return [path for path in (tmp_path / "hub").rglob("models--*/*/*") if path.stat().st_size]


def allow(bot, **adding):
    """The operator decides something else."""
    rules = replace(bot.services.rules, adding=Adding(**adding))
    object.__setattr__(bot.services, "rules", rules)
    return bot


def button(reply, words):
    return next(one for one in reply.controls if isinstance(one, Button) and words in one.id)


async def test_a_model_is_added_tried_and_asked(bot, server, tiny, tmp_path):
    repo = server.add("org/mood", tiny)
    done = await bot.ok("/hub add org/mood")
    assert done.title == "org/mood can be asked here now"
    assert "/classify" in done.text and repo.revision[:7] in done.text and "mit" in done.text
    told = [each.text or "" for each in bot.progress]
    assert any("Fetching org/mood" in each for each in told)
    assert any(f"{TRIED_TEXTS} texts" in each for each in told)
    answer = await bot.ok("/classify good movie model:org/mood")
    assert answer.footer["model"] == f"org/mood@{repo.revision[:7]}"
    assert "org/mood@" in str((await bot.ok("/models")).table)
    assert "org/mood" in str((await bot.ok("/audit")).table)
    (kept,) = await bot.services.storage.hub_models.all(bot.place.community)
    assert (kept.repo_id, kept.revision, kept.license) == ("org/mood", repo.revision, "mit")
    assert all(repo.revision in one.path for one in server.seen if "/resolve/" in one.path)


@pytest.mark.parametrize(
    ("kind", "command", "asked"),
    [
        ("gpt2", "/generate", "/generate good movie length:3"),
        ("t5", "/generate", "/summarize good movie"),
        ("m2m100", "/translate", "/translate good movie to:Korean"),
        ("answerer", "/ask", "/ask question:who the good movie"),
    ],
)
async def test_what_writes_or_finds_answers_is_added_too(
    bot, server, tmp_path, kind, command, asked
):
    folder = tmp_path / kind
    if kind == "answerer":
        make_answerer(folder)
    else:
        WRITERS[kind](folder)
    server.add("org/one", {**read(folder), "README.md": b"---\nlicense: mit\n---\n"})
    shown = await bot.ok("/hub show org/one")
    assert f"Tokki can run it: {command}" in shown.text
    done = await bot.ok("/hub add org/one name:one")
    assert f"Try it: {command} … model:one" in done.text
    assert (await bot.ok(f"{asked} model:one")).footer["model"].startswith("one@")
    assert (await bot.ok(asked)).footer["model"].startswith("one@")
    assert all(row[4] for row in (await bot.ok("/history")).table.rows)


async def test_it_is_the_communitys_alone_and_survives_a_restart(
    tmp_path, checkpoints, server, tiny
):
    server.add("org/mood", tiny)
    async with running(tmp_path, checkpoints, (), server.url) as bot:
        await bot.ok("/hub add org/mood name:기분")
        other = bot.by("mina", Role.ADMIN, ELSEWHERE)
        assert await other.code("/classify good movie model:기분") == "unknown_model"
        assert await other.code("/classify good movie model:org/mood") == "model_not_allowed"
        assert "기분" not in str((await other.ok("/models")).table)
    seen = len(server.seen)
    async with running(tmp_path, checkpoints, (), server.url) as bot:
        for name in ("기분", "org/mood"):
            await bot.ok(f"/classify good movie model:{name}")
    assert len(server.seen) == seen


async def test_what_is_removed_frees_the_disk_unless_others_have_it(bot, server, tiny, tmp_path):
    server.add("org/mood", tiny)
    allow(bot, communities=frozenset({ELSEWHERE.community}))
    other = bot.by("mina", Role.ADMIN, ELSEWHERE)
    await bot.ok("/hub add org/mood")
    await other.ok("/hub add org/mood name:same")
    await bot.ok("/classify good movie model:org/mood")
    assert "0.0 MB" in (await bot.ok("/hub remove org/mood")).text
    assert await bot.code("/classify good movie model:org/mood") == "model_not_allowed"
    await other.ok("/classify good movie model:same")
    assert on_disk(tmp_path)
    removed = await other.ok("/hub remove same")
    assert "0.0 MB" not in removed.text and not on_disk(tmp_path)
    assert await other.code("/hub remove same") == "hub_not_added"


async def test_what_a_place_that_is_gone_had_is_off_the_disk(bot, server, tiny, tmp_path):
    server.add("org/mood", tiny)
    allow(bot, communities=frozenset({ELSEWHERE.community}))
    other = bot.by("mina", Role.ADMIN, ELSEWHERE)
    await other.ok("/hub add org/mood")
    assert on_disk(tmp_path)
    await bot.services.storage.departures.leave(ELSEWHERE.community)
    await forget(bot.services, datetime.now(UTC) + GONE + timedelta(hours=1))
    assert not on_disk(tmp_path)
    assert not await bot.services.storage.hub_models.all(ELSEWHERE.community)


async def test_what_cannot_be_removed_yet_stays_known_until_it_is(bot, server, tiny, tmp_path):
    repo = server.add("org/mood", tiny)
    allow(bot, communities=frozenset({ELSEWHERE.community}))
    await bot.by("mina", Role.ADMIN, ELSEWHERE).ok("/hub add org/mood")
    storage, gone = bot.services.storage, datetime.now(UTC) + GONE + timedelta(hours=1)
    await storage.departures.leave(ELSEWHERE.community)
    (manifest,) = (tmp_path / "hub").rglob(f"checked/{repo.revision}.json")
    manifest.unlink()
    manifest.mkdir()  # what is no file cannot be unlinked, not even by root
    await forget(bot.services, gone)
    assert on_disk(tmp_path) and await storage.hub_models.all(ELSEWHERE.community)
    manifest.rmdir()
    await forget(bot.services, gone)
    assert not on_disk(tmp_path) and not await storage.hub_models.all(ELSEWHERE.community)


async def test_a_removal_that_is_cut_off_can_be_done_again(bot, server, tiny, tmp_path):
    repo = server.add("org/mood", tiny)
    await bot.ok("/hub add org/mood")
    (manifest,) = (tmp_path / "hub").rglob(f"checked/{repo.revision}.json")
    manifest.unlink()
    manifest.mkdir()
    assert (await bot.say("/hub remove org/mood")).error
    assert await bot.services.storage.hub_models.all(bot.place.community)
    manifest.rmdir()
    await bot.ok("/classify good movie model:org/mood")  # fetched again
    assert "0.0 MB" not in (await bot.ok("/hub remove org/mood")).text
    assert not on_disk(tmp_path)


async def test_what_is_removed_stays_on_the_disk_while_another_job_tries_it(
    bot, server, tiny, tmp_path
):
    repo = server.add("org/mood", tiny)
    await bot.ok("/hub add org/mood")
    bot.services.busy_commits["org/mood", repo.revision] += 1
    assert "0.0 MB" in (await bot.ok("/hub remove org/mood")).text
    assert on_disk(tmp_path)


async def test_only_admins_add_and_only_where_the_operator_lets_them(bot, server, tiny):
    server.add("org/mood", tiny)
    assert await bot.by("ann", Role.MODERATOR).code("/hub add org/mood") == "role_admin"
    mina = bot.by("mina", Role.ADMIN, ELSEWHERE)
    reply = await mina.say("/hub add org/mood")
    assert reply.error.code == "hub_add_not_here"
    assert f"TOKKI_HUB_ADDING_COMMUNITIES={ELSEWHERE.community}" in reply.text
    assert not server.seen
    allow(bot, communities=frozenset({ELSEWHERE.community}))
    await mina.ok("/hub add org/mood")


@pytest.mark.parametrize(
    ("adding", "code", "said"),
    [
        ({"licenses": frozenset({"apache-2.0"})}, "hub_license", "apache-2.0"),
        ({"largest_bytes": 10}, "model_too_large", "TOKKI_HUB_FILE_MB"),
        ({"most_bytes": 10}, "hub_models_full", "TOKKI_HUB_MODELS_MB"),
    ],
)
async def test_the_operators_bounds_hold_before_anything_comes(
    bot, server, tiny, adding, code, said
):
    server.add("org/mood", tiny)
    reply = await allow(bot, **adding).say("/hub add org/mood")
    assert reply.error.code == code and said in reply.text
    assert not server.count("*.safetensors")
    await allow(bot, licenses=frozenset({"mit"})).ok("/hub add org/mood")


async def test_all_together_stay_within_the_bound(bot, server, tiny):
    server.add("org/one", tiny)
    server.add("org/two", {**tiny, "README.md": b"# two"})
    size = sum(map(len, tiny.values()))
    allow(bot, most_bytes=size * 3 // 2)
    await bot.ok("/hub add org/one")
    assert await bot.code("/hub add org/two") == "hub_models_full"
    await bot.ok("/hub remove org/one")
    await bot.ok("/hub add org/two")


async def test_a_name_means_one_thing(bot, server, tiny):
    server.add("org/mood", tiny)
    server.add("org/else", tiny)
    assert await bot.code("/hub add org/mood name:sentiment") == "hub_name_taken"
    await bot.ok("/hub add org/mood name:mine")
    assert await bot.code("/hub add org/mood") == "hub_added_already"
    assert await bot.code("/hub add org/else name:mine") == "hub_added_already"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"model.safetensors": b"\x08\0\0\0\0\0\0\0{}" + b" " * 2_000}, "broken_checkpoint"),
        ({"tokenizer.json": b"{}", "vocab.txt": None}, "broken_checkpoint"),
        ({"config.json": b'{"model_type": "nobodys", "architectures": ["X"]}'}, None),
    ],
)
async def test_what_fails_its_trial_is_not_offered_and_leaves_nothing(
    bot, server, tiny, tmp_path, changed, code
):
    files = {name: body for name, body in {**tiny, **changed}.items() if body is not None}
    server.add("org/bad", files)
    reply = await bot.say("/hub add org/bad")
    assert reply.error and reply.error.code != "crash", reply
    assert code is None or reply.error.code == code
    assert not await bot.services.storage.hub_models.all(bot.place.community)
    assert not on_disk(tmp_path)
    assert "org/bad" not in str((await bot.ok("/models")).table)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("*/model.safetensors", "GET", cut_after=9), "broke off"),
        (Fault("*/model.safetensors", "GET", body=b"another file's bytes"), "not what the Hub"),
        (Fault("*/model.safetensors", status=429, headers={"Retry-After": "90"}), "90 seconds"),
        (Fault("*/model.safetensors", status=500), "trouble of its own"),
        (Fault("*/model.safetensors", "GET", body=PAGE, headers=HTML), "A web page came"),
        (Fault("*/config.json", "GET", body=PAGE, headers=HTML), "A web page came"),
        (Fault("*/config.json", "GET", body=b'{"model_type": '), "not what the Hub"),
    ],
)
async def test_a_download_that_fails_says_why_and_leaves_nothing(
    bot, server, tiny, tmp_path, naps, fault, said
):
    server.add("org/mood", tiny)
    server.faults.append(fault)
    reply = await bot.say("/hub add org/mood")
    assert reply.error.code == "hub_failed" and said in reply.text
    assert not on_disk(tmp_path)
    server.faults.clear()
    await bot.ok("/hub add org/mood")


@pytest.mark.parametrize(
    ("of_another", "said"),
    [
        (lambda own, other: other, "do not fit its config.json"),
        (lambda own, other: own[: len(own) // 2], "cut short"),
        (lambda own, other: other[: 8 + int.from_bytes(other[:8], "little")] + own, "cut short"),
        (lambda own, other: PAGE * 100, "no safetensors"),
    ],
    ids=["another model", "half", "the header of another model", "a page"],
)
async def test_weights_that_a_repository_itself_has_wrong(
    bot, server, tiny, tmp_path, of_another, said
):
    KINDS["roberta-mlm"](tmp_path / "other")
    other = (tmp_path / "other" / "model.safetensors").read_bytes()
    wrong = of_another(tiny["model.safetensors"], other)
    repo = server.add("org/mood", {**tiny, "model.safetensors": wrong})
    reply = await bot.say("/hub add org/mood")
    assert reply.error.code == "broken_checkpoint" and said in reply.text, reply.text
    assert not on_disk(tmp_path)
    server.commit(repo, tiny)
    await bot.ok("/hub add org/mood")
    await bot.ok("/classify good movie model:org/mood")


async def test_a_connection_that_breaks_off_twice_is_taken_up_again(bot, server, tiny, naps):
    server.add("org/mood", tiny)
    server.faults.append(Fault("*/model.safetensors", "GET", times=2, cut_after=9_000))
    await bot.ok("/hub add org/mood")


async def test_it_can_be_cancelled_and_leaves_nothing(bot, server, tiny, tmp_path):
    server.add("org/mood", {**tiny, **NOTES})
    server.faults.append(SLOW)
    asked = asyncio.ensure_future(bot.say("/hub add org/mood"))
    await until(lambda: server.count("*/notes.txt", "GET"), "the download")
    jobs = await bot.ok("/jobs")
    await bot.press(button(jobs, "cancel").id)
    assert "nothing of it is left" in (await asked).text
    assert not on_disk(tmp_path)
    server.faults.clear()
    await bot.ok("/hub add org/mood")


async def test_it_goes_on_at_the_next_start(tmp_path, checkpoints, server, tiny):
    server.add("org/mood", {**tiny, **NOTES})
    lease = Lease(ttl_s=2.0, beat_s=0.2, look_s=0.1)
    async with running(tmp_path, checkpoints, (), server.url, lease=lease) as bot:
        server.faults.append(SLOW)
        asked = asyncio.ensure_future(bot.say("/hub add org/mood"))
        await until(lambda: server.count("*/notes.txt", "GET"), "the download")
        bot.services.jobs.begin_to_close()
        ending = asyncio.ensure_future(bot.services.jobs.close(0))
        assert "goes on by itself" in (await asked).text
        await ending
    server.faults.clear()
    config = server.count("*/config.json", "GET")
    async with running(tmp_path, checkpoints, (), server.url, lease=lease) as bot:
        taken = [job async for job in _taken_up(bot)]
        assert taken[0].state is JobState.RUNNING
        await bot.ok("/classify good movie model:org/mood")
    assert server.count("*/config.json", "GET") == config  # what came whole is not fetched again


async def _taken_up(bot):
    async for job in bot.services.jobs.take_up("terminal"):
        yield job
        async for state in bot.services.jobs.watch(job.community, job.id):
            if state.has_ended:
                return


async def test_an_update_shows_what_changed_and_takes_it(bot, server, tiny, tmp_path):
    repo = server.add("org/mood", tiny)
    await bot.ok("/hub add org/mood name:mood")
    assert "newest commit" in (await bot.ok("/hub update mood")).text
    KINDS["multi"](tmp_path / "newer")
    newer = {**read(tmp_path / "newer"), "README.md": b"---\nlicense: apache-2.0\n---\n# new"}
    config = newer["config.json"].replace(b'"negative"', b'"bad"')
    commit = server.commit(repo, {**newer, "config.json": config, "extra.txt": b"more"})
    shown = await bot.ok("/hub update mood")
    assert f"{repo.revision[:7]} → {commit.revision[:7]}" in shown.text
    assert "mit → apache-2.0" in shown.text and "Labels:" in shown.text
    assert "+ extra.txt" in shown.code and "~ README.md" in shown.code
    answer = await bot.ok("/classify good movie model:mood")
    assert answer.footer["model"].endswith(repo.revision[:7])
    done = await bot.press(button(shown, "hubtake").id)
    assert done.error is None and "can be asked" in done.title
    answer = await bot.ok("/classify good movie model:mood")
    assert answer.footer["model"].endswith(commit.revision[:7])
    assert not [path for path in on_disk(tmp_path) if repo.revision in str(path)]
    assert "another commit of org/mood" in str((await bot.ok("/audit")).table)
    member = bot.by("ann", Role.MODERATOR)
    assert (await member.press(button(shown, "hubtake").id)).error.code == "role_admin"


async def test_who_asks_the_old_commit_while_it_is_replaced_leaves_it_on_no_disk(
    bot, server, tiny, tmp_path
):
    def old():
        return [path for path in on_disk(tmp_path) if repo.revision in str(path)]

    repo = server.add("org/mood", tiny)
    await bot.ok("/hub add org/mood name:mood")
    server.commit(repo, {**tiny, **NOTES})
    server.faults.append(Fault("*/notes.txt", "GET", bytes_per_s=2_000_000))
    shown = await bot.ok("/hub update mood")
    taking = asyncio.ensure_future(bot.press(button(shown, "hubtake").id))
    await until(lambda: server.count("*/notes.txt", "GET"), "the download")
    with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as writer:
        writer.execute("BEGIN IMMEDIATE")  # nobody else writes for now: not the new row, either
        await until(lambda: not old(), "the old files to go")
        asking = asyncio.ensure_future(bot.ok("/classify good movie model:mood"))
        await until(lambda: any("checked" in path.parts for path in old()), "all of it again")
    assert (await taking).error is None and (await asking).bars
    assert not old()


async def test_an_update_takes_the_room_of_what_it_replaces(bot, server, tiny):
    repo = server.add("org/mood", tiny)
    allow(bot, most_bytes=sum(map(len, tiny.values())) * 3 // 2)
    await bot.ok("/hub add org/mood name:mood")
    server.commit(repo, {**tiny, "README.md": b"# new"})
    shown = await bot.ok("/hub update mood")
    assert (await bot.press(button(shown, "hubtake").id)).error is None
    gone = await bot.press("hubtake:77:" + "a" * 40)
    assert gone.error.code == "hub_view_gone"


async def test_an_update_that_cannot_be_run_leaves_the_old_one(bot, server, tiny):
    repo = server.add("org/mood", tiny)
    await bot.ok("/hub add org/mood name:mood")
    pickled = {k: v for k, v in tiny.items() if k != "model.safetensors"}
    server.commit(repo, {**pickled, "pytorch_model.bin": b"pickle"})
    assert await bot.code("/hub update mood") == "unsafe_weights"
    await bot.ok("/classify good movie model:mood")


async def test_what_is_gone_from_the_hub_still_answers(bot, server, tiny):
    repo = server.add("org/mood", tiny)
    await bot.ok("/hub add org/mood name:mood")
    commit = server.commit(repo, {**tiny, "extra.txt": b"more"})
    commit.before.clear()
    assert "no longer on the Hub" in (await bot.ok("/hub update mood")).text
    server.repos.clear()
    reply = await bot.say("/hub update mood")
    assert reply.error.code == "hub_gone" and "still answers" in reply.text
    await bot.ok("/classify good movie model:mood")


async def test_forged_presses(bot, server, tiny):
    for control in ("hubtake:1:abc", f"hubtake:1:{'0' * 40}", "hubtake:"):
        reply = await bot.press(control)
        assert reply.error.code in ("unknown_control", "hub_view_gone")
    assert not server.seen


async def test_in_korean(bot, server, tiny):
    server.add("org/mood", tiny)
    korean = bot.korean()
    done = await korean.ok("/허브 넣기 org/mood 이름:기분")
    assert done.title == "이제 기분을 쓸 수 있어요" and "/분류" in done.text
    assert "비웠어요" in (await korean.ok("/허브 빼기 기분")).text
