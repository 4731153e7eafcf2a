"""An S3 on loopback, by moto in a process of its own: it needs `tokki[scale]`."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from tests.servers.ports import free_port
from tests.waiting import PATIENCE_S

KEYS = {"AWS_ACCESS_KEY_ID": "tokki", "AWS_SECRET_ACCESS_KEY": "secret"}


class S3:
    """One that runs, where everybody may do everything until it is told otherwise."""

    def __init__(self, url: str) -> None:
        self.url = url

    def make(self, bucket: str) -> None:
        """Make an empty bucket."""
        assert httpx2.put(f"{self.url}/{bucket}", trust_env=False).is_success

    def let_nobody_in(self) -> None:
        """From now on hold every request against the rights of its keys; nobody has any."""
        self._tell("reset-auth", b"0")

    def let_everybody_in(self) -> None:
        """As it was at first."""
        self._tell("reset-auth", b"inf")

    def _tell(self, what: str, how: bytes) -> None:
        assert httpx2.post(f"{self.url}/moto-api/{what}", content=how, trust_env=False).is_success


@contextmanager
def running_s3() -> Iterator[S3]:
    """Start one, and wait until it answers."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        server, deadline = S3(f"http://127.0.0.1:{port}"), time.monotonic() + PATIENCE_S
        try:
            while not _answers(server):
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.1)
            yield server
        finally:
            process.kill()


def _answers(server: S3) -> bool:
    try:
        return httpx2.get(server.url, trust_env=False).status_code > 0
    except httpx2.TransportError:
        return False
