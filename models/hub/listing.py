"""What a repository has at one commit, and which of it is fetched: never code, never a pickle."""

import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from huggingface_hub import HfApi
from huggingface_hub.file_download import repo_folder_name
from huggingface_hub.hf_api import DatasetInfo, ModelInfo, RepoSibling

from models.checkpoints.folder_contents import (
    ADAPTER_FILE,
    INDEX_FILE,
    SINGLE_FILE,
    TOKENIZER_SUFFIXES,
    without_weights,
)
from models.errors import BrokenCheckpoint, TooLarge
from models.hub.client import FetchError
from models.reasons import Reason
from models.units import MB

LIMIT_SETTING = "TOKKI_MAX_DOWNLOAD_MB"
NOBODY = {"user-agent": "tokki"}
"""Instead of the versions of everything that is installed."""

ODD = (TypeError, KeyError, AttributeError, RecursionError)
"""What huggingface_hub raises on an answer that is none of the Hub's."""

Info = TypeVar("Info", ModelInfo, DatasetInfo)
"""What the Hub says of a repository."""

_COMMIT = re.compile("[0-9a-f]{40}")
_SIDE_FILES = frozenset({".json", ".txt", ".jinja"}) | TOKENIZER_SUFFIXES
_WEIGHTS = ".safetensors"
_MOST_FILES = 1_000
_OF_A_MODULE = re.compile(r"\d{1,2}_[A-Za-z]{1,32}/(config\.json|model\.safetensors)")
"""What sentence-transformers keeps in folders: how vectors are made (`sentence_modules`)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A repository at a commit, where it comes from and where it goes."""

    name: str
    """As people call it."""
    repo_id: str
    revision: str
    cache_dir: Path
    endpoint: str | None
    token: str | None
    limit_bytes: int
    repo_type: str = "model"

    @property
    def home(self) -> Path:
        """Where huggingface_hub keeps the repository."""
        return self.cache_dir / repo_folder_name(repo_id=self.repo_id, repo_type=self.repo_type)

    @property
    def snapshot(self) -> Path:
        """Where it puts the files of this commit."""
        return self.home / "snapshots" / self.revision

    @property
    def auth(self) -> str | bool:
        """The token. `False` and not None, which would make it look for one in the user's files."""
        return self.token or False


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file as the Hub lists it: by SHA-256 if it is large, else by the hash that Git gives it."""

    name: str
    size: int
    sha256: str | None
    git_sha1: str | None


def files_to_fetch(wanted: Wanted) -> list[HubFile]:
    """Ask the Hub once, and refuse before anything is downloaded what would be of no use.

    Raises:
        UnsafeWeights, BrokenCheckpoint: it has no weights that Tokki uses.
        TooLarge: it is larger than allowed.
    """
    info = ask(wanted, wanted.revision, ModelInfo)
    if info.sha != wanted.revision:
        raise FetchError(Reason.ODD_ANSWER, f"asked for {wanted.revision}, told of {info.sha}")
    files = useful_files(info)
    require_weights(wanted.name, [sibling.rfilename for sibling in info.siblings or ()])
    require_size(wanted, files)
    _check_room(wanted, files)
    return files


def ask(wanted: Wanted, revision: str | None, kind: type[Info]) -> Info:
    """Ask the Hub once what a repository has, at a revision or at its newest commit.

    `kind` is what huggingface_hub makes of what it says of one of that type.

    Raises:
        FetchError: what answered is no Hub.
    """
    api = HfApi(endpoint=wanted.endpoint, token=wanted.auth, headers=NOBODY)
    try:
        info = api.repo_info(
            wanted.repo_id, revision=revision, repo_type=wanted.repo_type, files_metadata=True
        )
    except ODD as error:
        raise FetchError(Reason.ODD_ANSWER, repr(error)) from error
    assert isinstance(info, kind)
    if not isinstance(info.sha, str) or not _COMMIT.fullmatch(info.sha):
        raise FetchError(Reason.ODD_ANSWER, "no commit")
    return info


def useful_files(info: ModelInfo) -> list[HubFile]:
    """Return the files of a repository that are of use.

    Raises:
        FetchError: it is not told what they are, or how large.
    """
    return choose(list(_plain_files(info)))


def require_weights(name: str, names: Collection[str]) -> None:
    """Refuse what has neither weights that Tokki uses nor a tokenizer alone.

    Raises:
        UnsafeWeights, BrokenCheckpoint: what it has instead.
    """
    if ADAPTER_FILE in names or {SINGLE_FILE, INDEX_FILE}.isdisjoint(names):
        refusal = without_weights(name, sorted(names))
        if refusal.facts.get("reason") != Reason.TOKENIZER_ALONE:
            raise refusal


def require_size(wanted: Wanted, files: Sequence[HubFile]) -> None:
    """Refuse what is larger than the operator has downloaded.

    Raises:
        BrokenCheckpoint: there are too many files.
        TooLarge: they have too many bytes.
    """
    if len(files) > _MOST_FILES:
        raise BrokenCheckpoint(name=wanted.name, reason=Reason.FOLDER_TOO_FULL)
    total = sum(file.size for file in files)
    if total > wanted.limit_bytes:
        raise TooLarge(
            name=wanted.name,
            size_mb=-(-total // MB),
            limit_mb=wanted.limit_bytes // MB,
            setting=LIMIT_SETTING,
        )


def choose(files: Sequence[HubFile]) -> list[HubFile]:
    """Config, tokenizer, card and modules, then one set of weights.

    Some repositories have the same weights again in other cuts and precisions; those that
    transformers would load are taken.
    """
    sides = [one for one in files if _is_side(one.name) or _OF_A_MODULE.fullmatch(one.name)]
    weights = [one for one in files if one not in sides and one.name.endswith(_WEIGHTS)]
    whole = [one for one in weights if one.name == f"model{_WEIGHTS}"]
    shards = [one for one in weights if one.name.startswith("model-") and "-of-" in one.name]
    return sides + (whole or shards or weights)


def _plain_files(info: ModelInfo) -> Iterator[HubFile]:
    for sibling in info.siblings or ():
        if not isinstance(sibling.rfilename, str):
            raise FetchError(Reason.ODD_ANSWER, "a file without a name")
        if _is_plain(sibling.rfilename):
            yield hub_file(sibling)


def _is_plain(name: str) -> bool:
    """Only files of the top folder and of modules: what is needed, and nothing that climbs."""
    if _OF_A_MODULE.fullmatch(name):
        return True
    return not name.startswith(".") and not any(mark in name for mark in '/\\:*?"<>|\0')


def _is_side(name: str) -> bool:
    return name == "README.md" or Path(name).suffix in _SIDE_FILES


def hub_file(sibling: RepoSibling) -> HubFile:
    """Return what the Hub says of a file.

    Raises:
        FetchError: it does not say how large the file is.
    """
    if type(sibling.size) is not int or sibling.size < 0:  # a bool is an int, too
        raise FetchError(Reason.ODD_ANSWER, f"no size of {sibling.rfilename}")
    sha256 = sibling.lfs.sha256 if sibling.lfs else None
    return HubFile(sibling.rfilename, sibling.size, sha256, sibling.blob_id)


def _check_room(wanted: Wanted, files: Iterable[HubFile]) -> None:
    missing = sum(one.size for one in files if not (wanted.snapshot / one.name).exists())
    wanted.cache_dir.mkdir(parents=True, exist_ok=True)
    if missing > shutil.disk_usage(wanted.cache_dir).free:
        raise FetchError(Reason.DISK_FULL, f"{missing} bytes are missing")
