"""What .env says, and what may be wrong with the file itself."""

import pytest

from bot.configuration.env_file import BadEnvFile, EnvFile, read_env_file


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(tmp_path, content: bytes, mode: int = 0o600) -> None:
    (tmp_path / ".env").write_bytes(content)
    (tmp_path / ".env").chmod(mode)


def test_without_a_file_it_says_nothing(tmp_path):
    assert read_env_file() == EnvFile({})
    (tmp_path / ".env").mkdir()
    assert read_env_file() == EnvFile({})


def test_a_mark_at_the_beginning_belongs_to_no_name(tmp_path):
    write(tmp_path, b"\xef\xbb\xbfDISCORD_TOKEN=x\r\n")
    assert read_env_file() == EnvFile({"DISCORD_TOKEN": "x"})


def test_lines_that_set_nothing_are_counted_as_an_editor_counts(tmp_path):
    write(tmp_path, b"# why\n\nA=1\n\n\nDISCORD_TOKEN: x\nexport B=2\nHF_TOKEN\n\n")
    assert read_env_file() == EnvFile({"A": "1", "B": "2"}, odd_lines=(6, 8))


@pytest.mark.parametrize(("mode", "told"), [(0o600, None), (0o644, 0o644), (0o660, 0o660)])
def test_others_may_open_it(tmp_path, mode, told):
    write(tmp_path, b"A=1\n", mode)
    assert read_env_file().open_mode == told


@pytest.mark.parametrize(
    ("content", "code", "facts"),
    [
        ("A=1\n".encode("utf-16"), "utf_16", {}),
        ("A=1\n# 토큰\n".encode("cp949"), "cp949", {"line": 2}),
        (b"A=1\nB=2\nC=\xff\xff\n", "not_utf_8", {"line": 3}),
    ],
)
def test_another_encoding_is_named(tmp_path, content, code, facts):
    write(tmp_path, content)
    with pytest.raises(BadEnvFile) as caught:
        read_env_file()
    assert (caught.value.code, caught.value.facts) == (code, facts)
