"""A download that breaks off and goes on, or gets something else: it is whole, or nothing is."""

import hashlib
from pathlib import Path

import pytest

from models.hub.fetching import Hub
from tests.models.hub.repository import (
    FILES,
    WEIGHTS,
    cause_of_failure,
    checkpoint,
    contents,
    silent,
)
from tests.servers.hub import Fault, LoopbackHub, Repo

HALF = len(WEIGHTS) // 2
PAGE = b"<!doctype html><title>Sign in</title>"
HTML = {"Content-Type": "text/html; charset=utf-8"}
BREAK = "*/model.safetensors", "GET", 1


def wrong_on_disk(cache: Path) -> list[Path]:
    """The files in a cache that are not what their names say."""
    known = {*map(hashed, FILES.values()), *map(hashed_as_git, FILES.values())}
    return [file for file in cache.rglob("blobs/*") if file.name not in known or not right(file)]


def hashed(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def hashed_as_git(body: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(body) + body, usedforsecurity=False).hexdigest()


def right(file: Path) -> bool:
    body = file.read_bytes()
    return file.name in (hashed(body), hashed_as_git(body))


async def test_a_server_that_begins_anew_is_followed(
    hub: Hub, repo: Repo, server: LoopbackHub
) -> None:
    server.faults.append(Fault(*BREAK, cut_after=HALF))
    server.faults.append(Fault(*BREAK, from_start=True))
    done: list[int] = []

    found = await hub.fetch(checkpoint(repo), lambda said: done.append(said.done_bytes))

    assert contents(found) == FILES
    assert done == sorted(done)


@pytest.mark.parametrize(
    ("goes_on", "cause"),
    [
        (Fault(*BREAK, body=bytes(len(WEIGHTS))), "damaged"),
        (Fault(*BREAK, body=WEIGHTS + b"more"), "damaged"),
        (Fault(*BREAK, body=WEIGHTS[:-1]), "damaged"),
        (Fault(*BREAK, body=WEIGHTS[:HALF] + PAGE, headers=HTML), "page_instead"),
        (Fault(*BREAK, status=416), "broken_off"),
        (Fault(*BREAK, status=404), "odd_answer"),
        (Fault(*BREAK, status=403), "forbidden"),
    ],
    ids=["another file", "longer", "shorter", "a page", "no such part", "gone", "forbidden"],
)
async def test_what_goes_on_otherwise_is_not_taken(
    hub: Hub, repo: Repo, server: LoopbackHub, tmp_path: Path, goes_on: Fault, cause: str
) -> None:
    server.faults += [Fault(*BREAK, cut_after=HALF), goes_on]

    assert await cause_of_failure(hub, repo) == cause
    assert not wrong_on_disk(tmp_path)
    assert (await hub.kept(checkpoint(repo))).folder is None

    server.faults.clear()
    assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES
    assert not wrong_on_disk(tmp_path)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ({"body": PAGE, "headers": HTML}, "page_instead"),
        ({"body": PAGE}, "damaged"),
        ({"body": b""}, "damaged"),
        ({"body": b"x" * 10**6 + WEIGHTS}, "damaged"),
    ],
    ids=["a page", "a page that says otherwise", "nothing", "too much"],
)
async def test_something_else_in_the_place_of_a_file(
    hub: Hub,
    repo: Repo,
    server: LoopbackHub,
    tmp_path: Path,
    name: str,
    fault: dict[str, object],
    cause: str,
) -> None:
    server.faults.append(Fault(f"*/{name}", "GET", **fault))  # type: ignore[arg-type]

    assert await cause_of_failure(hub, repo) == cause
    assert not wrong_on_disk(tmp_path)

    server.faults.clear()
    assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES


@pytest.mark.parametrize("path", ["/api/*", "*/resolve/*"])
async def test_a_network_that_wants_a_login_first(
    hub: Hub, repo: Repo, server: LoopbackHub, path: str
) -> None:
    server.faults.append(Fault(path, status=200, body=PAGE, headers=HTML))

    assert await cause_of_failure(hub, repo) == "page_instead"

    server.faults.clear()
    assert contents(await hub.fetch(checkpoint(repo), silent)) == FILES
