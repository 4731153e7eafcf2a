"""Keeps secrets unreadable at rest: Fernet (AES-128-CBC with HMAC-SHA256), and where its key is.

The key comes from TOKKI_SECRET_KEY or, without it, from a file that is made once in the data
folder. Several keys, separated by spaces, are for changing it: the first encrypts, all decrypt.
https://cryptography.io/en/latest/fernet/
"""

import base64
import binascii
import contextlib
import logging
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.settings import BadSetting
from models.errors import BadValue
from storage.errors import DatabaseUnavailable
from storage.sqlite.failures import files_as_storage_errors

SETTING = "TOKKI_SECRET_KEY"
KEY_FILE = "secret.key"
_KEY_BYTES = 32
_OTHERS = 0o077

log = logging.getLogger(__name__)


class Unreadable(Exception):
    """Encrypted with a key that we do not have, or changed since."""


class Vault:
    """Encrypts and decrypts short texts."""

    def __init__(self, keys: str) -> None:
        """Take one or more keys.

        Raises:
            BadValue: one of them is no key.
        """
        self._fernet = MultiFernet([Fernet(_key(each)) for each in keys.split() or [""]])

    def lock(self, text: str) -> str:
        """Encrypt a text."""
        return self._fernet.encrypt(text.encode()).decode()

    def unlock(self, locked: str) -> str:
        """Decrypt a text.

        Raises:
            Unreadable: not with our keys.
        """
        try:
            return self._fernet.decrypt(locked.encode()).decode()
        except InvalidToken as error:
            raise Unreadable from error


def open_vault(keys: str | None, data_dir: Path) -> Vault:
    """Return a vault for the keys of the setting, or else for the key in the data folder.

    Raises:
        BadSetting: the setting holds something else.
        StorageError: the key file cannot be used.
    """
    if keys is not None:
        try:
            return Vault(keys)
        except BadValue as error:
            raise BadSetting(SETTING, error) from error
    path = data_dir / KEY_FILE
    try:
        return Vault(_kept_key(path))
    except BadValue as error:
        raise DatabaseUnavailable(path=str(path), reason="key_unusable") from error


def _key(text: str) -> bytes:
    """Read a key in either alphabet of base64: `openssl rand -base64 32` makes one, too."""
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise BadValue("bad_key")
    return base64.urlsafe_b64encode(key)


def _kept_key(path: Path) -> str:
    """Return the key in a file, which is made where there is none."""
    with files_as_storage_errors(path):
        if not path.exists():
            _make(path)
        if path.stat().st_mode & _OTHERS:
            log.warning("%s was readable by others, and is no more", path)
            path.chmod(0o600)
        return path.read_bytes().decode("ascii", errors="replace")


def _make(path: Path) -> None:
    """Write a new key; of several processes at once, one wins, and none reads half a key."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
