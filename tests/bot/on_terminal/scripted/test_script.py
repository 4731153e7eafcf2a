"""Scripts and single commands, through a real process."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from tests.bot.on_terminal.terminal import COMMAND, ROOT, environment
from tests.waiting import PATIENCE_S


def start(data_dir: Path, *arguments: str, **changes: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *COMMAND, str(data_dir), *arguments],
        cwd=ROOT,
        env=environment(**changes),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(data_dir: Path, script: bytes, *arguments: str, **changes: str) -> tuple[int, str, str]:
    process = start(data_dir, *arguments, **changes)
    out, err = process.communicate(script, timeout=PATIENCE_S)
    return process.returncode, out.decode(), err.decode()


def test_one_command(tmp_path: Path) -> None:
    code, out, err = run(tmp_path, b"", "-c", "/classify I love this")
    assert (code, err) == (0, "")
    assert out.startswith("positive\nI love this\n\n긍정      92.5 %  ███")
    assert "!press fb:1:right  Right\n" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("line", "code"), [("/what", 2), ("/crash", 1), ("!press x", 2), ("/quit", 0)]
)
def test_exit_codes(tmp_path: Path, line: str, code: int) -> None:
    assert run(tmp_path, b"", "-c", line)[0] == code


@pytest.mark.parametrize(
    ("script", "code"),
    [(b"", 0), (b"/what\n/crash\n/table", 1), (b"/quit\n/crash", 0)],
)
def test_a_script_exits_with_its_worst(tmp_path: Path, script: bytes, code: int) -> None:
    assert run(tmp_path, script)[0] == code


def test_a_script(tmp_path: Path) -> None:
    script = "# a comment\n\n/echo a\\\nb\n!press fb:9:label 긍정\n/echo 한국어".encode()
    code, out, err = run(tmp_path, script)
    assert (code, err) == (2, "")
    assert out == (
        "No such command: /echo a\nb\n\n"
        "pressed fb:9:label 긍정 by Mina\n\n"
        "No such command: /echo 한국어\n"
    )


def test_json_lines(tmp_path: Path) -> None:
    script = "/classify 사랑\n/file ../x.txt\n/finetune a\n".encode()
    (tmp_path / "gate").touch()
    code, out, err = run(tmp_path, script, "--json", LANG="C", PYTHONIOENCODING="ascii")
    assert code == 0
    classified, filed, trained = map(json.loads, out.splitlines())
    assert classified["text"] == "사랑"
    assert classified["bars"][0] == {"label": "긍정", "score": 0.925}
    assert filed["files"] == [str(tmp_path / "files" / "x.txt")]
    assert trained["controls"] == [{"id": "fb:2:use", "label": "Use it", "options": None}]
    assert [json.loads(line)["title"] for line in err.splitlines()] == [
        "Training a",
        "step 30 of 100",
    ]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    script = b"/classify \x1b[2J\x00\xc2\x9b\n"
    assert r"␛[2J␀\x9b" in run(tmp_path, script)[1]
    out = run(tmp_path, script, "--json")[1]
    assert json.loads(out)["text"] == "\x1b[2J\x00\x9b"


def test_bytes_in_another_encoding_are_an_error_and_nothing_before_them_runs(tmp_path) -> None:
    script = "/classify hi\n/table\n/classify 이 영화 정말\n".encode("cp949")
    code, out, err = run(tmp_path, script)
    assert (code, out, err) == (2, "No such command: 3\n", "")
    (reply,) = map(json.loads, run(tmp_path, script, "--json")[1].splitlines())
    assert reply["error"]["code"] == "line_looks_like"


def test_an_output_that_cannot_show_korean(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, b"", "-c", "/table", PYTHONIOENCODING="ascii")
    assert code == 0
    assert r"\uac00\ub098" in out


@pytest.mark.parametrize("what", ["one", "rows"])
def test_a_later_line_that_needs_what_runs_beside_waits_for_it(tmp_path: Path, what: str) -> None:
    """The model, what is put in, or its turn."""
    code, out, err = run(tmp_path, f"/finetune one\n/use {what}\n/table\n/finetune two\n".encode())
    assert code == 0
    places = [out.index(text) for text in ("Trained one", f"used {what}", "b⏎c", "Trained two")]
    assert places == sorted(places)
    assert err.startswith("Training one\nabout 1 minute\n\nstep 30 of 100\n")


def test_lines_after_a_training_go_on_at_once_and_the_end_waits(tmp_path: Path) -> None:
    process = start(tmp_path)
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"/finetune mine\n/echo now\n")
    process.stdin.close()
    assert process.stdout.readline() == b"No such command: /echo now\n"
    (tmp_path / "gate").touch()
    assert b"Trained mine" in process.stdout.read()
    assert process.wait(PATIENCE_S) == 2
    process.stdout.close()
    assert process.stderr
    process.stderr.close()


def test_a_training_without_an_end_is_the_error_itself(tmp_path: Path) -> None:
    assert run(tmp_path, b"/use mine\n")[:2] == (2, "wait\n")


def test_a_closed_stdout_ends_quietly(tmp_path: Path) -> None:
    process = start(tmp_path)
    assert process.stdin
    assert process.stdout
    process.stdout.close()
    process.stdin.write(b"/table\n" * 3)
    process.stdin.flush()
    assert process.wait(PATIENCE_S) == 0
    process.stdin.close()
    assert process.stderr
    with process.stderr:
        assert process.stderr.read() == b""


def finish(
    *command: str, stdout: int | IO[bytes] = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=PATIENCE_S,
        check=False,
    )


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("wb") as stdout:
        done = finish(sys.executable, *COMMAND, str(tmp_path), "-c", "/table", stdout=stdout)
    assert done.returncode == 1
    assert done.stderr.startswith(b"The answer could not be written: ")
    assert b"Traceback" not in done.stderr


def test_closed_streams(tmp_path: Path) -> None:
    command = f'"{sys.executable}" {" ".join(COMMAND)} "{tmp_path}" <&- >&- 2>&-'
    assert finish("sh", "-c", command).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("line", [b"/slow\n", b"/finetune mine\n"])
def test_a_signal_cancels_cleanly(tmp_path: Path, number: signal.Signals, line: bytes) -> None:
    process = start(tmp_path)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(line)
    process.stdin.flush()
    process.stderr.readline()  # the first progress: it runs
    os.kill(process.pid, number)
    assert process.wait(PATIENCE_S) == 128 + number  # although stdin is still open
    assert b"Traceback" not in process.stderr.read()
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def test_scripts_import_neither_prompt_toolkit_nor_for_json_rich(tmp_path: Path) -> None:
    code = (
        "import sys; from tests.bot.on_terminal import run_echo;"
        f"sys.argv = ['x', {str(tmp_path)!r}, '--json', '-c', '/table']; run_echo.main();"
        "print([name for name in ('rich', 'prompt_toolkit') if name in sys.modules])"
    )
    done = finish(sys.executable, "-c", code)
    assert done.stdout.splitlines()[-1] == b"[]"
