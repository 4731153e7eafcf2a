"""The house rules that no single room can hold by itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.env_example import env_example
from docs import reference

ROOT = Path(__file__).parents[1]


def test_the_import_contracts_hold():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_env_example_is_in_step_with_the_settings():
    assert (ROOT / ".env.example").read_text("utf-8") == env_example()


def test_the_reference_is_in_step_with_the_table_of_commands():
    assert reference.PAGE.read_text("utf-8") == reference.page(), "run python -m docs.reference"


def test_the_readme_is_one_screen_a_language():
    english, korean = (ROOT / "README.md").read_text("utf-8").split("\n## 한국어\n")
    for half in (english, korean):
        assert "\nmake chat " in half and "\nmake test " in half
        assert len(half.splitlines()) <= 32


@pytest.mark.parametrize(
    "start", ["import bot.on_terminal.session", "import bot.command_line.cli, bot.app"]
)
def test_nothing_heavy_is_imported_before_the_prompt(start):
    code = f"{start}; import sys; print({{'torch', 'transformers', 'sklearn'}} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
