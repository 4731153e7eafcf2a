"""Whatever answers in the Hub's place has its sentence: nothing of it is a crash."""

import json
from typing import Any

import pytest

from models.errors import BrokenCheckpoint, HubFailed, TooLarge, UnsafeWeights
from models.hub.fetching import Hub
from tests.models.hub.repository import cause_of_failure, checkpoint, silent
from tests.servers.hub import Fault, LoopbackHub, Repo

SHA = "0" * 40
FILE = {"rfilename": "model.safetensors", "size": 4}
TYPES = [None, 3, -3, 1.5, True, "words", [], [1], {}, {"a": 1}, "../x", 10**400]


def listing(**other: Any) -> bytes:
    return json.dumps({"id": "org/tiny", "sha": SHA, "siblings": [FILE], **other}).encode()


ODD = {
    "a text": b"upstream connect error",
    "a page": b"<h1>Sign in</h1>",
    "nothing": b"",
    "a list": b"[1]",
    "a number": b"17",
    "null": b"null",
    "half": b'{"id": "org/ti',
    "deep": b"[" * 100_000,
    "many digits": b"9" * 5_000,
    "no UTF-8": b'{"id": "\xff"}',
    **{f"id {each!r:.9}": listing(id=each) for each in TYPES},
    **{f"sha {each!r:.9}": listing(sha=each) for each in TYPES},
    **{f"siblings {each!r:.9}": listing(siblings=each) for each in TYPES},
    **{f"tags {each!r:.9}": listing(sha=None, tags=each, cardData=each) for each in TYPES},
    **{
        f"{key} {each!r:.9}": listing(siblings=[{**FILE, key: each}])
        for key in ("rfilename", "size", "lfs", "blobId")
        for each in TYPES
    },
}


@pytest.mark.parametrize("name", ODD)
async def test_a_listing(hub: Hub, repo: Repo, server: LoopbackHub, name: str) -> None:
    body = ODD[name].replace(SHA.encode(), repo.revision.encode())
    server.faults.append(Fault("/api/*", status=200, body=body))
    server.faults.append(Fault("*/resolve/*", status=404))
    with pytest.raises((HubFailed, BrokenCheckpoint, UnsafeWeights, TooLarge)) as caught:
        await hub.fetch(checkpoint(repo), silent)
    known = ("odd_answer", "damaged", "not_found", "weights_missing", "folder_empty")
    assert caught.value.facts.get("reason", "damaged") in known


@pytest.mark.parametrize("status", [204, 301, 302, 307, 400, 404, 407, 418, 451, 500, 503, 599])
@pytest.mark.parametrize("body", [b"upstream connect error", b"<h1>Sign in</h1>", b"[1]", b'"a"'])
async def test_a_status(
    hub: Hub, repo: Repo, server: LoopbackHub, status: int, body: bytes
) -> None:
    headers = {"Location": "/elsewhere", "Content-Type": "text/plain"}
    server.faults.append(Fault("*", status=status, body=body, headers=headers))
    assert await cause_of_failure(hub, repo)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Repo-Commit": "words"},
        {"Content-Length": "4", "ETag": '"a"', "X-Linked-Size": "words"},
        {"Location": "//[::bad", "ETag": '"a"'},
        {"ETag": '"' + "a" * 5_000 + '"'},
    ],
)
async def test_the_head_of_a_file(
    hub: Hub, repo: Repo, server: LoopbackHub, headers: dict[str, str]
) -> None:
    server.faults.append(Fault("*/resolve/*", "HEAD", status=200, headers=headers))
    assert await cause_of_failure(hub, repo)
