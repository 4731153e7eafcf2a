"""Writes an answered question down, and makes the small print that stands under the answer."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handlers.services import Services
from handlers.texts import say
from handlers.types import Language, Request
from models.results import Checkpoint, TokenCount
from storage.records import NewQuery


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
    """
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


def small_print(
    checkpoint: Checkpoint,
    watch: Stopwatch,
    tokens: TokenCount | None,
    query_id: int,
) -> dict[str, str]:
    """Return a footer: model@version, time, tokens and the query's number."""
    footer = {"model": checkpoint.full_name, "time": f"{watch.ms:,.0f} ms"}
    if tokens:
        footer["tokens"] = f"{tokens.used:,}"
    return footer | {"query": f"#{query_id}"}


def cut_note(language: Language, tokens: TokenCount) -> str | None:
    """Return the sentence that says how much of a text the model saw, if not all of it."""
    if not tokens.is_cut:
        return None
    return say(language, "answer.cut", used=f"{tokens.used:,}", total=f"{tokens.total:,}")
