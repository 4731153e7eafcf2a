"""The command line as a process: exit codes, who one is, where the data goes, what ends it."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Database
from storage.records import NewQuery
from tests.parity.doors.json_chat import ROOT, JsonChat
from tests.prepared import find_shared
from tests.storage.small_disk import fill, freeze
from tests.unlike import LABELLED
from tests.waiting import PATIENCE_S, until


def tokki(data: Path, *arguments: str, stdin: str | None = None, **environment: str):
    find_shared(data)
    return subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--data", str(data), *arguments],
        cwd=ROOT,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", **environment},
        timeout=PATIENCE_S,
        check=False,
    )


def as_json(done) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_reply_exits_with_0_and_a_user_error_with_2(tmp_path):
    right = tokki(tmp_path, "-c", "/help")
    assert right.returncode == 0 and "토끼" not in right.stdout
    wrong = tokki(tmp_path, "-c", "/hlep")
    assert wrong.returncode == 2
    assert "/help" in wrong.stdout
    assert tokki(tmp_path, "-c", "").returncode == 2


def test_json_has_every_part_and_null_for_what_is_absent(tmp_path):
    (reply,) = as_json(tokki(tmp_path, "--json", "-c", "/models"))
    assert list(reply) == [
        *("title", "marked", "text", "bars", "table", "code"),
        *("files", "pictures", "controls", "footer", "error"),
    ]
    assert reply["bars"] is reply["code"] is reply["error"] is None
    (error,) = as_json(tokki(tmp_path, "--json", "-c", "/nope"))
    assert error["error"].keys() == {"code", "message", "reference"}


def test_one_acts_as_the_local_admin_or_as_somebody_else(tmp_path):
    assert "no labels" in tokki(tmp_path, "-c", "/finetune").stdout
    assert "Only admins" in tokki(tmp_path, "--user", "mina", "-c", "/finetune").stdout
    assert "Only admins" in tokki(tmp_path, "--role", "member", "-c", "/finetune").stdout
    as_admin = tokki(tmp_path, "--user", "mina", "--role", "admin", "-c", "/finetune")
    assert "no labels" in as_admin.stdout
    assert tokki(tmp_path, "--role", "king", "-c", "/help").returncode == 2


def test_the_language_comes_from_the_option_the_setting_or_the_system(tmp_path):
    assert "토끼" in tokki(tmp_path, "--language", "ko", "-c", "/help").stdout
    assert "토끼" in tokki(tmp_path, "-c", "/help", TOKKI_LANGUAGE="ko").stdout
    assert "토끼" in tokki(tmp_path, "-c", "/help", LANG="ko_KR.UTF-8").stdout


def test_piped_lines_are_a_script(tmp_path):
    script = "# a comment\n\n/help\n/nope\n/도움말 분류\n"
    done = tokki(tmp_path, "--json", stdin=script)
    assert [reply["error"] is None for reply in as_json(done)] == [True, False, True]
    assert done.returncode == 2


def test_a_wrong_setting_is_a_sentence(tmp_path):
    done = tokki(tmp_path, "-c", "/help", TOKKI_MODEL_MEMORY_MB="lots")
    assert done.returncode == 2
    assert "TOKKI_MODEL_MEMORY_MB" in done.stderr and "Traceback" not in done.stderr
    done = tokki(tmp_path, "-c", "/help", TOKKI_MODELS="org/repo")
    assert done.returncode == 2
    assert "TOKKI_MODELS" in done.stderr and "Traceback" not in done.stderr


def test_a_setting_that_does_not_fit_is_a_sentence(tmp_path):
    done = tokki(tmp_path, "-c", "/help", TOKKI_MODELS=f"fillmask={tmp_path}")
    assert done.returncode == 2
    assert "TOKKI_MODELS: “fillmask” is bundled" in done.stderr
    done = tokki(Path("~nobody-of-that-name/x"), "-c", "/help")
    assert done.returncode == 2
    assert "TOKKI_DATA_DIR: “~nobody-of-that-name/x”: there is no such" in done.stderr


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["text", "json"])
def test_a_database_out_of_order_is_a_sentence(tmp_path, flags):
    (tmp_path / "tokki.sqlite3").write_bytes(b"no database at all" * 100)
    done = tokki(tmp_path, *flags, "-c", "/help")
    assert done.returncode == 2
    assert "not a database" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_data_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = tokki(tmp_path / "file", "-c", "/help")
    assert done.returncode == 2
    assert "cannot be opened" in done.stderr and "Traceback" not in done.stderr


def test_a_data_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "logs").write_text("in the way")
    done = tokki(tmp_path, "-c", "/help")
    assert done.returncode == 2
    assert "cannot be opened" in done.stderr and "Traceback" not in done.stderr


def test_a_log_that_cannot_be_written_is_not_heard_of(tmp_path):
    (tmp_path / "logs" / "tokki.log").mkdir(parents=True)
    asyncio.run(_store_a_query(tmp_path / "tokki.sqlite3"))
    with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as database, database:
        database.execute("UPDATE queries SET result = '{broken'")
    done = tokki(tmp_path, "-c", "/history")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "Logging error" not in done.stderr


def test_what_breaks_has_a_reference_that_is_in_the_log(tmp_path):
    asyncio.run(_store_a_query(tmp_path / "tokki.sqlite3"))
    with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as database, database:
        database.execute("UPDATE queries SET result = '{broken'")
    done = tokki(tmp_path, "--json", "-c", "/history")
    (reply,) = as_json(done)
    assert done.returncode == 1
    assert reply["error"]["code"] == "crash"
    assert reply["error"]["reference"] in (tmp_path / "logs" / "tokki.log").read_text("utf-8")
    assert "Traceback" not in done.stdout + done.stderr


async def _store_a_query(path: Path) -> None:
    database = await Database.open(path)
    query = NewQuery("terminal:local", "local", "classify", "hi", "m@0", {}, (), 1.0)
    await database.queries.add(query)
    await database.close()


def test_answers_survive_kill_9_in_mid_load(tmp_path):
    with JsonChat(tmp_path) as door:
        for number in range(200):
            door.write(f"/tokenize text number {number}")
        for number in range(1, 26):
            assert door.read()["footer"]["query"] == f"#{number}"
        os.kill(door.process.pid, signal.SIGKILL)
        acknowledged = 25 + door.process.stdout.read().count("\n")
    with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as database:
        (stored,) = database.execute("SELECT count(*) FROM queries").fetchone()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert stored >= acknowledged


def test_a_training_goes_on_in_the_next_chat(tmp_path):
    """After SIGTERM, and after kill -9."""
    with JsonChat(tmp_path) as door:
        for text, label in LABELLED:
            query = door.say(f"/classify {text}")["footer"]["query"]
            door.press(f"fb:{query.lstrip('#')}:label", label)
        door.write("/finetune name:lost recipe:head")
        end_a_training(door, signal.SIGTERM)
        assert owner_of_the_job(tmp_path) is None
    told = tokki(tmp_path, "-c", "/jobs")
    assert "running" in told.stdout and "goes on" not in told.stderr
    with JsonChat(tmp_path) as door:
        end_a_training(door, signal.SIGKILL)
        assert owner_of_the_job(tmp_path) is not None
    with JsonChat(tmp_path) as door:
        assert door.read()["title"] == "lost@1 is trained"
        (row,) = door.say("/jobs")["table"]["rows"]
        assert row[1:3] == ["lost@1", "done"]


def end_a_training(door, how):
    """End a chat once its training has begun."""
    asyncio.run(
        until(lambda: any("starting" in line for line in door.told), "a job", lambda: door.told)
    )
    assert door.say("/jobs")["table"]["rows"][0][2] == "running"
    os.kill(door.process.pid, how)
    door.process.wait()


def owner_of_the_job(data):
    """Return who carried it to the last; it is left as if that were long ago."""
    with closing(sqlite3.connect(data / "tokki.sqlite3")) as database, database:
        (owner,) = database.execute("SELECT owner FROM jobs").fetchone()
        database.execute("UPDATE jobs SET heartbeat_at = '2026-01-01'")
    return owner


def as_operator(folder: Path, *arguments: str, **environment: str):
    """Run any command of `tokki` in a folder, where a .env may be."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("TOKKI_", "DISCORD_", "SLACK_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=kept | {"LANG": "C.UTF-8", "LC_ALL": "", "PYTHONPATH": str(ROOT)} | environment,
        timeout=PATIENCE_S,
        check=False,
    )


def test_errors_of_settings_follow_the_language(tmp_path):
    wrong = {"TOKKI_MODELS": "org/repo", "TOKKI_UNSURE_BELOW": "60"}
    for told in (
        as_operator(tmp_path, "check", **wrong, TOKKI_LANGUAGE="ko"),
        as_operator(tmp_path, "run", **wrong, LANG="ko_KR.UTF-8"),
        as_operator(tmp_path, "chat", "--language", "ko", **wrong),
    ):
        assert told.returncode == 2
        first, second = sorted(told.stderr.splitlines())
        assert first.startswith("설정 TOKKI_MODELS: ") and second.startswith("설정 TOKKI_UNSURE")
    (tmp_path / ".env").write_text("TOKKI_LANGUAGE=ko\nTOKKI_ENGINE=x\n")
    assert as_operator(tmp_path, "check").stderr.startswith("설정 TOKKI_ENGINE: ")
    (tmp_path / ".env").write_bytes("A=1\n# 토큰".encode("cp949"))
    told = as_operator(tmp_path, "check", "--language", "ko")
    assert told.returncode == 2 and "cp949" in told.stderr and "2번째 줄" in told.stderr


def test_names_that_are_no_settings_are_told_at_the_start(tmp_path):
    (tmp_path / ".env").write_text("DISCORD_TOKE=abc\n")
    data = str(tmp_path / "data")
    for arguments in (["chat", "-c", "/help", "--data", data], ["run", "--data", data]):
        told = as_operator(tmp_path, *arguments, TOKKI_LANGAUGE="ko")
        assert "Did you mean DISCORD_TOKEN?" in told.stderr
        assert "Did you mean TOKKI_LANGUAGE?" in told.stderr


def test_check_takes_a_data_folder_and_leaves_it_alone(tmp_path):
    data = tmp_path / "data"
    told = as_operator(tmp_path, "check", "--data", str(data))
    assert f"✓ Data folder: {data} can be written." in told.stdout
    assert not data.exists()


READS = ("/help", "/models", "/history", "/jobs", "/me", "/settings", "/modelinfo topics")


@pytest.mark.parametrize("state", ["full", "read-only", "full before the first start"])
def test_what_only_reads_works_on_a_disk_that_takes_nothing(disk, state):
    data = disk / "data"
    if "first" not in state:
        asyncio.run(_store_a_query(data / "tokki.sqlite3"))
        (data / "logs").mkdir()
    if state == "read-only":
        freeze(disk)
    else:
        fill(disk)
    done = tokki(data, "--json", stdin="\n".join((*READS, "/tokenize hi", "/me learn:no")))
    *read, last = as_json(done)
    assert [each["error"] for each in read] == [None] * len(read)
    assert last["error"]["code"] in ("database_full", "database_read_only")
    assert "not in /history" in read[-1]["text"]
    rows = read[READS.index("/history")]["table"]
    assert rows is None if "first" in state else rows["rows"][0][3] == "hi"
    assert "keeps nothing" in done.stderr and "Traceback" not in done.stderr


def test_run_says_that_it_may_not_write(disk):
    freeze(disk)
    told = as_operator(disk, "run", "--data", str(disk), DISCORD_TOKEN="x")
    assert told.returncode == 2
    assert "may not be written" in told.stderr and "Something broke" not in told.stderr
    (line,) = [
        each
        for each in as_operator(disk, "check", "--data", str(disk)).stdout.splitlines()
        if "may not be written" in each
    ]
    assert line.startswith("✗ ")


INTERRUPTED = """
import os, signal, sys
module = sys.argv.pop(1)

class Interrupter:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupter())
from bot.__main__ import main
main()
"""


@pytest.mark.parametrize("command", ["run", "chat", "check"])
@pytest.mark.parametrize("module", ["typer", "pydantic", "bot.app", "sqlalchemy"])
def test_ctrl_c_while_it_starts_draws_no_traceback(tmp_path, module, command):
    """Whatever it imports at that moment."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module, command, "--data", str(tmp_path / "data")],
        cwd=ROOT,
        env={**os.environ, "DISCORD_TOKEN": "x", "DISCORD_API_URL": "http://127.0.0.1:9/api/v10"},
        stdin=subprocess.PIPE,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "")


def script(data: Path, content: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--json", "--data", str(data), *arguments],
        cwd=ROOT,
        input=content,
        capture_output=True,
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": ""},
        timeout=PATIENCE_S,
        check=False,
    )


def stored_texts(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "tokki.sqlite3")) as database:
        return [text for (text,) in database.execute("SELECT text FROM queries ORDER BY id")]


def test_a_script_in_cp949_is_named_and_nothing_of_it_is_stored(tmp_path):
    content = "/tokenize hello\n/tokenize 정말 재미있어요\n".encode("cp949")
    done = script(tmp_path, content)
    assert done.returncode == 2
    (reply,) = map(json.loads, done.stdout.splitlines())
    assert "Line 2 is not UTF-8; it looks like cp949" in reply["text"]
    assert stored_texts(tmp_path) == []
    assert script(tmp_path, content, "--encoding", "cp949").returncode == 0
    assert stored_texts(tmp_path) == ["hello", "정말 재미있어요"]


def test_one_command_in_cp949_is_refused_too(tmp_path):
    command = "/tokenize 정말 재미있어요".encode("cp949").decode("utf-8", "surrogateescape")
    assert script(tmp_path, b"", "-c", command).returncode == 2
    assert stored_texts(tmp_path) == []
    assert script(tmp_path, b"", "--encoding", "euc-kr", "-c", command).returncode == 0
    assert stored_texts(tmp_path) == ["정말 재미있어요"]


def test_commands_pasted_in_cp949_are_commands(tmp_path):
    both = "/토큰 하나\n/토큰 둘".encode("cp949").decode("utf-8", "surrogateescape")
    assert script(tmp_path, b"", "--encoding", "cp949", "-c", both).returncode == 0
    assert stored_texts(tmp_path) == ["하나", "둘"]


def test_an_encoding_that_is_none_is_refused(tmp_path):
    done = script(tmp_path, b"/help\n", "--encoding", "base64")
    assert done.returncode == 2
    assert "is no encoding" in done.stderr.decode()
