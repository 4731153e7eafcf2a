"""The one composition root: settings, storage, models, services, dispatcher; start and stop."""

import logging
import logging.handlers
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import models.bundled
from bot.settings import Settings
from handlers.classify import DEFAULT_MODEL
from handlers.dispatch import Dispatcher
from handlers.services import Rules, Services
from models.catalog import Catalog
from models.errors import ModelError
from models.finetune.trainer import Trainer
from models.hub import Hub
from models.service import ModelService
from storage.database import Database
from storage.errors import DatabaseUnavailable
from storage.records import Job

_MB = 1024 * 1024
_LOG_BYTES = 5 * _MB
DATABASE_FILE = "tokki.sqlite3"


@dataclass(frozen=True, slots=True)
class App:
    """A running Tokki, for the doors to plug into."""

    dispatcher: Dispatcher
    services: Services
    interrupted: Sequence[Job]
    """Trainings that the last crash cut off; each is told once."""
    warm_up: Callable[[], None]
    """Begins to load what is asked most, beside what else happens."""


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[App]:
    """Start everything, and stop it in the reverse order.

    Raises:
        StorageError: the database cannot be used.
    """
    _make_data_dir(settings.data_dir)
    _start_log(settings)
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.data_dir / DATABASE_FILE)
        stack.push_async_callback(database.close)
        hub = _hub(settings)
        stack.callback(hub.close)
        catalog = Catalog(Path(models.bundled.__path__[0]), settings.models)
        service = ModelService(catalog, hub, budget_bytes=settings.model_memory_mb * _MB)
        stack.push_async_callback(service.close)
        services = Services(
            models=service,
            trainer=Trainer(),
            storage=database,
            rules=Rules(settings.unsure_below, settings.labels_needed),
            data_dir=settings.data_dir,
        )
        yield App(
            Dispatcher(services),
            services,
            await database.jobs.interrupt_dead(),
            lambda: _warm_up(service),
        )


def _warm_up(service: ModelService) -> None:
    with suppress(ModelError):  # whoever asks for it is told what is wrong with it
        service.warm_up(service.find(DEFAULT_MODEL))


def _make_data_dir(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(path=str(folder), reason=error.strerror or "") from error


def _hub(settings: Settings) -> Hub:
    return Hub(
        cache_dir=settings.data_dir / "models" / "hub",
        endpoint=settings.hf_endpoint,
        token=settings.hf_token.get_secret_value() if settings.hf_token else None,
        max_download_bytes=settings.max_download_mb * _MB,
    )


def _start_log(settings: Settings) -> None:
    """Log to a file in the data folder: what people see is said by the doors, not by the log."""
    folder = settings.data_dir / "logs"
    folder.mkdir(exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / "tokki.log", maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
