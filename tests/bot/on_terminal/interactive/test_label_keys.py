"""`/label` with one key a text, in the real chat at a real pty."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.on_terminal.terminal import CTRL_C, Terminal
from tests.unlike import LABELLED

COMMAND = ["-m", "bot", "chat", "--language", "ko", "--data"]
PROMPT = "tokki>"
KEYS = "[1] 버그  [2] 질문  [s] 건너뛰기  [a] 애매함"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path, command=COMMAND, HOME=str(tmp_path))
    terminal.wait_input(PROMPT)
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(text for text, _ in LABELLED), "utf-8")
    terminal.type("/데이터셋 만들기 이름:의견 버그, 질문\r")
    terminal.wait_for("질문   –")
    terminal.type(f"/데이터셋 가져오기 파일:{file}\r")
    terminal.wait_for("[1] 넣기")
    terminal.type("1")
    terminal.wait_for("데이터셋에 넣었어요")
    terminal.type("/라벨 의견\r")
    terminal.wait_for(KEYS, done(0))
    yield terminal
    terminal.close()


def done(number: int) -> str:
    return f"남은 글 {len(LABELLED) - number}개, 오늘 {number}개"


def test_one_key_a_text(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("1")
    terminal.wait_for("누름: 버그", done(1), f"{KEYS}  [u] 되돌리기: 버그")
    terminal.type("S")  # with Caps Lock
    terminal.wait_for("누름: 건너뛰기", "되돌리기: 건너뜀")
    terminal.type("ㅁ")  # of a Korean keyboard: the key of A
    terminal.wait_for("누름: 애매함", done(2), "되돌리기: 애매함")
    terminal.type("u")
    terminal.wait_for("되돌렸어요")
    terminal.type("2")
    terminal.wait_for("누름: 질문", "되돌리기: 질문")
    with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as file:
        said = file.execute("SELECT count(*), sum(is_ambiguous) FROM votes").fetchall()
    assert said == [(2, 0)]
    terminal.type("1" * 20)  # whoever presses ahead writes nothing into the line
    terminal.wait_for("누름: 버그", "되돌리기: 버그")
    terminal.wait_input(PROMPT)
    terminal.type(f"/도움말{CTRL_C}")
    terminal.wait_input(PROMPT)
