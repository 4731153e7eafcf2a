"""Exports: made in a process of their own, whole or not at all, and made anew when they must be."""

import asyncio
import json
import logging
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models.engines.choice import EngineChoice
from models.errors import ModelError
from models.exporting.exports import NETWORK_FILE, RECORD_FILE, Exports
from models.reasons import Reason
from models.results import Checkpoint, EngineReport, Task, TextVector
from models.tasks.classification import TextToClassify
from models.tasks.embedding import TextToEmbed, cosine
from models.tasks.registry import task_asked
from models.tasks.token_classification import TextToTag
from tests.models.engine_help import export_here, running
from tests.models.engines.families import make
from tests.models.tiny import Tiny

pytestmark = pytest.mark.xdist_group("exports")  # one that processes have made for them all

CLASSIFY = Task.CLASSIFY


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return make(tmp_path_factory.mktemp("checkpoints"), "bert", CLASSIFY)


def folders(root: Path) -> list[Path]:
    return sorted(path for path in root.glob("*/*") if path.is_dir())


@pytest.fixture(scope="module")
def kept(checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports as their process leaves them, which tests copy: each takes a process of seconds."""
    root = tmp_path_factory.mktemp("exports")
    assert asyncio.run(Exports(root, "auto").make(checkpoint, CLASSIFY))
    return root


async def test_an_export_agrees_with_torch_and_is_found_again(
    tmp_path: Path, checkpoint: Checkpoint, kept: Path
) -> None:
    exports = Exports(tmp_path, "auto")
    assert exports.is_wanted(checkpoint, CLASSIFY)
    assert exports.find(checkpoint, CLASSIFY) is None
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    export = exports.find(checkpoint, CLASSIFY)
    assert export is not None
    report = export.record.engine
    assert report.name.startswith("onnx-")
    assert report.same_labels is not None
    assert report.same_labels >= 0.99
    assert report.largest_difference is not None
    assert report.largest_difference <= 0.05
    assert report.largest_batch_difference is not None
    assert report.largest_batch_difference <= 0.01
    assert not exports.is_wanted(checkpoint, CLASSIFY)
    assert folders(tmp_path) == [export.folder]
    size = sum(path.stat().st_size for path in export.folder.iterdir())
    assert exports.remove(checkpoint, CLASSIFY) == size > 0
    assert folders(tmp_path) == [] and exports.remove(checkpoint, CLASSIFY) == 0


@pytest.mark.parametrize(
    ("question", "choice"),
    [(TextToTag("good movie 밥"), "auto"), (TextToEmbed("good movie 밥"), "onnx-fp32")],
)
async def test_what_reads_each_token_is_exported_and_answers(
    tmp_path: Path, question: TextToTag | TextToEmbed, choice: EngineChoice
) -> None:
    checkpoint = make(tmp_path / "checkpoints", "bert", task_asked(question))
    exports = Exports(tmp_path / "exports", choice)
    export = export_here(exports, checkpoint, task_asked(question))
    assert export is not None
    assert (export.record.engine.same_labels is None) == isinstance(question, TextToEmbed)
    async with running(tmp_path) as reference:
        expected = await reference.ask(checkpoint, question)
    async with running(tmp_path, engine=choice, exports_dir=tmp_path / "exports") as service:
        answer = await service.ask(checkpoint, question)
        report = service.state(checkpoint).engine
    assert report == export.record.engine
    if isinstance(expected, TextVector):
        assert cosine(answer, expected) > 0.999999
    else:
        assert [(each.label, each.start, each.end) for each in answer.spans] == [
            (each.label, each.start, each.end) for each in expected.spans
        ]


def test_a_choice_of_engine_has_an_export_of_its_own(
    tmp_path: Path, checkpoint: Checkpoint
) -> None:
    export = export_here(Exports(tmp_path, "onnx-fp32"), checkpoint, CLASSIFY)
    assert export is not None
    assert export.record.engine.name == "onnx-fp32"
    assert Exports(tmp_path, "auto").find(checkpoint, CLASSIFY) is None


def test_torch_alone_wants_no_exports(tmp_path: Path, checkpoint: Checkpoint) -> None:
    assert not Exports(tmp_path, "torch").is_wanted(checkpoint, CLASSIFY)


@pytest.mark.parametrize("kind", ["gpt", "slow"])
async def test_what_cannot_be_exported_is_refused_once_with_one_reason(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    checkpoint = Tiny(tmp_path / "checkpoints").get(kind)
    exports = Exports(tmp_path / "exports", "auto")
    assert export_here(exports, checkpoint, CLASSIFY) is None
    with caplog.at_level(logging.WARNING):
        assert await exports.make(checkpoint, CLASSIFY) is None
    assert len(caplog.records) == 1
    assert "stays with torch" in caplog.text
    assert not exports.is_wanted(checkpoint, CLASSIFY)


async def test_why_a_checkpoint_stays_with_torch_is_told_of_it(tmp_path: Path) -> None:
    checkpoint = Tiny(tmp_path).get("regression")
    folder = tmp_path / "exports"
    assert export_here(Exports(folder, "onnx-fp32"), checkpoint, CLASSIFY) is None
    async with running(tmp_path, engine="onnx-fp32", exports_dir=folder) as service:
        await service.ask(checkpoint, TextToClassify("good"))
        engine = (await service.describe(checkpoint)).state.engine
    assert engine == EngineReport("torch", stays=Reason.ENGINE_VALUES)


async def test_a_broken_checkpoint_is_refused(tmp_path: Path) -> None:
    checkpoint = make(tmp_path / "checkpoints", "bert", CLASSIFY)
    assert checkpoint.folder
    (checkpoint.folder / "model.safetensors").write_bytes(b"nothing")
    assert await Exports(tmp_path / "exports", "auto").make(checkpoint, CLASSIFY) is None


@pytest.mark.parametrize("file", [NETWORK_FILE, RECORD_FILE, "tokenizer.json"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_export_does_not_answer(
    file: str, damage: str, tmp_path: Path, checkpoint: Checkpoint, kept: Path
) -> None:
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    export = Exports(tmp_path, "auto").find(checkpoint, CLASSIFY)
    assert export is not None
    path = export.folder / file
    half = path.stat().st_size // 2
    if damage == "gone":
        path.unlink()
    else:
        os.truncate(path, 0 if "tokenizer" in file else half)
    exports = Exports(tmp_path, "auto")
    assert exports.find(checkpoint, CLASSIFY) is None
    assert exports.is_wanted(checkpoint, CLASSIFY)


def test_what_is_made_anew_is_the_same(tmp_path: Path, checkpoint: Checkpoint, kept: Path) -> None:
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    exports = Exports(tmp_path, "auto")
    export = exports.find(checkpoint, CLASSIFY)
    assert export is not None
    content = export.network.read_bytes()
    os.truncate(export.network, 100)
    assert exports.find(checkpoint, CLASSIFY) is None
    again = export_here(exports, checkpoint, CLASSIFY)
    assert again is not None
    assert again.network.read_bytes() == content


def test_a_changed_checkpoint_is_exported_anew_and_the_old_one_goes(tmp_path: Path) -> None:
    checkpoint = make(tmp_path / "checkpoints", "bert", CLASSIFY)
    assert checkpoint.folder
    exports = Exports(tmp_path / "exports", "onnx-fp32")
    first = export_here(exports, checkpoint, CLASSIFY)
    os.utime(checkpoint.folder / "model.safetensors", ns=(1, 1))
    assert exports.find(checkpoint, CLASSIFY) is None
    second = export_here(exports, checkpoint, CLASSIFY)
    assert first and second
    assert folders(tmp_path / "exports") == [second.folder]
    assert first.folder != second.folder


def test_a_full_disk_leaves_nothing(tmp_path: Path, checkpoint: Checkpoint, kept: Path) -> None:
    """A limit on the size of files stands for the full disk: writing fails in the same way."""
    exports = Exports(tmp_path / "exports", "auto")
    whole = Exports(kept, "auto").find(checkpoint, CLASSIFY)
    assert whole is not None
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    too_few = whole.network.stat().st_size // 2
    resource.setrlimit(resource.RLIMIT_FSIZE, (too_few, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            export_here(exports, checkpoint, CLASSIFY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert folders(tmp_path / "exports") == []
    assert exports.is_wanted(checkpoint, CLASSIFY)


async def test_a_folder_that_cannot_be_written_is_logged(
    tmp_path: Path, checkpoint: Checkpoint, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "exports").touch()
    exports = Exports(tmp_path / "exports", "auto")
    assert await exports.make(checkpoint, CLASSIFY) is None
    assert "the export broke off" in caplog.text
    assert exports.is_wanted(checkpoint, CLASSIFY)


async def test_two_processes_make_one_export(tmp_path: Path, checkpoint: Checkpoint) -> None:
    """This one has begun when the other comes, which waits for it."""
    first, second = Exports(tmp_path, "auto"), Exports(tmp_path, "auto")
    both = await asyncio.gather(
        asyncio.to_thread(export_here, first, checkpoint, CLASSIFY),
        second.make(checkpoint, CLASSIFY),
    )
    assert both[0] == both[1]
    assert both[0] is not None
    assert folders(tmp_path) == [both[0].folder]


async def test_cancelling_ends_the_process_and_leaves_nothing_half_done(
    tmp_path: Path, checkpoint: Checkpoint
) -> None:
    exports = Exports(tmp_path, "auto")
    task = asyncio.create_task(exports.make(checkpoint, CLASSIFY))
    await asyncio.sleep(1.0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert all(path.name.startswith("partial-") for path in folders(tmp_path))
    export = export_here(exports, checkpoint, CLASSIFY)
    assert export is not None
    assert folders(tmp_path) == [export.folder]


async def test_an_exported_checkpoint_answers_without_torch_and_transformers(
    checkpoint: Checkpoint, kept: Path
) -> None:
    script = f"""
import asyncio, json, sys
from pathlib import Path
from models.results import Checkpoint, Origin
from models.service.service import ModelService
from models.tasks.classification import TextToClassify

class Shelf:
    def names(self): return ("bert",)
    def find(self, name): raise AssertionError(name)
    async def fetch(self, checkpoint, report): return checkpoint

async def main():
    checkpoint = Checkpoint("bert", "0", Origin.FOLDER, Path({str(checkpoint.folder)!r}))
    service = ModelService(Shelf(), Shelf(), 10**9, exports_dir=Path({str(kept)!r}))
    answer = await service.ask(checkpoint, TextToClassify("good movie"))
    await service.close()
    heavy = [name for name in ("torch", "transformers") if name in sys.modules]
    print(json.dumps([answer.scores[0].label, heavy]))

asyncio.run(main())
"""
    command = [sys.executable, "-c", script]
    done = await asyncio.to_thread(
        subprocess.run, command, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    label, heavy = json.loads(done.stdout)
    assert label in {"negative", "neutral", "positive"}
    assert heavy == []


def test_a_folder_that_is_gone_says_so(tmp_path: Path, checkpoint: Checkpoint) -> None:
    gone = Checkpoint("gone", "0", checkpoint.origin, tmp_path / "nowhere")
    with pytest.raises(ModelError):
        Exports(tmp_path, "auto").find(gone, CLASSIFY)
