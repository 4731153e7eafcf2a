"""Kinds of values that settings take, each with what makes it one. A bad one is a `BadValue`."""

import re
import shlex
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationInfo
from pydantic_settings import NoDecode

from handlers.guard.limits import LIMITS
from models.canonical import lowered
from models.checkpoints.catalog import AllowedModel, parse_allowed
from models.errors import BadValue

_PREFIX = re.compile(r"[a-z0-9가-힣_-]{0,16}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_NO_MODEL = "none"
_STORES = ("file", "s3", "gs")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _split_models(value: object) -> object:
    if isinstance(value, str):
        return tuple(parse_allowed(entry) for entry in _entries(value))
    return value


def _split_names(value: object) -> object:
    if isinstance(value, str):
        names = (lowered(name) for name in value.replace(",", " ").split())
        return tuple(name for name in names if name != _NO_MODEL)
    return value


def _split_limits(value: object) -> object:
    if isinstance(value, str):
        return tuple(_limit(entry) for entry in value.replace(",", " ").split())
    return value


def _split_words(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _safe_url(value: str | None) -> str | None:
    """A secret goes there, so it travels in the open on this machine only."""
    parts = _parts(value or "https://discord.com")
    if parts.username or parts.password:
        raise BadValue("url_with_password")
    is_safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
    if parts.scheme in ("http", "https") and parts.hostname and is_safe:
        return value
    raise BadValue("url_unsafe")


def _origin(value: str | None) -> str | None:
    """Who is signed in is told by a cookie, which travels in the open on this machine only.

    It is compared with what browsers send, who write `xn--` and leave the usual port out.
    """
    origin = _safe_url(value)
    if origin is None:
        return None
    parts = _parts(origin)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise BadValue("url_with_path")
    from yarl import URL  # noqa: PLC0415 - seldom

    try:
        return str(URL(origin).origin())
    except ValueError as error:  # such as a port of six digits
        raise BadValue("no_url", value=origin) from error


def _ray_over_http(value: str | None) -> str | None:
    """Ray has addresses of three kinds; jobs and Serve are asked at one of them."""
    parts = _parts(value or "http://localhost:8265")
    if parts.username or parts.password:
        raise BadValue("url_with_password")
    if parts.scheme in ("http", "https") and parts.hostname:
        return value
    raise BadValue("ray_not_http", value=value)


def _a_store(value: str | None) -> str | None:
    """Jobs are shown it, so no password is in there; each kind has its own way to bring one."""
    parts = _parts(value or "file:///")
    if parts.username or parts.password:
        raise BadValue("url_with_password")
    if parts.scheme in _STORES and (parts.scheme == "file") == (not parts.netloc):
        return value
    raise BadValue("no_store", value=value)


def _any_url(value: str | None, info: ValidationInfo) -> str | None:
    """A token goes there if there is one; else it may be another machine of the house."""
    if info.data.get("hf_token"):
        return _safe_url(value)
    parts = _parts(value or "https://huggingface.co")
    if parts.scheme in ("http", "https") and parts.hostname:
        return value
    raise BadValue("no_url", value=value)


def _part_of_a_name(value: str) -> str:
    if _PREFIX.fullmatch(value):
        return value
    raise BadValue("bad_prefix", value=value)


def _url_of_a_server(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        from storage.postgresql.address import Address, NoAddress  # noqa: PLC0415 - seldom

        try:
            Address.parse(value.get_secret_value())
        except NoAddress as error:
            raise BadValue("bad_database_url") from error
    return value


def _expanded(value: Path) -> Path:
    try:
        return value.expanduser().absolute()
    except RuntimeError as error:
        raise BadValue("no_home", value=value) from error


def _entries(text: str) -> list[str]:
    r"""Split at spaces; quotes hold some together, and a `\` is a part of a path of Windows."""
    words = shlex.shlex(text, posix=True)
    words.whitespace_split, words.commenters, words.escape = True, "", ""
    try:
        return list(words)
    except ValueError as error:
        raise BadValue("open_quote", value=text) from error


def _limit(entry: str) -> tuple[str, int]:
    name, _, number = entry.partition("=")
    if name in LIMITS and _NUMBER.fullmatch(number):
        return name, int(number)
    raise BadValue("bad_limit", value=entry, names=", ".join(LIMITS))


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:  # such as an open bracket
        raise BadValue("no_url", value=url) from error


AllowedModels = Annotated[tuple[AllowedModel, ...], NoDecode, BeforeValidator(_split_models)]
ModelNames = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_names)]
Limits = Annotated[tuple[tuple[str, int], ...], NoDecode, BeforeValidator(_split_limits)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_words)]
SafeUrl = Annotated[str | None, AfterValidator(_safe_url)]
Origin = Annotated[str | None, AfterValidator(_origin)]
RayAddress = Annotated[str | None, AfterValidator(_ray_over_http)]
StoreUrl = Annotated[str | None, AfterValidator(_a_store)]
HubUrl = Annotated[str | None, AfterValidator(_any_url)]
Prefix = Annotated[str, AfterValidator(_part_of_a_name)]
DatabaseUrl = Annotated[SecretStr | None, AfterValidator(_url_of_a_server)]
Folder = Annotated[Path, AfterValidator(_expanded)]
