"""What a repository has at one commit, and which of it is fetched: never code, never a pickle."""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfApi
from huggingface_hub.file_download import repo_folder_name
from huggingface_hub.hf_api import ModelInfo, RepoSibling

from models.checkpoints.folder_contents import (
    ADAPTER_FILE,
    INDEX_FILE,
    SINGLE_FILE,
    TOKENIZER_SUFFIXES,
    without_weights,
)
from models.errors import TooLarge
from models.hub.client import FetchError
from models.reasons import Reason

LIMIT_SETTING = "TOKKI_MAX_DOWNLOAD_MB"
NOBODY = {"user-agent": "tokki"}
"""Instead of the versions of everything that is installed."""

_MB = 1_000_000
_SIDE_FILES = frozenset({".json", ".txt"}) | TOKENIZER_SUFFIXES
_WEIGHTS = ".safetensors"
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
    info = _ask(wanted)
    files = choose(list(_plain_files(info)))
    names = {sibling.rfilename for sibling in info.siblings or ()}
    if ADAPTER_FILE in names or names.isdisjoint({SINGLE_FILE, INDEX_FILE}):
        refusal = without_weights(wanted.name, sorted(names))
        if refusal.facts.get("reason") != Reason.TOKENIZER_ALONE:
            raise refusal
    _check_size(wanted, sum(file.size for file in files))
    _check_room(wanted, files)
    return files


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


def _ask(wanted: Wanted) -> ModelInfo:
    api = HfApi(endpoint=wanted.endpoint, token=wanted.auth, headers=NOBODY)
    try:
        info = api.model_info(wanted.repo_id, revision=wanted.revision, files_metadata=True)
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise FetchError(Reason.ODD_ANSWER, repr(error)) from error
    if info.sha != wanted.revision:
        raise FetchError(Reason.ODD_ANSWER, f"asked for {wanted.revision}, told of {info.sha}")
    return info


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


def _check_size(wanted: Wanted, total: int) -> None:
    if total > wanted.limit_bytes:
        raise TooLarge(
            name=wanted.name,
            size_mb=-(-total // _MB),
            limit_mb=wanted.limit_bytes // _MB,
            setting=LIMIT_SETTING,
        )


def _check_room(wanted: Wanted, files: Iterable[HubFile]) -> None:
    missing = sum(one.size for one in files if not (wanted.snapshot / one.name).exists())
    wanted.cache_dir.mkdir(parents=True, exist_ok=True)
    if missing > shutil.disk_usage(wanted.cache_dir).free:
        raise FetchError(Reason.DISK_FULL, f"{missing} bytes are missing")
