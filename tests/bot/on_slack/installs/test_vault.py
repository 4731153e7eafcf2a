"""Secrets at rest, and the key that opens them."""

import base64
import os
import stat
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.on_slack.installs.vault import KEY_FILE, Unreadable, Vault, open_vault
from bot.settings import BadSetting
from storage.errors import DatabaseReadOnly, DatabaseUnavailable


def key() -> str:
    return Fernet.generate_key().decode()


def test_a_locked_text_says_nothing_and_comes_back():
    vault = Vault(key())
    locked = vault.lock("xoxb-1-é")
    assert "xoxb" not in locked
    assert vault.unlock(locked) == "xoxb-1-é"
    assert vault.lock("xoxb-1-é") != locked


@pytest.mark.parametrize("locked", ["", "xoxb-1", "gAAAA", "é"])
def test_what_is_not_locked_cannot_be_unlocked(locked):
    with pytest.raises(Unreadable):
        Vault(key()).unlock(locked)


def test_another_key_does_not_open_it():
    locked = Vault(key()).lock("xoxb-1")
    with pytest.raises(Unreadable):
        Vault(key()).unlock(locked)


def test_a_key_can_be_changed():
    old, new = key(), key()
    locked = Vault(old).lock("xoxb-1")
    both = Vault(f"{new} {old}")
    assert both.unlock(locked) == "xoxb-1"
    assert Vault(new).unlock(both.lock("xoxb-2")) == "xoxb-2"


def test_both_alphabets_of_base64_are_one_key():
    raw = b"\xfb\xff" * 16
    locked = Vault(base64.b64encode(raw).decode()).lock("xoxb-1")
    assert Vault(base64.urlsafe_b64encode(raw).decode()).unlock(locked) == "xoxb-1"


NO_KEYS = {
    "nothing": "",
    "a blank": " ",
    "a word": "secret",
    "too few bits": "a" * 44,
    "cut short": key()[:-2],
    "one and a half": f"{key()} x",
    "no letters of base64": "é",
}


@pytest.mark.parametrize("keys", NO_KEYS.values(), ids=NO_KEYS)
def test_a_setting_that_is_no_key(keys, tmp_path):
    with pytest.raises(BadSetting, match=r"TOKKI_SECRET_KEY.*bad_key"):
        open_vault(keys, tmp_path)


def test_the_key_is_made_once_for_us_alone(tmp_path):
    locked = open_vault(None, tmp_path).lock("xoxb-1")
    assert open_vault(None, tmp_path).unlock(locked) == "xoxb-1"
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [KEY_FILE]


def test_a_key_that_others_could_read_is_closed_to_them(tmp_path, caplog):
    open_vault(None, tmp_path)
    (tmp_path / KEY_FILE).chmod(0o644)
    open_vault(None, tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert "readable by others" in caplog.text


def test_all_who_begin_at_once_have_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: open_vault(None, tmp_path), range(16)))
    locked = vaults[0].lock("xoxb-1")
    assert {vault.unlock(locked) for vault in vaults} == {"xoxb-1"}


@pytest.mark.parametrize("content", [b"", b"half a k", b"\xff\xfe" * 22])
def test_a_key_file_that_holds_no_key(content, tmp_path):
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(DatabaseUnavailable) as raised:
        open_vault(None, tmp_path)
    assert raised.value.facts["path"] == str(tmp_path / KEY_FILE)


@pytest.fixture
def nobody() -> Iterator[None]:
    """Root may write anywhere, hence is nobody for a while."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


def test_a_folder_that_may_not_be_written(nobody):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o500)
        with pytest.raises(DatabaseReadOnly):
            open_vault(None, Path(folder))
