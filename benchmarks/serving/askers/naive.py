"""The bot of every tutorial: a pipeline in a pool of four threads, one call a message."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.serving.askers import Options
from benchmarks.serving.runs.closed_loop import Answer

_THREADS = 4


class Naive:
    """Asks the pipeline."""

    def __init__(self, pipe: Callable[[str], Any], pool: ThreadPoolExecutor) -> None:
        self._pipe = pipe
        self._pool = pool

    async def ask(self, text: str) -> Answer:
        """Answer one message."""
        scores = await asyncio.get_running_loop().run_in_executor(self._pool, self._pipe, text)
        scores = scores[0] if isinstance(scores[0], list) else scores
        return Answer({each["label"]: each["score"] for each in scores})

    def about(self) -> dict[str, object]:
        """Say what answers."""
        return {"engine": "torch"}


@asynccontextmanager
async def opened(options: Options) -> AsyncIterator[Naive]:
    """Load the checkpoint."""
    from transformers import pipeline  # noqa: PLC0415

    pipe = pipeline(
        "text-classification", options.folder, device="cpu", top_k=None, truncation=True
    )
    with ThreadPoolExecutor(_THREADS) as pool:
        yield Naive(pipe, pool)
