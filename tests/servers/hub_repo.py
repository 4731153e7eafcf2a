"""A model or data set in memory, with the names, sizes and hashes that the Hub would list."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

LARGE = (".safetensors", ".bin", ".h5", ".onnx", ".parquet")
"""Files that the Hub keeps by their SHA-256 (Git LFS), whatever their size."""


@dataclass
class Repo:
    """A repository with one commit."""

    repo_id: str
    revision: str
    files: dict[str, bytes]
    is_private: bool = False
    """Nobody but the readers learns that it exists."""
    is_gated: bool = False
    """Everybody may see its listing, only the readers its files."""
    readers: frozenset[str] = frozenset()
    """Tokens."""
    claimed_sizes: dict[str, int] = field(default_factory=dict)
    """Sizes for the listing to tell instead of the true ones."""
    before: "list[Repo]" = field(default_factory=list)
    """Its former commits, which are still there."""
    said: dict[str, object] = field(default_factory=dict)
    """What else the Hub tells of it, such as `likes`, `tags` or `safetensors`."""

    @property
    def tags(self) -> list[str]:
        """As the Hub makes them of the card."""
        made: list[str] = []
        for key, start in (("language", ""), ("license", "license:"), ("datasets", "dataset:")):
            value = self.card.get(key) or []
            made += [f"{start}{one}" for one in (value if isinstance(value, list) else [value])]
        return made

    def at(self, revision: str) -> "Repo | None":
        """Find a commit of it."""
        every = (self, *self.before)
        return next((one for one in every if revision in ("main", one.revision)), None)

    def info(self, *, has_files: bool) -> dict[str, object]:
        """Describe it as the API does, with its files' sizes or only their names."""
        files = self.listing()
        names = [{"rfilename": entry["rfilename"]} for entry in files]
        config = json.loads(self.files.get("config.json", b"{}") or b"{}")
        known = ("architectures", "model_type", "auto_map")
        return {
            "id": self.repo_id,
            "sha": self.revision,
            "private": self.is_private,
            "gated": "manual" if self.is_gated else False,
            "siblings": files if has_files else names,
            "cardData": self.card,
            "tags": self.tags,
            "likes": 0,
            "downloads": 0,
            "config": {key: config[key] for key in known if key in config},
            **self.said,
        }

    @property
    def card(self) -> dict[str, object]:
        """What stands between the dashes at the top of the card."""
        text = self.files.get("README.md", b"").decode("utf-8", "replace")
        _, dashes, rest = text.partition("---\n")
        return (yaml.safe_load(rest.partition("\n---")[0]) or {}) if dashes else {}

    def listing(self) -> list[dict[str, object]]:
        """Describe the files as the `siblings` of model_info do."""
        return [self._entry(name) for name in self.files]

    def tree(self) -> list[dict[str, object]]:
        """Describe the files as the tree of the API does."""
        return [_tree_entry(entry) for entry in self.listing()]

    def _entry(self, name: str) -> dict[str, object]:
        body = self.files[name]
        size = self.claimed_sizes.get(name, len(body))
        entry: dict[str, object] = {"rfilename": name, "size": size, "blobId": git_hash(body)}
        if is_large(name):
            entry["lfs"] = {"sha256": sha256(body), "size": size, "pointerSize": 134}
        return entry


def sha256(body: bytes) -> str:
    """Hash as Git LFS does."""
    return hashlib.sha256(body).hexdigest()


def git_hash(body: bytes) -> str:
    """Hash as Git does."""
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()


def is_large(name: str) -> bool:
    """Say whether the Hub would keep the file in LFS."""
    return name.endswith(LARGE)


def read(folder: Path) -> dict[str, bytes]:
    """Read a folder with all that is below."""
    return {
        str(file.relative_to(folder).as_posix()): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def commit_of(files: Mapping[str, bytes]) -> str:
    """Make up a commit that is the same for the same files."""
    facts = json.dumps({name: git_hash(body) for name, body in files.items()})
    return hashlib.sha1(facts.encode()).hexdigest()


def _tree_entry(entry: Mapping[str, object]) -> dict[str, object]:
    """Describe a file as the tree of the API does, which has other names for the same facts."""
    tree = {
        "type": "file",
        "path": entry["rfilename"],
        "size": entry["size"],
        "oid": entry["blobId"],
    }
    lfs = entry.get("lfs")
    if isinstance(lfs, dict):
        tree["lfs"] = {"oid": lfs["sha256"], "size": lfs["size"], "pointerSize": 134}
    return tree
