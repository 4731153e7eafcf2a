"""Fetching from a Hub: seen from processes of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.models.hub.repository import FILES, WEIGHTS
from tests.servers.hub import Fault, LoopbackHub, Repo

FETCH = """
import asyncio, resource, sys
from pathlib import Path
from models.errors import HubFailed
from models.hub.fetching import Hub
from models.results import Checkpoint, Origin

hosts = set()
def audit(event, facts):
    if event in ("socket.getaddrinfo", "socket.connect"):
        hosts.add(facts[0] if event == "socket.getaddrinfo" else facts[1][0])
sys.addaudithook(audit)
url, cache, revision, biggest_file = sys.argv[1:]
if int(biggest_file):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(biggest_file), int(biggest_file)))
hub = Hub(Path(cache), url, None, 10**9)
wanted = Checkpoint("tiny", revision[:7], Origin.HUB, None, "org/tiny", revision)
try:
    found = asyncio.run(hub.fetch(wanted, lambda said: print(said.done_bytes, flush=True)))
    print(found.folder, *hosts)
except HubFailed as error:
    print(error.facts["reason"])
"""


class TestOtherProcesses:
    def start(
        self, server: LoopbackHub, repo: Repo, cache: Path, biggest_file: int = 0
    ) -> "subprocess.Popen[str]":
        arguments = [server.url, str(cache), repo.revision, str(biggest_file)]
        return subprocess.Popen(
            [sys.executable, "-c", FETCH, *arguments], stdout=subprocess.PIPE, text=True
        )

    def test_killed_in_the_middle_then_done_by_another(self, tmp_path: Path) -> None:
        with LoopbackHub() as server:
            repo = server.add("org/tiny", FILES)
            slow = Fault("*/model.safetensors", "GET", bytes_per_s=len(WEIGHTS) // 2)
            server.faults.append(slow)
            with self.start(server, repo, tmp_path) as first:
                assert first.stdout is not None
                while int(first.stdout.readline()) < len(WEIGHTS) // 4:
                    pass
                os.kill(first.pid, signal.SIGKILL)
            assert list(tmp_path.rglob("*.incomplete"))
            server.faults.clear()
            server.seen.clear()

            with self.start(server, repo, tmp_path) as second:
                *_, folder, _ = second.communicate()[0].split()

            assert {file.name: file.read_bytes() for file in Path(folder).iterdir()} == FILES
            assert server.count("*/config.json") == 0, "it was whole already"

    def test_nothing_but_the_endpoint_is_ever_asked(self, tmp_path: Path) -> None:
        """Left alone, huggingface_hub asks the real Hub for a list of coding agents, too."""
        with LoopbackHub() as server:
            repo = server.add("org/tiny", FILES)
            with self.start(server, repo, tmp_path) as process:
                *_, _folder, host = process.communicate()[0].splitlines()[-1].split()

        assert host == "127.0.0.1"

    def test_the_disk_gets_full_in_the_middle(self, tmp_path: Path) -> None:
        with LoopbackHub() as server:
            repo = server.add("org/tiny", FILES)
            with self.start(server, repo, tmp_path, biggest_file=len(WEIGHTS) // 2) as process:
                *_, cause = process.communicate()[0].split()

        assert cause == "disk_full"
        assert list(tmp_path.rglob("*.incomplete")) == []
