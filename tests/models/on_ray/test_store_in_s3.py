"""The store in an S3: what is put there comes out, damaged it does not, and it may say no."""

import importlib.util
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import fsspec
import pytest

from models.on_ray.store import Store, StoreFailed, digest_of
from models.reasons import Reason
from tests.models.on_ray.test_store import folder
from tests.servers.s3 import KEYS, S3, running_s3

__all__ = ["folder"]
pytestmark = pytest.mark.scale
_NAMES = count()


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    if not all(importlib.util.find_spec(name) for name in ("moto", "s3fs")):
        pytest.skip("moto and s3fs are not installed: make test-scale")
    with running_s3() as server:
        yield server


@pytest.fixture
def keys(monkeypatch):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.get_filesystem_class("s3").clear_instance_cache()  # it remembers where it went


@pytest.fixture
def store(s3, keys, monkeypatch) -> Store:
    bucket = f"bucket-{next(_NAMES)}"
    s3.make(bucket)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.url)
    return Store(f"s3://{bucket}/토끼/models")


def test_a_folder_comes_out_as_it_was_put(store, folder, tmp_path):
    digest = store.put(folder)
    assert store.put(folder) == digest == digest_of(folder)
    store.get(digest, tmp_path / "came")
    assert digest_of(tmp_path / "came") == digest
    store.remove(digest)
    with pytest.raises(StoreFailed):
        store.get(digest, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_small_files_are_written_over_listed_and_forgotten(store):
    assert store.read("a/b.json") is None
    assert store.names("a") == []
    for content in (b"one\ntwo", b"three"):
        store.write("a/b.json", content)
        assert store.read("a/b.json") == content
    assert store.names("a") == ["a/b.json"]
    store.forget("a")
    store.forget("a")
    assert store.read("a/b.json") is None
    store.try_out()


def test_what_was_changed_there_is_not_taken(store, folder, tmp_path):
    digest = store.put(folder)
    (name,) = store._files.glob(f"{store._root}/**/model.safetensors")
    whole = store._files.cat_file(name)
    store._files.pipe_file(name, whole[:-1] + b"\0")
    store.write("word", b"one")
    store._files.pipe_file(f"{store._root}/word", b"two")
    with pytest.raises(StoreFailed, match=Reason.STORE_CHANGED):
        store.get(digest, tmp_path / "came" / "model")
    assert list((tmp_path / "came").iterdir()) == []
    with pytest.raises(StoreFailed, match=Reason.STORE_CHANGED):
        store.read("word")


def test_one_that_lets_nobody_in_says_so(s3, store, folder):
    s3.let_nobody_in()
    try:
        with pytest.raises(StoreFailed, match=Reason.STORE_DENIED):
            store.put(folder)
        assert store.trouble == Reason.STORE_DENIED
        with pytest.raises(StoreFailed, match=Reason.STORE_DENIED):
            store.read("a")
    finally:
        s3.let_everybody_in()
    store.put(folder)
    assert store.trouble == ""


def test_a_bucket_that_is_not_there_says_so(store, folder):
    with pytest.raises(StoreFailed, match=Reason.STORE_FAILED):
        Store("s3://no-such-bucket/models").put(folder)


@pytest.mark.parametrize("code", ["XMinioStorageFull", "QuotaExceeded"])
def test_one_that_is_full_says_so(s3, keys, folder, monkeypatch, code):
    with full(code) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        with pytest.raises(StoreFailed, match=Reason.STORE_FULL):
            Store(f"s3://{code.lower()}/models").put(folder)


@contextmanager
def full(code: str) -> Iterator[str]:
    """An S3 that has nothing and takes nothing, as MinIO and Ceph say it."""

    class Full(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _say(self, status: int, text: str) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def do_GET(self) -> None:
            self._say(200, "<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>")

        def do_HEAD(self) -> None:
            self._say(404, "")

        def do_PUT(self) -> None:
            self._say(507, f"<Error><Code>{code}</Code><Message>no room</Message></Error>")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Full)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
