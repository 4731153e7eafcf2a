"""What runs in the cluster: the engine as it is in a bot, with many questions a call.

Serve chooses a replica that has the checkpoint; the engine's own lanes make the batches, so what
is answered here is what a bot alone would answer. Nothing of another batcher stands around them.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path
from ray import serve
from starlette.requests import Request
from starlette.responses import Response

import models.bundled
from models.checkpoints.catalog import Catalog
from models.inspection.inspector import Inspector
from models.machine import Machine
from models.on_ray.deployment import Deployment
from models.on_ray.fetched import Fetched
from models.on_ray.store import Store, StoreFailed, digest_of
from models.on_ray.wire import (
    CONTENT_TYPE,
    Answered,
    Asked,
    Model,
    Unreadable,
    as_sent,
    decode,
    encode,
)
from models.reasons import Reason
from models.reports import DownloadProgress
from models.results import Checkpoint, Origin
from models.service.service import ModelService
from models.units import MB

_UNREADABLE = 400
_MODELS = 16
"""By which Serve chooses a replica; how many are in memory is for the engine to decide."""
_KEPT_HERE = "ray"


class Answers:
    """One replica. Its questions all come to one event loop."""

    def __init__(self, word: str) -> None:
        deployment = Deployment.of(word)
        cache = user_cache_path("tokki", appauthor=False) / _KEPT_HERE
        url = deployment.store_url
        self._catalog = Catalog(Path(models.bundled.__path__[0]), ())
        self._fetched = Fetched(Store(url), cache / "checkpoints") if url else None
        self._service = ModelService(
            self._catalog,
            _NoHub(),
            deployment.memory_mb * MB,
            workers=max(1, min(int(deployment.cores), Machine().cores())),
            engine=deployment.engine,
            exports_dir=cache / "exports",
            inspector=Inspector(),
        )
        self._models: dict[str, Model] = {}
        self._bundled: dict[str, Checkpoint] | None = None

    async def __call__(self, request: Request) -> Response:
        """Answer what is asked, each question by itself as far as its caller can tell."""
        if request.method == "GET":  # whoever only looks whether anybody is here
            return _response(Answered())
        try:
            asked = decode(await request.body(), Asked)
        except Unreadable as error:
            return Response(str(error), _UNREADABLE)
        self._models[asked.model.id] = asked.model
        try:
            checkpoint = await self.checkpoint(asked.model.id)
            await self._keep(asked.model)
        except StoreFailed as error:
            return _response(Answered(refusal=str(error)))
        ask = (self._service.ask(checkpoint, one, asked.asker) for one in asked.questions)
        answers = await asyncio.gather(*ask, return_exceptions=True)
        return _response(Answered(as_sent(answers), self._service.state(checkpoint).engine))

    @serve.multiplexed(max_num_models_per_replica=_MODELS)  # type: ignore[untyped-decorator]
    async def checkpoint(self, model_id: str) -> Checkpoint:
        """Return a checkpoint whose files are here; Serve remembers which replica has which."""
        model = self._models[model_id]
        if self._bundled is None:
            self._bundled = await asyncio.to_thread(_by_digest, self._catalog)
        found = self._bundled.get(model.digest) if model.origin is Origin.BUNDLED else None
        if found is None:
            found = await asyncio.to_thread(self._fetch, model)
        return found

    async def _keep(self, model: Model) -> None:
        """Let a fetched one stay for as long as somebody asks it."""
        if self._fetched and self._fetched.is_due(model.digest):
            await asyncio.to_thread(self._fetched.get, model.digest)

    def _fetch(self, model: Model) -> Checkpoint:
        """Bring the files here; the service has what strangers wrote looked at once more.

        Raises:
            StoreFailed: they cannot be had.
        """
        if self._fetched is None:
            raise StoreFailed(Reason.STORE_MISSING)
        folder = self._fetched.get(model.digest)
        return Checkpoint(
            model.name, model.version, model.origin, folder, model.repo_id, model.revision
        )


class _NoHub:
    """Replicas have all from the store: nothing of them goes out into the world."""

    async def fetch(
        self, checkpoint: Checkpoint, report: Callable[[DownloadProgress], None]
    ) -> Checkpoint:
        return checkpoint

    async def kept(self, checkpoint: Checkpoint) -> Checkpoint:
        return checkpoint

    async def remove(self, checkpoint: Checkpoint) -> int:
        return 0


def _by_digest(catalog: Catalog) -> dict[str, Checkpoint]:
    found = (catalog.find(name) for name in catalog.names())
    return {digest_of(one.folder): one for one in found if one.folder}


def _response(answered: Answered) -> Response:
    return Response(encode(answered), media_type=CONTENT_TYPE)
