"""What a start does not need it does not import: nobody waits at the door for it."""

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

ENGINES = {"torch", "transformers", "onnx", "onnxruntime", "tokenizers", "huggingface_hub"}
OF_DOORS = {"discord", "slack_bolt", "slack_sdk", "aiohttp", "prometheus_client"}
OF_SCREENS = {"prompt_toolkit", "matplotlib"}
OF_TRAINING = {"scipy", "sklearn", "pyarrow", "openpyxl"}
MEMORY = {"sqlalchemy", "alembic"}
OURS = {"bot", "handlers", "models", "storage"}
NEVER = ENGINES | OF_DOORS | OF_SCREENS | OF_TRAINING
START = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
sys.argv = ["tokki", *sys.argv[1:]]
from bot.__main__ import main
main()
"""


def imported(*arguments: str) -> Sequence[str]:
    """Return the modules that a fresh process has at its end."""
    command = (sys.executable, "-c", START, *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stderr.splitlines()[-1])


def packages(modules: Sequence[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def assert_few(modules: Sequence[str], ours: int, others: int) -> None:
    """Neither may grow by more than a twentieth unnoticed; a split file makes two of ours."""
    found = sum(name.partition(".")[0] in OURS for name in modules)
    assert found < 1.05 * ours
    assert len(modules) - found < 1.05 * others


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder that has been used before, for which no migrations were read."""
    path = str(tmp_path_factory.mktemp("data"))
    assert "alembic" not in packages(imported("chat", "--data", path, "-c", "/help"))
    return path


def test_help_imports_what_reads_a_command_line_alone():
    modules = imported("--help")
    assert not packages(modules) & (NEVER | MEMORY | {"numpy"})
    assert not {"handlers.services", "handlers.dispatch", "bot.app"} & set(modules)
    assert_few(modules, ours=44, others=503)


@pytest.mark.parametrize("command", ["/help", "/models"])
def test_a_command_that_asks_no_model_imports_no_engine_and_no_door(folder, command):
    modules = imported("chat", "--data", folder, "-c", command)
    assert not packages(modules) & (NEVER | {"alembic"})
    assert_few(modules, ours=586, others=653)


@pytest.mark.parametrize(
    "command", ["/tokenize 안녕 hello", "/tokenize hello model:xlmr-unigram", "/modelinfo topics"]
)
def test_what_a_bundled_checkpoint_is_made_of_needs_neither_torch_nor_transformers(folder, command):
    modules = imported("chat", "--data", folder, "-c", command)
    assert not packages(modules) & (NEVER - {"tokenizers"})
    assert_few(modules, ours=586, others=668)
