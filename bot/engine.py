"""What of `models/` answers here, as the settings have it: this machine, the Hub, a cluster."""

import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import models.bundled
from bot.settings import BadSetting, Settings
from models.checkpoints.catalog import Catalog
from models.errors import BadValue, ModelError
from models.hub.fetching import Hub
from models.hub_pages import HubPages
from models.inspection.inspector import Inspector
from models.machine import Machine
from models.service.service import ModelService
from models.units import MB

if TYPE_CHECKING:
    from models.on_ray.elsewhere import OnRay

_MOST_MODEL_BYTES = 2048 * MB
"""Unless the settings say otherwise: a bot is rarely alone on its machine."""

log = logging.getLogger(__name__)


def catalog(settings: Settings) -> Catalog:
    """Return every model that may be asked.

    Raises:
        BadSetting: two have the same name.
    """
    try:
        return Catalog(Path(models.bundled.__path__[0]), settings.models)
    except BadValue as error:  # two models of one name
        raise BadSetting("TOKKI_MODELS", error) from error


async def answering(
    settings: Settings, hub: Hub, inspector: Inspector, stack: AsyncExitStack
) -> "tuple[ModelService, OnRay | None]":
    """Begin the engine, and look for the cluster beside all else."""
    ray = _on_ray(settings)
    service = _models(settings, hub, inspector, ray)
    stack.push_async_callback(service.close)
    if ray:
        stack.push_async_callback(ray.lanes.close)
        await stack.enter_async_context(ray.watched(service.move_out))
    return service, ray


def _on_ray(settings: Settings) -> "OnRay | None":
    """Return what there is of a cluster; whoever has none imports nothing of it."""
    if settings.ray_address is None:
        return None
    from models.on_ray.deployment import Deployment  # noqa: PLC0415
    from models.on_ray.elsewhere import on_ray  # noqa: PLC0415
    from models.on_ray.store import StoreFailed  # noqa: PLC0415

    deployment = Deployment(
        store_url=settings.store_url,
        engine=settings.engine,
        most_replicas=settings.ray_replicas,
        gpus=settings.ray_gpus,
        memory_mb=settings.model_memory_mb or _MOST_MODEL_BYTES // MB,
        port=settings.ray_port,
    )
    token = settings.ray_auth_token
    try:
        return on_ray(
            settings.ray_address,
            token.get_secret_value() if token else None,
            deployment,
            settings.data_dir,
        )
    except StoreFailed as error:
        problem = BadValue("store_unusable", value=settings.store_url)
        raise BadSetting("TOKKI_STORE_URL", problem) from error


def _models(
    settings: Settings, hub: Hub, inspector: Inspector, ray: "OnRay | None"
) -> ModelService:
    machine = Machine()
    budget_bytes = min(machine.memory_bytes() // 2, _MOST_MODEL_BYTES)
    if settings.model_memory_mb is not None:
        budget_bytes = settings.model_memory_mb * MB
    folder = settings.data_dir / "models"
    return ModelService(
        catalog(settings),
        hub,
        budget_bytes,
        frozenset(settings.pinned_models),
        engine=settings.engine,
        exports_dir=folder / "exports",
        answers_bytes=settings.answers_cache_mb * MB,
        load_times_file=folder / "load_times.json",
        machine=machine,
        data_dir=settings.data_dir,
        inspector=inspector,
        elsewhere=ray.lanes if ray else None,
    )


def warm_up(service: ModelService, names: Sequence[str]) -> None:
    for name in names:
        try:
            service.warm_up(service.find(name))
        except ModelError as error:  # such as a version that a community trained
            log.info("%s is pinned, but not loaded before somebody asks: %s", name, error)


def hub_of(settings: Settings) -> Hub:
    return Hub(
        cache_dir=settings.data_dir / "models" / "hub",
        endpoint=settings.hf_endpoint,
        token=hub_token(settings),
        max_download_bytes=settings.max_download_mb * MB,
    )


def hub_pages(settings: Settings, service: ModelService, inspector: Inspector) -> HubPages:
    return HubPages(
        settings.hf_endpoint,
        hub_token(settings),
        settings.max_download_mb * MB,
        service.room,
        inspector,
    )


def hub_token(settings: Settings) -> str | None:
    return settings.hf_token.get_secret_value() if settings.hf_token else None
