"""What a classification waits for while somebody's text is written, beside nobody's writing.

    python -m benchmarks.beside_writing

The writer has the size of GPT-2 (124 million weights, drawn by chance: its words do not matter, its
work does). Both ways alternate, so that other load falls on both alike.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import transformers

import models.bundled
from models.checkpoints.catalog import AllowedModel, Catalog
from models.engines.protocol import Limits
from models.hub.fetching import Hub
from models.runtime import prepare
from models.service.service import ModelService
from models.tasks.classification import TextToClassify
from models.tasks.text_generation import Prompt
from tests.models.tiny import byte_level

ROUNDS, QUESTIONS = 4, 100
_PAUSE_S = 0.02
_BUDGET_BYTES = 4 * 10**9
_NOWHERE = "http://127.0.0.1:9"
_END = "<|endoftext|>"


async def measure(folder: Path) -> None:
    """Print the times of both ways."""
    _writer(folder / "writer")
    hub = Hub(folder / "hub", _NOWHERE, None, _BUDGET_BYTES)
    catalog = Catalog(
        Path(models.bundled.__path__[0]), [AllowedModel("writer", folder=folder / "writer")]
    )
    service = ModelService(catalog, hub, _BUDGET_BYTES, exports_dir=folder / "exports")
    alone: list[float] = []
    beside: list[float] = []
    written: list[float] = []
    try:
        await _classified(service, 2 * QUESTIONS)  # until the quick engine answers
        await service.ask(service.find("writer"), Prompt("hello", Limits(4)))
        for _ in range(ROUNDS):
            alone += await _classified(service, QUESTIONS)
            async with _writing(service, written):
                beside += await _classified(service, QUESTIONS)
    finally:
        await service.close()
        hub.close()
    _tell(alone, beside, written)


async def _classified(service: ModelService, count: int) -> list[float]:
    found = []
    for number in range(count):
        began = perf_counter()
        text = f"the film of {number} friends was good, {began}"  # nobody has asked it
        await service.ask(service.find("sentiment"), TextToClassify(text))
        found.append(1000 * (perf_counter() - began))
        await asyncio.sleep(_PAUSE_S)
    return found


@asynccontextmanager
async def _writing(service: ModelService, rates: list[float]) -> AsyncIterator[None]:
    """Write one text after the other meanwhile; note tokens a second."""
    is_over = False

    async def write() -> None:
        while not is_over:
            began = perf_counter()
            text = await service.ask(
                service.find("writer"), Prompt("hello there " * 10, Limits(16))
            )
            rates.append(text.length / (perf_counter() - began))

    task = asyncio.create_task(write())
    try:
        yield
    finally:
        is_over = True
        await task


def _tell(alone: list[float], beside: list[float], written: list[float]) -> None:
    print("| one classification | alone ms | while a text is written ms | ratio |")
    print("|---|---|---|---|")
    for name, share in (("median", 50), ("p95", 95)):
        first, second = (float(np.percentile(each, share)) for each in (alone, beside))
        print(f"| {name} | {first:.1f} | {second:.1f} | {second / first:.2f} |")
    print(f"\n{len(written)} texts were written, {np.mean(written):.1f} tokens a second.")


def _writer(folder: Path) -> None:
    tokenizer = byte_level({"eos_token": _END})
    config = transformers.GPT2Config(eos_token_id=None, bos_token_id=0)
    transformers.GPT2LMHeadModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    prepare()
    with TemporaryDirectory() as work:
        asyncio.run(measure(Path(work)))
