"""All that a bot has of the cluster, put together from its settings."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from models.on_ray.cluster import PATIENCE_S, Cluster
from models.on_ray.dashboard import Dashboard
from models.on_ray.deployment import Deployment
from models.on_ray.lanes import RayLanes
from models.on_ray.store import Store
from models.on_ray.trainer import RayTrainer
from models.reports import ClusterState


@dataclass(frozen=True, slots=True)
class OnRay:
    """The parts that others fill Protocols with."""

    cluster: Cluster
    lanes: RayLanes
    trainer: RayTrainer | None
    """None without a store: trainings stay here."""
    store: Store | None

    @property
    def state(self) -> ClusterState:
        """Tell how the cluster fares, and the store."""
        return replace(self.cluster.state, store=self.store.trouble if self.store else "")

    @asynccontextmanager
    async def watched(self, when_here: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        """Look for the cluster inside the block."""
        watching = asyncio.create_task(self.cluster.watch(when_here))
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


def on_ray(
    address: str,
    token: str | None,
    deployment: Deployment,
    data_dir: Path,
    patience_s: float = PATIENCE_S,
) -> OnRay:
    """Begin nothing yet.

    Raises:
        StoreFailed: nothing here speaks to such a store.
    """
    store = Store(deployment.store_url) if deployment.store_url else None
    cluster = Cluster(Dashboard(address, token), deployment, patience_s)
    lanes = RayLanes(cluster, store, f"{socket.gethostname()}-{os.getpid()}", data_dir)
    return OnRay(cluster, lanes, RayTrainer(data_dir, cluster, store) if store else None, store)
