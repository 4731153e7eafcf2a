"""Networks of our own answer without torch, as torch does; changed files are left to torch."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import models.bundled
from bundled_recipe.shipping import TASKS
from models.checkpoints.catalog import BUNDLED_VERSION
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.onnx_engine import OnnxEngine
from models.engines.torch_engine import TorchEngine
from models.exporting.agreement import agree, answers
from models.exporting.shipped import SHIPPED_FILE, find_shipped, network_of
from models.exporting.texts import masked_texts, trial_texts
from models.results import Checkpoint, Origin, Task
from models.tasks.registry import load_for, network_task
from models.tasks.spec import Reads
from tests.waiting import PATIENCE_S

ROOT = Path(models.bundled.__file__).parent
THERE = [(name, task) for name, tasks in TASKS.items() for task in tasks]


def bundled(name: str, root: Path = ROOT) -> Checkpoint:
    return Checkpoint(name, BUNDLED_VERSION, Origin.BUNDLED, root / name)


@pytest.mark.parametrize(("name", "task"), THERE)
def test_what_is_written_down_is_what_torch_says(name: str, task: Task) -> None:
    checkpoint, spec = bundled(name), network_task(task)
    record = find_shipped(checkpoint, task)
    assert spec and spec.export and record, "run python -m bundled_recipe.shipping"
    loaded = load_for(checkpoint, spec)
    tokenizer = text_tokenizer(loaded.tokenizer)
    around = spec.config_of(checkpoint, loaded)
    assert record.around == around
    assert record.tokenizer == tokenizer.facts
    network = network_of(ROOT / name, spec.export.heads)
    engine = OnnxEngine(network, 1, record.padding_position)
    reference = spec.assemble(TorchEngine(loaded.model, tokenizer.facts), tokenizer, around)
    texts = (masked_texts() if spec.reads is Reads.MASKS else trial_texts())[:24]
    items = [spec.export.question(text) for text in texts]
    ours = spec.assemble(engine, tokenizer, record.around)
    agreement = agree(spec.export, answers(reference, items), ours, items)
    assert agreement.same_decided == 1.0 and agreement.largest_difference < 1e-4, str(agreement)


@pytest.mark.parametrize("changed", ["config.json", "tokenizer.json", "model.safetensors"])
def test_other_files_are_left_to_torch(changed: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sentiment", tmp_path / "sentiment")
    checkpoint = bundled("sentiment", tmp_path)
    assert find_shipped(checkpoint, Task.CLASSIFY)
    with (tmp_path / "sentiment" / changed).open("ab") as file:
        file.write(b" ")
    assert find_shipped(checkpoint, Task.CLASSIFY) is None


def test_nobody_else_s_word_is_taken_for_it(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sentiment", tmp_path / "sentiment")
    checkpoint = bundled("sentiment", tmp_path)
    for origin in set(Origin) - {Origin.BUNDLED, Origin.TRAINED}:
        assert find_shipped(replace(checkpoint, origin=origin), Task.CLASSIFY) is None
    assert find_shipped(checkpoint, Task.TAG) is None
    shipped = tmp_path / "sentiment" / SHIPPED_FILE
    shipped.write_text(json.dumps({"text-classification": {"engine": 1}}), encoding="utf-8")
    assert find_shipped(checkpoint, Task.CLASSIFY) is None


_ASK = """
import subprocess, sys
from bot.__main__ import main
sys.argv = ["tokki", "chat", "-c", "/classify I love this"]
try:
    main()
finally:
    print("imported:", *sorted({"torch", "transformers"} & set(sys.modules)))
"""


def test_the_first_answer_of_a_fresh_machine_needs_no_torch(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ASK],
        cwd=Path(__file__).parents[3],
        env={"TOKKI_DATA_DIR": str(tmp_path), "TOKKI_LANGUAGE": "en", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert "positive" in done.stdout, done.stderr
    assert done.stdout.splitlines()[-1] == "imported:"
