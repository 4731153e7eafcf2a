"""Pages as folders, asked in a process that has nothing but them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.waiting import PATIENCE_S

_ASK_ALL = """
import contextlib, json, os, sys
for own in ("handlers", "models", "bot", "storage"):
    sys.modules[own] = None  # a page that needs Tokki ends here
said = {}
for folder, questions in json.loads(sys.argv[1]).items():
    for name in ("model", "predict", "second_opinions"):
        sys.modules.pop(name, None)
    sys.path.insert(0, folder)
    with contextlib.redirect_stdout(sys.stderr):
        import model, predict
        answers = []
        for language, *texts in questions:
            try:
                answers.append(predict.predict(model.FACTS["texts"][language], *texts))
            except model.Refused as error:
                answers.append(f"refused: {error}")
        said[folder] = answers
    sys.path.remove(folder)
print(json.dumps(said))
"""


def ask_pages(questions: Mapping[Path, Sequence[Sequence[str]]], **more: str) -> dict[str, Any]:
    """Return what each page answers to its questions, each a language and texts."""
    asked = json.dumps({str(folder): list(each) for folder, each in questions.items()})
    done = subprocess.run(
        [sys.executable, "-c", _ASK_ALL, asked],
        cwd=next(iter(questions)),
        env=os.environ | {"PYTHONPATH": "", "HF_HUB_OFFLINE": "1"} | more,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    return {Path(folder).name: answers for folder, answers in said.items()}
