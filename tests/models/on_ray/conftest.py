"""One cluster of two nodes for all tests that are marked `scale`."""

import asyncio
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.on_ray.deployment import Deployment
from models.on_ray.elsewhere import OnRay, on_ray
from models.service import ModelService
from tests.models.engine_help import PLENTY, TinyCatalog
from tests.models.finetune.conftest import base, write_tokenizer
from tests.models.tiny import Tiny

__all__ = ["base", "write_tokenizer"]
ROOT = Path(__file__).parents[3]
NODES = Path(__file__).with_name("two_nodes.py")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass(frozen=True)
class TwoNodes:
    """Where the cluster is, and what is asked of it."""

    address: str
    deployment: Deployment


@pytest.fixture(scope="session")
def two_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoNodes]:
    if os.environ.get("CI"):
        pytest.skip("a cluster is not for CI")
    if importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed: make test-scale")
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")  # the names of sockets are short
    port, http = free_port(), free_port()
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")),
        "RAY_TMPDIR": folder,
        "RAY_USAGE_STATS_ENABLED": "0",
        "OMP_NUM_THREADS": "1",
    }
    log = tmp_path_factory.mktemp("nodes") / "log"
    store = tmp_path_factory.mktemp("store").as_uri()
    deployment = Deployment(store_url=store, engine="torch", most_replicas=2, port=http)
    with (
        log.open("w") as said,
        subprocess.Popen(
            [sys.executable, NODES, str(port)],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as process,
    ):
        assert process.stdout
        assert process.stdout.readline().strip() == '"ready"', log.read_text()
        yield TwoNodes(f"http://127.0.0.1:{port}", deployment)
    shutil.rmtree(folder, ignore_errors=True)  # its input is closed, so all has ended


@dataclass(frozen=True)
class Bot:
    """What a bot has of the engine."""

    service: ModelService
    ray: OnRay
    tiny: Tiny

    async def found(self) -> None:
        async with asyncio.timeout(120):
            while not self.ray.cluster.is_here:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.05)


@asynccontextmanager
async def bot_on(
    address: str, deployment: Deployment, tiny: Tiny, data_dir: Path, patience_s: float = 1.0
) -> AsyncIterator[Bot]:
    ray = on_ray(address, None, deployment, data_dir, patience_s)
    shelf = TinyCatalog(tiny)
    service = ModelService(shelf, shelf, PLENTY, engine="torch", elsewhere=ray.lanes)
    try:
        async with ray.watched(service.move_out):
            yield Bot(service, ray, tiny)
    finally:
        await ray.lanes.close()
        await service.close()
