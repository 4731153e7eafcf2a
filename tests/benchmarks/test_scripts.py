"""The benchmarks of one file, a little: each still runs, and has a row for all it compares."""

import subprocess
import sys

import pytest

from benchmarks.serving.runs.contestant import ROOT
from benchmarks.startup import COMMANDS
from benchmarks.storage import BURSTS


@pytest.mark.figures
@pytest.mark.parametrize(
    ("script", "rows"),
    [
        (("storage", "--rounds", "1"), 1 + len(BURSTS)),
        (("importing", "300"), 4),
        (("startup", "1"), 2 + 2 * len(COMMANDS)),
        (("discord_burst", "--interactions", "8", "--rounds", "1"), 4),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_it_runs(script: tuple[str, ...], rows: int) -> None:
    module, *options = script
    command = [sys.executable, "-m", f"benchmarks.{module}", *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(done.stdout.splitlines()) >= rows, done.stdout
