"""The reference engine: as many threads as there are cores to share, and a graphics card."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.torch_engine import TorchEngine
from models.machine import Machine
from models.results import Task
from models.tasks.classification import CLASSIFICATION
from models.tasks.registry import load_for
from tests.models.engines.families import make
from tests.waiting import PATIENCE_S

ROWS = [SimpleNamespace(ids=[2, 7, 9, 3], type_ids=None)]


def engine_of(root: Path, meeting: Barrier | None, seen: list[int]) -> TorchEngine:
    """Notes the threads that torch has while the network runs, all who run at once together."""
    loaded = load_for(make(root, "bert", Task.CLASSIFY), CLASSIFICATION)

    def note(*_: Any) -> None:
        if meeting:
            meeting.wait(PATIENCE_S)
        seen.append(torch.get_num_threads())

    loaded.model.register_forward_pre_hook(note)
    return TorchEngine(loaded.model, text_tokenizer(loaded.tokenizer).facts)


def test_a_lone_text_has_all_cores_and_a_batch_has_one(tmp_path: Path) -> None:
    seen: list[int] = []
    engine = engine_of(tmp_path, None, seen)
    engine.logits(ROWS)
    engine.logits(ROWS * 3)
    assert seen == [Machine().cores(), 1]


@pytest.mark.skipif(Machine().cores() < 2, reason="needs two cores")
def test_a_crowd_shares_the_cores(tmp_path: Path) -> None:
    seen: list[int] = []
    engine = engine_of(tmp_path, Barrier(Machine().cores()), seen)
    with ThreadPoolExecutor(Machine().cores()) as pool:
        list(pool.map(lambda _: engine.logits(ROWS), range(Machine().cores())))
    assert min(seen) == 1
    seen.clear()
    engine_of(tmp_path, None, seen).logits(ROWS)
    assert seen == [Machine().cores()]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a graphics card")
def test_a_graphics_card_in_half_precision_stays_near_the_processor(tmp_path: Path) -> None:
    loaded = load_for(make(tmp_path, "bert", Task.CLASSIFY), CLASSIFICATION)
    with torch.inference_mode():
        expected = loaded.model(torch.tensor([[2, 7, 9, 3]])).logits.numpy()
    engine = TorchEngine(loaded.model, text_tokenizer(loaded.tokenizer).facts)
    assert loaded.model.device.type == "cuda"
    assert np.abs(engine.logits(ROWS) - expected).max() < 0.02
