"""The benchmark of one message: a row for what is exported, and for what is not."""

from pathlib import Path

import pytest

from benchmarks import one_message
from models.results import Task
from tests.models.engines.families import make
from tests.models.tiny import KINDS


@pytest.mark.figures
def test_each_checkpoint_has_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(one_message, "ROUNDS", 1)
    body = make(tmp_path, "bert", Task.EMBED)
    KINDS["gpt"](tmp_path / "gpt")
    one_message.main([f"body={body.folder}", str(tmp_path / "gpt")])
    said = capsys.readouterr().out
    rows = [[cell.strip() for cell in row.split("|")] for row in said.splitlines()[2:]]
    assert rows[0][1:3] == ["body", "feature-extraction"]
    assert float(rows[0][3]) > 0 < float(rows[0][4])
    assert rows[0][6].startswith("onnx-") and "within 0.0" in rows[0][6]
    assert rows[1][1:3] == ["gpt", "text-classification"]
    assert rows[1][4:6] == ["–", "–"] and "of the kind gpt2" in rows[1][6]
