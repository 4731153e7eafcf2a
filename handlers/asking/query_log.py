"""Writes an answered question down, and makes the small print that stands under the answer."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handlers.guard.room import RoomFull
from handlers.services import Services
from handlers.texts import say
from handlers.types import Language, Request
from models.results import Checkpoint, TokenCount
from storage.errors import DatabaseFull, DatabaseReadOnly
from storage.records import NewQuery

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Runs from its making."""

    started_at: float = field(default_factory=time.perf_counter)

    @property
    def ms(self) -> float:
        """Milliseconds since."""
        return (time.perf_counter() - self.started_at) * 1000


async def log_query(
    services: Services,
    request: Request,
    checkpoint: Checkpoint,
    result: Mapping[str, object],
    watch: Stopwatch,
    label_set: Sequence[str] = (),
    text: str | None = None,
) -> int:
    """Store what was asked and answered; return the query's number once it is on disk.

    `text` is what was asked of the request's text, where that is only a part.

    Raises:
        RoomFull: the community keeps as much as it may.
    """
    await services.room.check(services, request.place.community)
    return await services.storage.queries.add(
        NewQuery(
            community=request.place.community,
            user=request.actor.id,
            command=request.command.full_name.en,
            text=str(request.options.get("text", "")) if text is None else text,
            model=checkpoint.full_name,
            result=result,
            label_set=tuple(label_set),
            latency_ms=watch.ms,
        )
    )


async def log_if_possible(
    services: Services,
    request: Request,
    checkpoint: Checkpoint,
    result: Mapping[str, object],
    watch: Stopwatch,
    text: str | None = None,
) -> int | None:
    """Store what nobody will judge; that there is no room left is no reason not to answer."""
    try:
        return await log_query(services, request, checkpoint, result, watch, text=text)
    except (DatabaseFull, DatabaseReadOnly):
        log.warning("an answer could not be kept", exc_info=True)
        return None
    except RoomFull:
        return None


def not_kept_note(language: Language, query_number: int | None) -> str | None:
    """Return the sentence that says that an answer is not in the history, if so."""
    return say(language, "answer.not_kept") if query_number is None else None


def small_print(
    checkpoint: Checkpoint,
    watch: Stopwatch,
    tokens: TokenCount | None,
    query_number: int | None,
    engine: str = "",
) -> dict[str, str]:
    """Return a footer: model@version, time, engine, tokens, and the number of a kept query."""
    footer = {"model": checkpoint.full_name, "time": f"{watch.ms:,.0f} ms"}
    if engine:
        footer["engine"] = engine
    if tokens:
        footer["tokens"] = f"{tokens.used:,}"
    return footer if query_number is None else footer | {"query": f"#{query_number}"}


def cut_note(language: Language, tokens: TokenCount) -> str | None:
    """Return the sentence that says how much of a text the model saw, if not all of it."""
    if not tokens.is_cut:
        return None
    return say(language, "answer.cut", used=f"{tokens.used:,}", total=f"{tokens.total:,}")
