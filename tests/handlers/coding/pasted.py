"""Gets the code of an answer, and runs it as somebody would who pasted it: in a new process."""

import contextlib
import io
import json
import os
import re
import runpy
import subprocess
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handlers.types import Reply
from tests.handlers.conftest import Bot
from tests.waiting import PATIENCE_S

_RUN_ALL = """
import contextlib, io, json, runpy, sys
said = {}
for path in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path(path, run_name="__main__")
    said[path] = out.getvalue()
print(json.dumps(said))
"""


def run_pasted(codes: Mapping[str, str], folder: Path, **environment: str) -> dict[str, str]:
    """Return what each code prints, run one after another in `folder`."""
    for name, code in codes.items():
        (folder / f"{name}.py").write_text(code, "utf-8")
    paths = [f"{name}.py" for name in codes]
    done = subprocess.run(
        [sys.executable, "-c", _RUN_ALL, *paths],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=2 * PATIENCE_S,  # trainings too; less than a test may take, which ends no process
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    return {name: said[f"{name}.py"] for name in codes}


def run_here(codes: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The same without a process of its own, which takes seconds to begin."""
    said = {}
    for name, code in codes.items():
        path = folder / f"{name}.py"
        path.write_text(code, "utf-8")
        with (
            contextlib.chdir(folder),
            contextlib.redirect_stdout(io.StringIO()) as out,
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            runpy.run_path(str(path), run_name="__main__")
        said[name] = out.getvalue()
    return said


async def code_under(bot: Bot, reply: Reply) -> str:
    """Press *Show me the code* under an answer."""
    (button,) = (each for each in reply.controls if each.id.startswith("code:"))
    shown = await bot.press(button.id)
    assert shown.error is None, shown.error
    return shown.code or shown.files[0].content.decode()


async def kept(bot: Bot, reply: Reply) -> dict[str, Any]:
    """Return the answer as it is kept, with six digits."""
    number = int(reply.footer["query"].removeprefix("#"))
    query = await bot.services.storage.queries.get(bot.place.community, number)
    assert query
    return dict(query.result)


def scores(said: str) -> dict[str, float]:
    """Return the numbers that stand behind names, one a line."""
    pairs = [line.strip().rpartition(": ") for line in said.splitlines() if ": " in line]
    return {name: float(value) for name, _, value in pairs}


def numbers_in(said: str) -> list[list[int]]:
    """Return the numbers of tokens, not the types that stand below them."""
    lists = [json.loads(line) for line in said.splitlines() if re.match(r"\[\d", line)]
    return [each for each in lists if set(each) - {0, 1}]
