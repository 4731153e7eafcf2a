"""Which checkpoints may be asked: those bundled with Tokki and those that the operator allows.

What people type is only ever compared with these names. It never becomes a path or an address.
"""

import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from models.canonical import lowered
from models.checkpoints.folder_contents import (
    CONFIG_FILE,
    TOKENIZER_FILE,
    TOKENIZER_SUFFIXES,
    has_tokenizer,
    has_weights,
    names_in,
    without_config,
    without_weights,
)
from models.errors import BadValue, BrokenCheckpoint, NotAllowed, UnknownModel
from models.hub.repository import SHORT_VERSION
from models.reasons import Reason
from models.results import Checkpoint, Origin

BUNDLED_VERSION = "0"

_NAME = re.compile(r"\w([\w.-]*\w)?(/\w([\w.-]*\w)?)?")
_REVISION = re.compile(r"[0-9a-f]{40}")
_HEAD_BYTES = 1 << 20
_WHAT_COUNTS = frozenset({".json", ".txt", ".jinja", ".safetensors"}) | TOKENIZER_SUFFIXES


@dataclass(frozen=True, slots=True)
class AllowedModel:
    """One entry of the allow-list: a Hub repository at a pinned revision, or a folder."""

    name: str
    repo_id: str | None = None
    revision: str | None = None
    folder: Path | None = None


def parse_allowed(entry: str) -> AllowedModel:
    """Read `[name=]org/repo@<commit>` or `[name=]/path/to/folder`; else BadValue says why."""
    alias, target = _split_alias(entry.strip())
    if _is_path(target):
        folder = _folder(target)
        return AllowedModel(_name(folder.name if alias is None else alias, entry), folder=folder)
    repo_id, _, revision = target.partition("@")
    if "," in target:
        raise BadValue("comma", entry=entry)
    _check_repo_id(repo_id)
    revision = _pinned(repo_id, revision.lower())
    return AllowedModel(_name(repo_id if alias is None else alias, entry), repo_id, revision)


class Catalog:
    """Every name that may be asked, and the checkpoint behind it."""

    def __init__(self, bundled: Path, allowed: Iterable[AllowedModel] = ()) -> None:
        """Raise BadValue where two entries have one name. A folder that is gone is found late."""
        own = {one.name: one for one in _bundled(bundled)}
        listed = _without_clashes(allowed, own)
        self._bundled = frozenset(own)
        self.tokenizers = tuple(name for name, one in own.items() if not _has_config(one))
        """The bundled ones without a network."""
        self._known = own | listed
        self._by_repo = _by_repo(listed.values())
        self._found: dict[str, Checkpoint] = {}

    def names(self) -> tuple[str, ...]:
        """Bundled names first, then the allow-list in its own order."""
        return tuple(self._known)

    def find(self, name: str) -> Checkpoint:
        """Find `name`, or `name@version`, where seven digits of a revision are enough.

        A folder has no revision, and its weights may be too big to hash while somebody waits. Its
        version is a hash of what is cheap to read: the name, size and time of change of every
        file that matters, and how each of them begins (the config whole, of weights their header).
        Other weights mean another version, but so does a copy that has new times. It is taken
        once, when first asked for, so that it does not change under a model that is loaded.
        """
        base, mark, version = lowered(name).partition("@")
        allowed = self._known.get(base) or self._by_repo.get(base)
        if allowed is None:
            raise self._unknown(name, base)
        checkpoint = self._found.get(allowed.name) or self._look_up(allowed)
        if mark and not _is_version(checkpoint, version):
            raise UnknownModel(name=name, nearest=[checkpoint.full_name])
        return checkpoint

    def _unknown(self, name: str, base: str) -> UnknownModel | NotAllowed:
        if "/" in base or "\\" in base or ".." in base:
            return NotAllowed(name=name)
        return UnknownModel(name=name, nearest=difflib.get_close_matches(base, self._known))

    def _look_up(self, allowed: AllowedModel) -> Checkpoint:
        if allowed.folder is None:
            checkpoint = _hub_checkpoint(allowed)
        elif allowed.name in self._bundled:
            checkpoint = Checkpoint(allowed.name, BUNDLED_VERSION, Origin.BUNDLED, allowed.folder)
        else:
            checkpoint = _folder_checkpoint(allowed.name, allowed.folder)
        self._found[allowed.name] = checkpoint
        return checkpoint


def _bundled(folder: Path) -> Iterator[AllowedModel]:
    """Checkpoints, and behind them the tokenizers that come alone."""
    files = [*folder.glob(f"*/{CONFIG_FILE}"), *folder.glob(f"*/{TOKENIZER_FILE}")]
    folders = sorted({path.parent for path in files})
    found = [AllowedModel(one.name, folder=one) for one in folders]
    yield from sorted(found, key=_has_config, reverse=True)


def _has_config(one: AllowedModel) -> bool:
    return one.folder is not None and (one.folder / CONFIG_FILE).is_file()


def _without_clashes(
    allowed: Iterable[AllowedModel], taken: Mapping[str, AllowedModel]
) -> dict[str, AllowedModel]:
    listed: dict[str, AllowedModel] = {}
    for one in allowed:
        if one.name in taken or one.name in listed:
            raise BadValue("name_bundled" if one.name in taken else "name_twice", name=one.name)
        listed[one.name] = one
    return listed


def _by_repo(models: Iterable[AllowedModel]) -> dict[str, AllowedModel]:
    """Repositories that also have a name of their own; two revisions of one stay ambiguous."""
    named = [(one.repo_id.lower(), one) for one in models if one.repo_id]
    count = Counter(repo for repo, _ in named)
    return {repo: one for repo, one in named if count[repo] == 1}


def _is_version(checkpoint: Checkpoint, version: str) -> bool:
    if checkpoint.origin is Origin.HUB and len(version) >= SHORT_VERSION:
        return str(checkpoint.revision).startswith(version)
    return version == checkpoint.version


def _hub_checkpoint(allowed: AllowedModel) -> Checkpoint:
    version = str(allowed.revision)[:SHORT_VERSION]
    return Checkpoint(
        allowed.name, version, Origin.HUB, None, repo_id=allowed.repo_id, revision=allowed.revision
    )


def _folder_checkpoint(name: str, folder: Path) -> Checkpoint:
    try:
        _check_folder(name, folder)
        version = _fingerprint(folder)[:SHORT_VERSION]
    except OSError as error:
        raise BrokenCheckpoint(name=name, reason=Reason.FOLDER_UNREADABLE) from error
    return Checkpoint(name, version, Origin.FOLDER, folder)


def _check_folder(name: str, folder: Path) -> None:
    """A tokenizer alone can be asked, too; what else there is to ask needs a config and weights."""
    if not folder.is_dir():
        raise BrokenCheckpoint(name=name, reason=Reason.FOLDER_MISSING)
    if has_tokenizer(folder):
        return
    if not (folder / CONFIG_FILE).is_file():
        raise without_config(name, names_in(folder))
    if not has_weights(folder):
        raise without_weights(name, names_in(folder))


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.suffix in _WHAT_COUNTS and file.is_file():
            facts = file.stat()
            digest.update(f"{file.name}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode())
            with file.open("rb") as opened:
                digest.update(opened.read(_HEAD_BYTES))
    return digest.hexdigest()


def _split_alias(entry: str) -> tuple[str | None, str]:
    """A path may have "=" in it, so only what could not be a path counts as an alias."""
    alias, equals, target = entry.partition("=")
    return (alias.strip(), target.strip()) if equals and not _is_path(alias) else (None, entry)


def _is_path(target: str) -> bool:
    """Whether it is a folder of this system or, so that it is called by its name, of Windows."""
    is_here = target.startswith(("/", "~", "./", "../", ".\\", "..\\"))
    return is_here or PureWindowsPath(target).is_absolute()


def _folder(target: str) -> Path:
    try:
        path = Path(target).expanduser()
    except RuntimeError as error:
        raise BadValue("no_home", value=target) from error
    # One of Windows stays as it was written where there is no Windows.
    is_foreign = PureWindowsPath(target).is_absolute() and not path.is_absolute()
    return path if is_foreign else path.absolute()


def _name(name: str, entry: str) -> str:
    name = lowered(name)
    if _NAME.fullmatch(name) and ".." not in name:
        return name
    raise BadValue("bad_name", entry=entry, name=name)


def _check_repo_id(repo_id: str) -> None:
    # Here and not above: it costs 80 ms, and a bot without Hub models need not pay them.
    from huggingface_hub.utils import HFValidationError, validate_repo_id  # type: ignore[attr-defined]  # noqa: PLC0415

    if "/" not in repo_id:
        raise BadValue("neither", entry=repo_id)
    try:
        validate_repo_id(repo_id)
    except HFValidationError as error:
        raise BadValue("bad_repository", entry=repo_id) from error


def _pinned(repo_id: str, revision: str) -> str:
    """A branch or tag can be moved to other weights by its owner, a full commit cannot."""
    if _REVISION.fullmatch(revision):
        return revision
    raise BadValue("not_pinned", repository=repo_id)
