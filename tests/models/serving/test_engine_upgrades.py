"""A faster engine takes torch's place in the background, and torch its own when that fails."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.onnx_engine import OnnxEngine
from models.exporting.exports import ExportRecord, Exports
from models.exporting.shipped import write_shipped
from models.results import Checkpoint, EngineReport, Origin, Task
from models.service.service import ModelService
from models.serving import engine_upgrades
from models.tasks.classification import CLASSIFICATION, TextToClassify
from models.tasks.registry import load_for
from tests.models.engine_help import PLENTY, TinyCatalog, export_here
from tests.models.tiny import Tiny
from tests.waiting import until, within

CLASSIFY = Task.CLASSIFY


@asynccontextmanager
async def exporting(tiny: Tiny, exports: Path) -> AsyncIterator[ModelService]:
    service = ModelService(TinyCatalog(tiny), TinyCatalog(tiny), PLENTY, exports_dir=exports)
    try:
        yield service
    finally:
        await service.close()


def engine(service: ModelService, checkpoint: Checkpoint) -> str:
    report = service.state(checkpoint).engine
    return report.name if report else ""


async def test_requests_are_answered_alike_before_during_and_after_the_swap(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_upgrades, "_CALM_S", 0.0)
    bert = tiny.get("bert")
    async with exporting(tiny, tmp_path) as service:
        first = await service.ask(bert, TextToClassify("good movie"))
        assert engine(service, bert) == "torch"
        async with within("the prepared network answers"):
            while engine(service, bert) == "torch":
                again = await service.ask(bert, TextToClassify("good movie"))
                assert again.scores[0].label == first.scores[0].label
                await asyncio.sleep(0.05)
        last = await service.ask(bert, TextToClassify("good movie"))
    assert [each.label for each in last.scores] == [each.label for each in first.scores]
    expected = pytest.approx([each.score for each in first.scores], abs=0.05)
    assert [each.score for each in last.scores] == expected


async def test_a_prepared_network_that_fails_at_its_first_text_leaves_torch_to_answer(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Fail(Exception):
        """As ONNX Runtime's own are: no RuntimeError."""

    def fail(*_: object) -> None:
        raise Fail("node MultiHeadAttention")

    bert = tiny.get("bert")
    assert export_here(Exports(tmp_path, "auto"), bert, CLASSIFY)
    monkeypatch.setattr(OnnxEngine, "logits", fail)
    async with exporting(tiny, tmp_path) as service:
        await service.ask(bert, TextToClassify("good movie"))
        assert engine(service, bert) == "torch"
    assert "does not work" in caplog.text


async def test_why_nothing_was_prepared_is_logged(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(engine_upgrades, "_CALM_S", 0.0)
    monkeypatch.setattr(Exports, "make", fail)
    async with exporting(tiny, tmp_path) as service:
        with caplog.at_level(logging.WARNING):
            await service.ask(tiny.get("bert"), TextToClassify("good movie"))
            await until(lambda: "no more processes" in caplog.text, "the reason, in the log")


def came_with_tokki(checkpoint: Checkpoint, root: Path) -> Checkpoint:
    """The same with a record of a check, true or not, as the bundled ones have it."""
    shutil.copytree(str(checkpoint.folder), root / checkpoint.name)
    ours = Checkpoint(checkpoint.name, "0", Origin.BUNDLED, root / checkpoint.name)
    loaded = load_for(ours, CLASSIFICATION)
    around = CLASSIFICATION.config_of(ours, loaded)
    facts = text_tokenizer(loaded.tokenizer).facts
    record = ExportRecord(EngineReport("onnx-fp32"), "", None, around, facts)
    write_shipped(root / checkpoint.name, {CLASSIFY: record})
    return ours


async def test_what_came_with_tokki_is_withdrawn_if_it_does_not_pass_the_check_here(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Values pass no check, as there is no saying how well they agree."""
    monkeypatch.setattr(engine_upgrades, "_CALM_S", 0.0)
    ours = came_with_tokki(tiny.get("regression"), tmp_path)
    async with exporting(tiny, tmp_path / "exports") as service:
        await service.ask(ours, TextToClassify("good movie"))
        assert engine(service, ours) == "onnx-fp32"
        await until(lambda: "is withdrawn" in caplog.text, "the log says which answers to doubt")
        assert engine(service, ours) == "torch"
        await service.ask(ours, TextToClassify("bad movie"))
    async with exporting(tiny, tmp_path / "exports") as again:
        await again.ask(ours, TextToClassify("good movie"))
        assert engine(again, ours) == "torch"


async def test_closing_while_a_checkpoint_warms_up_leaves_nothing_running(
    tiny: Tiny, tmp_path: Path
) -> None:
    before = asyncio.all_tasks()
    async with exporting(tiny, tmp_path) as service:
        service.warm_up(tiny.get("bert"))
    assert asyncio.all_tasks() == before


def test_an_export_larger_than_its_weights_is_counted_before_it_loads(
    tiny: Tiny, tmp_path: Path
) -> None:
    """A masked-language model has its table of words twice."""
    filler = tiny.get("mlm")
    exports = Exports(tmp_path, "onnx-fp32")
    assert exports.resident_bytes(filler, Task.FILL_MASK) == 0
    export = export_here(exports, filler, Task.FILL_MASK)
    assert export is not None
    size_bytes = export.network.stat().st_size
    assert exports.resident_bytes(filler, Task.FILL_MASK) > size_bytes
