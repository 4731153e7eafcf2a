"""`tokki audit verify` as a process."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.parity.doors.json_chat import ROOT
from tests.waiting import PATIENCE_S


def run(*arguments: str, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "LANG": language, "LC_ALL": ""},
        timeout=PATIENCE_S,
        check=False,
    )


def verified(folder: Path, language: str = "C.UTF-8") -> tuple[int, str]:
    done = run("audit", "verify", "--data", str(folder), language=language)
    return done.returncode, done.stdout + done.stderr


def test_an_entry_that_was_changed_by_hand_is_told_of(tmp_path):
    assert verified(tmp_path) == (0, "Nothing has been noted yet.\n")
    assert not list(tmp_path.iterdir())
    granted = "/settings who:mina may:admin"
    assert run("chat", "--data", str(tmp_path), "-c", granted).returncode == 0
    code, told = verified(tmp_path)
    assert (code, told.partition("digest")[0]) == (
        0,
        "terminal:local: 1 entry, each as it was noted. The last one's ",
    )
    with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as database, database:
        database.execute("UPDATE audit SET user = 'eve'")
    code, told = verified(tmp_path)
    assert code == 2
    assert "from no. 1 on they are not as they were noted" in told
    assert "1번부터" in verified(tmp_path, "ko_KR.UTF-8")[1]
