"""What an export may cost: time, memory and disk; and on what machine it may answer."""

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from models.exporting import child
from models.exporting import exports as module
from models.exporting.exports import RECORD_FILE, ExportOrder, ExportRecord, Exports, read_record
from models.results import Checkpoint, Task
from models.tasks import spec
from tests.models.engine_help import export_here
from tests.models.engines.families import make
from tests.waiting import PATIENCE_S

CLASSIFY = Task.CLASSIFY


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return make(tmp_path_factory.mktemp("checkpoints"), "bert", CLASSIFY)


async def test_an_export_that_does_not_end_is_ended(
    tmp_path: Path,
    checkpoint: Checkpoint,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    endless = tmp_path / "endless"
    endless.write_text("#!/bin/sh\nexec sleep 1000\n")
    endless.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(endless))
    monkeypatch.setattr(module, "_LONGEST_S", 0.2)
    exports = Exports(tmp_path / "exports", "auto")
    assert await asyncio.wait_for(exports.make(checkpoint, CLASSIFY), PATIENCE_S) is None
    assert len(caplog.records) == 1
    assert "took too long" in caplog.text


async def test_an_export_does_not_begin_without_the_memory_for_it(
    tmp_path: Path, checkpoint: Checkpoint, caplog: pytest.LogCaptureFixture
) -> None:
    exports = Exports(tmp_path, "auto", free_bytes=lambda: 400_000_000)
    with caplog.at_level(logging.WARNING):
        assert await exports.make(checkpoint, CLASSIFY) is None
    assert len(caplog.records) == 1
    assert "memory" in caplog.text
    assert not list(tmp_path.iterdir())  # noqa: ASYNC240


def test_what_was_measured_on_one_processor_does_not_answer_on_another(
    tmp_path: Path, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Products in whole numbers saturate on processors without VNNI: agreement is not portable."""
    exports = Exports(tmp_path, "auto")
    here = exports._folder(checkpoint, CLASSIFY)
    monkeypatch.setattr(module, "processor", lambda: "an older one")
    elsewhere = exports._folder(checkpoint, CLASSIFY)
    assert here != elsewhere
    assert here.parent == elsewhere.parent


def test_the_processor_has_a_name() -> None:
    assert module.processor()
    assert module.processor() == module.processor()


@pytest.mark.parametrize("error", [MemoryError("torch"), OSError("no space")])
def test_a_shortage_is_not_written_down_as_a_refusal(
    error: Exception, tmp_path: Path, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(child, "_agreeing", fail)
    order = ExportOrder(checkpoint, CLASSIFY, "auto", tmp_path / "which" / "state")
    with pytest.raises(type(error)):
        child.export(order)
    assert read_record(order.folder) is None


def test_labels_that_cannot_be_stored_are_refused_once(
    tmp_path: Path, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a character is legal in config.json, but not in what reads our record."""
    order = ExportOrder(checkpoint, CLASSIFY, "onnx-fp32", tmp_path / "which" / "state")
    around = spec.pipeline_config_of
    monkeypatch.setattr(
        spec,
        "pipeline_config_of",
        lambda loaded: module.dataclasses.replace(around(loaded), labels=("a", "b", "\ud800")),
    )
    child.export(order)
    assert isinstance(read_record(order.folder), module.Refusal)


def test_the_exports_that_were_used_longest_ago_go_when_there_are_too_many(
    tmp_path: Path, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [tmp_path / f"which-{number}" / "state" for number in range(3)]
    for number, folder in enumerate(old):
        folder.mkdir(parents=True)
        (folder / "network.onnx").write_bytes(bytes(400_000))
        (folder / RECORD_FILE).write_text("{}")
        os.utime(folder / RECORD_FILE, ns=(number, number))
    monkeypatch.setattr(child, "_MOST_BYTES", 800_000)
    order = ExportOrder(checkpoint, CLASSIFY, "onnx-fp32", tmp_path / "which" / "state")
    child.export(order)
    assert isinstance(read_record(order.folder), ExportRecord)
    assert [folder.exists() for folder in old] == [False, False, True]


def test_finding_an_export_counts_as_a_use(tmp_path: Path, checkpoint: Checkpoint) -> None:
    exports = Exports(tmp_path, "onnx-fp32")
    export = export_here(exports, checkpoint, CLASSIFY)
    assert export is not None
    os.utime(export.folder / RECORD_FILE, ns=(1, 1))
    assert exports.find(checkpoint, CLASSIFY) == export
    assert (export.folder / RECORD_FILE).stat().st_mtime_ns > 1


def test_a_masked_model_with_a_short_limit_is_exported(tmp_path: Path) -> None:
    checkpoint = make(tmp_path / "checkpoints", "bert", Task.FILL_MASK)
    exports = Exports(tmp_path / "exports", "onnx-fp32")
    export = export_here(exports, checkpoint, Task.FILL_MASK)
    assert export is not None
    assert export.record.engine.name == "onnx-fp32"


def test_what_killed_processes_left_goes_before_the_next_begins(
    tmp_path: Path, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when that fails again: else each start of the bot would leave one more."""

    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(child, "_agreeing", fail)
    order = ExportOrder(checkpoint, CLASSIFY, "auto", tmp_path / "which" / "state")
    (tmp_path / "which" / "partial-1").mkdir(parents=True)
    (tmp_path / "which" / "partial-1" / "network.onnx").write_bytes(bytes(10))
    with pytest.raises(MemoryError):
        child.export(order)
    assert [path.name for path in (tmp_path / "which").iterdir()] == ["lock"]
