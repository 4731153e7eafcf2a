"""What is asked here is told to nobody outside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_WITHOUT = {"CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
"""Variables of which each would keep it quiet, or put it elsewhere."""
ANSWERS = (sys.executable, "-m", "bot", "chat", "--json", "-c", "/classify I love this")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it keeps its cache in other places")
def test_onnx_runtime_keeps_nothing_to_send(tmp_path):
    told = {name: word for name, word in os.environ.items() if name not in _WITHOUT}
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    answered = subprocess.run(
        [*ANSWERS, "--data", str(data)],
        env=told | {"HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "positive" in answered.stdout
    assert [*home.rglob("onnxruntime*")] == []
