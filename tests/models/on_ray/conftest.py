"""One cluster for all tests that are marked `scale`, and what a bot has of it."""

import asyncio
import importlib.util
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from models.on_ray.deployment import Deployment
from models.on_ray.elsewhere import OnRay, on_ray
from models.on_ray.store import Store
from models.service.service import ModelService
from tests.models.engine_help import PLENTY, TinyCatalog
from tests.models.finetune.conftest import base, write_tokenizer
from tests.models.tiny import Tiny
from tests.servers.ports import free_port
from tests.servers.ray_nodes import RayNodes, running_nodes

__all__ = ["base", "write_tokenizer"]
TOKEN = "what-opens-the-cluster-of-the-tests"
_SETTINGS = {
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": TOKEN,
    "RAY_gcs_rpc_server_reconnect_timeout_s": "10",  # so long nodes outlive their head; usually 60
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class ClusterOfTests:
    """Where it is, and what is asked of it."""

    nodes: RayNodes
    deployment: Deployment

    @property
    def settings(self) -> Mapping[str, str]:
        """What a whole bot has to know of it."""
        return {
            "RAY_ADDRESS": self.nodes.address,
            "RAY_AUTH_TOKEN": TOKEN,
            "TOKKI_ENGINE": self.deployment.engine,
            "TOKKI_RAY_REPLICAS": str(self.deployment.most_replicas),
            "TOKKI_RAY_PORT": str(self.deployment.port),
            "TOKKI_STORE_URL": str(self.deployment.store_url),
        }

    @property
    def replicas(self) -> list[dict[str, Any]]:
        """Those that answer."""
        applications = self.said("/api/serve/applications/")["applications"]
        answers = applications[self.deployment.name]["deployments"]["Answers"]
        return [one for one in answers["replicas"] if one["state"] == "RUNNING"]

    @property
    def jobs(self) -> dict[str, str]:
        """How each fares, by its name."""
        return {one["submission_id"]: one["status"] for one in self.said("/api/jobs/")}

    def said(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return httpx2.get(self.nodes.address + path, headers=headers, trust_env=False).json()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store((tmp_path / "store").as_uri())


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterOfTests]:
    if os.environ.get("CI"):
        pytest.skip("a cluster is not for CI")
    if importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed: make test-scale")
    store = tmp_path_factory.mktemp("store").as_uri()
    deployment = Deployment(store_url=store, engine="torch", most_replicas=2, port=free_port())
    with running_nodes(**_SETTINGS) as nodes:
        yield ClusterOfTests(nodes, deployment)


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
    address: str,
    deployment: Deployment,
    tiny: Tiny,
    data_dir: Path,
    patience_s: float = 1.0,
    token: str | None = None,
) -> AsyncIterator[Bot]:
    ray = on_ray(address, token, deployment, data_dir, patience_s)
    shelf = TinyCatalog(tiny)
    service = ModelService(shelf, shelf, PLENTY, engine="torch", elsewhere=ray.lanes)
    try:
        async with ray.watched(service.move_out):
            yield Bot(service, ray, tiny)
    finally:
        await ray.lanes.close()
        await service.close()
