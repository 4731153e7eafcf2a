"""Makes lanes of checkpoints on disk: the one place where engines, works and lanes meet."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from models.cache import Slot
from models.calibration import CONFIG_KEY, read_calibration
from models.checkpoint_files import broken, folder_of
from models.classification import Classifier
from models.encoding import Encoder
from models.engines import EngineChoice, EngineError
from models.fill_mask import MaskedText, MaskFiller
from models.lanes import Lane, Work
from models.loading import LoadedModel, labels_of, load_model, load_tokenizer
from models.results import Checkpoint, EngineReport, Task
from models.tokenization import TokenViewer
from models.weights_header import read_weights

_FIRST_TEXT = "안녕"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class OpenLane:
    """A lane with what it keeps in memory."""

    lane: Lane[Any, Any]
    memory_bytes: int
    engine: EngineReport | None = None
    """None of a tokenizer alone."""

    async def close(self) -> None:
        """Return when no thread works for the lane any more."""
        await self.lane.close()


class LaneFactory:
    """The source of the cache (`models.cache.Source`)."""

    def __init__(
        self,
        pool: Executor,
        workers: int,
        engine: EngineChoice = "auto",
        exports_dir: Path | None = None,
    ) -> None:
        """`workers` is how many threads the pool has; without `exports_dir` only torch answers."""
        self._pool = pool
        self._workers = workers
        self._construction = asyncio.Lock()

    async def memory_bytes(self, slot: Slot) -> int:
        """Tell from the files what a slot will take."""
        return await self._in_pool(_expected_bytes, slot)

    async def load(self, slot: Slot) -> OpenLane:
        """Load a slot and open its lane."""
        work, memory_bytes = await self.construct(_load_work, slot)
        # What a masked-language model answers is spelled by its tokenizer: one batch at a time.
        width = self._workers if slot.task is Task.CLASSIFY else 1
        lane = Lane(slot.checkpoint.full_name, work, self._pool, width)
        engine = EngineReport("torch") if slot.task else None
        return OpenLane(lane, memory_bytes, engine)

    async def construct(self, make: Callable[..., Result], *arguments: object) -> Result:
        """Run in the pool what constructs something, when it is its turn."""
        # Queueing here and not at the lock inside keeps the pool's threads for those who compute.
        async with self._construction:
            return await self._in_pool(make, *arguments)

    async def _in_pool(self, call: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call, *arguments)


def _expected_bytes(slot: Slot) -> int:
    if slot.task is not None:
        return read_weights(slot.checkpoint).memory_bytes
    return sum(
        path.stat().st_size
        for path in folder_of(slot.checkpoint).iterdir()
        if path.is_file() and path.name.startswith(("tokenizer", "vocab", "merges"))
    )


def _load_work(slot: Slot) -> tuple[Work[Any, Any], int]:
    """Load what a slot needs and let it answer once, since a first answer is always slow.

    Raises:
        BrokenCheckpoint: it loads, but cannot answer.
    """
    work, memory_bytes = _make_work(slot)
    first = MaskedText(f"{_FIRST_TEXT} ___", 1) if slot.task is Task.FILL_MASK else _FIRST_TEXT
    try:
        if slot.task is not None:
            work.prepare([first])()
    except EngineError as fault:
        raise broken(slot.checkpoint, str(fault)) from fault
    except (ValueError, IndexError, RuntimeError, TypeError) as error:
        raise broken(slot.checkpoint, "It fails at a first short text.") from error
    return work, memory_bytes


def _make_work(slot: Slot) -> tuple[Work[Any, Any], int]:
    if slot.task is None:
        own = load_tokenizer(slot.checkpoint)
        return TokenViewer(own.tokenizer, own.limit), _expected_bytes(slot)
    loaded = load_model(slot.checkpoint, slot.task)
    if slot.task is Task.FILL_MASK:
        return _mask_filler(slot.checkpoint, loaded)
    return _classifier(loaded)


def _classifier(loaded: LoadedModel) -> tuple[Classifier, int]:
    # Needs torch, which only a pool thread may import; see models.runtime.
    from models.engines.torch_engine import TorchEngine  # noqa: PLC0415

    engine = TorchEngine(loaded.model)
    config = loaded.model.config
    labels = [name for _, name in labels_of(config)]
    is_multi_label = config.problem_type == "multi_label_classification"
    encoder = _encoder(loaded, engine.inputs)
    calibration = read_calibration(getattr(config, CONFIG_KEY, None))
    classifier = Classifier(engine, encoder, labels, is_multi_label, calibration)
    return classifier, engine.memory_bytes


def _mask_filler(checkpoint: Checkpoint, loaded: LoadedModel) -> tuple[MaskFiller, int]:
    from models.engines.torch_engine import TorchEngine  # noqa: PLC0415

    if loaded.tokenizer.mask_token_id is None:
        raise broken(checkpoint, "Its tokenizer has no mask.")
    engine = TorchEngine(loaded.model)
    return MaskFiller(engine, _encoder(loaded, engine.inputs)), engine.memory_bytes


def _encoder(loaded: LoadedModel, inputs: frozenset[str]) -> Encoder:
    rows = getattr(loaded.model.get_input_embeddings(), "weight").shape[0]  # noqa: B009
    return Encoder(loaded.tokenizer, loaded.limit, inputs, vocabulary_size=int(rows))
