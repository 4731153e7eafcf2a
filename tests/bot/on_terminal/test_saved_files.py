"""Files of replies: safe names, nothing overwritten."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.on_terminal.saved_files import SavedFiles, safe_name
from handlers.types import File, Language
from tests.bot.on_terminal.replies import TEXT


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.txt", "report.txt"),
        ("보고서.csv", "보고서.csv"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\win.ini", "win.ini"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("a\x1b[2J\u202eb.txt", "a_[2J_b.txt"),
        ("CON.txt", "file_CON.txt"),
        ("a:b?.txt", "a_b_.txt"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.one_of(TEXT, st.text(st.sampled_from("./\\a한\x00. "), max_size=300)))
def test_any_name_is_a_plain_file_name(name: str) -> None:
    safe = safe_name(name)
    assert safe not in ("", ".", "..")
    assert not set(safe) & set("/\\\x00")
    assert len(safe.encode()) <= 140
    assert safe_name(safe) == safe


def test_long_names_keep_their_suffix() -> None:
    safe = safe_name("가" * 300 + ".csv")
    assert safe.endswith(".csv")
    assert len(safe.encode()) <= 120


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    shelf = SavedFiles(tmp_path / "files")
    paths = [shelf.save(File("a.txt", content)) for content in (b"1", b"2", b"3")]
    assert [path.name for path in paths] == ["a.txt", "a-2.txt", "a-3.txt"]
    assert [path.read_bytes() for path in paths] == [b"1", b"2", b"3"]
    assert stat.S_IMODE(paths[0].stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_is_complained_about(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    said: list[str] = []
    shelf = SavedFiles(tmp_path / "files")
    assert shelf.keep(File("a\x1b.txt", b""), Language.ENGLISH, said.append) is None
    assert said == ["a␛.txt could not be saved: File exists"]
