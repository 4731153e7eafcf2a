"""What there is to measure: each benchmark, and the page that is kept of it."""

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from benchmarks.serving.machine import describe, in_words, use_cores
from benchmarks.serving.runs.contestant import ROOT

FOLDER = ROOT / "docs" / "figures"
_BEFORE_A_TABLE = re.compile(r"(?<=[^|\n])\n(?=\|)")


@dataclass(frozen=True)
class Run:
    """A benchmark, run by itself in a process of its own."""

    module: str
    """Such as "growth", of `benchmarks`."""
    title: str = ""
    """Of its page, where it does not write one itself."""
    options: Sequence[str] = ()
    needs: Sequence[str] = ()
    """Packages without which it cannot be run."""
    is_of_data: bool = field(default=False, kw_only=True)
    """It takes the folder of the public files."""
    must_have_data: bool = field(default=False, kw_only=True)
    is_timed: bool = field(default=True, kw_only=True)
    """How busy the machine is changes what it finds; others count, or take processor time."""

    def lacks(self, data: Path | None) -> str:
        """Say what it cannot be run without; nothing if all is there."""
        absent = [name for name in self.needs if find_spec(name) is None]
        if self.must_have_data and not data:
            absent.append("--data")
        return ", ".join(absent)

    def measure(self, data: Path | None) -> None:
        """Measure, and keep the page.

        Raises:
            CalledProcessError: it came to nothing; the page that was there stays.
        """
        shown = ["-m", f"benchmarks.{self.module}", *self.options]
        given = ["--data", str(data)] if data and self.is_of_data else []
        machine, started = describe(use_cores(2)), perf_counter()
        modest = [] if self.is_timed else ["nice", "-n", "19"]
        run = [*modest, sys.executable, *shown, *given]
        said = subprocess.run(run, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
        if not self.title:
            return
        head = (
            f"Written by `python {' '.join(shown)}` on {datetime.now(UTC):%Y-%m-%d} with "
            f"{in_words(machine)}; it took {(perf_counter() - started) / 60:.0f} minutes."
        )
        page = f"# {self.title}\n\n{head}\n\n{_as_page(said)}\n"
        (FOLDER / f"{self.module.replace('_', '-')}.md").write_text(page, "utf-8")


def _as_page(said: str) -> str:
    if "\n|" in f"\n{said}":
        return _BEFORE_A_TABLE.sub("\n\n", said.strip())
    return f"```text\n{said.strip()}\n```"


RUNS = (
    Run("startup", "How soon a fresh process answers"),
    Run("one_message", "One message in each task"),
    Run("families", "Written networks of each family beside torch"),
    Run("other_runtimes", "Another runtime on the same weights", needs=("openvino", "nncf")),
    Run("beside_writing", "A question beside somebody's writing"),
    Run("storage", "Questions that are saved at once"),
    Run("importing", "Files of many rows"),
    Run("finetune_estimate", "How well the time of a training is foretold"),
    Run("discord_burst", "A burst on Discord"),
    Run("labelling", options=("--write",), is_of_data=True),
    Run("learning", options=("--write",)),
    Run("growth", options=("--write",)),
    Run("serving", options=("--write", "--rounds", "2"), is_of_data=True),
    Run("web", options=("--write", "--rounds", "1"), needs=("playwright",)),
    Run("scale", options=("--write",), needs=("ray",)),
    Run("course", options=("--write",)),
    Run("faults", options=("--write",)),
    Run("bundled", "The bundled models", is_of_data=True, must_have_data=True, is_timed=False),
    Run(
        "learning.recipes",
        options=("--write",),
        is_of_data=True,
        must_have_data=True,
        is_timed=False,
    ),
)
