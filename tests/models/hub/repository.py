"""A small repository, and what the tests of the Hub ask of it."""

import pytest

from models.errors import HubFailed
from models.hub.fetching import Hub
from models.reports import DownloadProgress
from models.results import Checkpoint, Origin
from tests.servers.hub import Repo

WEIGHTS = bytes(range(256)) * 4096  # 1 MiB
FILES = {
    "config.json": b'{"model_type": "bert"}',
    "vocab.txt": b"[PAD]\n[UNK]\n",
    "tokenizer.json": b"{}",
    "README.md": "토끼 🐇".encode(),
    "model.safetensors": WEIGHTS,
}
UNWANTED = {
    "modeling_x.py": b"raise SystemExit",
    "pytorch_model.bin": b"pickle",
    "model.fp16.safetensors": bytes(10),
    "onnx/model.onnx": bytes(10),
    "onnx/config.json": b"{}",
    ".gitattributes": b"x",
}
TOTAL = sum(map(len, FILES.values()))
MB = 1_000_000


def checkpoint(repo: Repo, name: str = "tiny") -> Checkpoint:
    return Checkpoint(
        name, repo.revision[:7], Origin.HUB, None, repo_id=repo.repo_id, revision=repo.revision
    )


def silent(_: DownloadProgress) -> None: ...


def contents(found: Checkpoint) -> dict[str, bytes]:
    assert found.folder is not None
    return {file.name: file.read_bytes() for file in found.folder.iterdir()}


async def cause_of_failure(hub: Hub, repo: Repo) -> str:
    with pytest.raises(HubFailed) as caught:
        await hub.fetch(checkpoint(repo), silent)
    facts = caught.value.facts
    assert facts["name"] == "tiny"
    return str(facts["reason"])
