"""Versions without a training: the tiny checkpoint of a bundled name, with figures."""

import shutil
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from handlers.training.report import as_json, report_of
from storage.records import NewVersion, Version
from tests.handlers.conftest import Bot
from tests.handlers.training.test_report import outcome, plan

LABELS = ("negative", "neutral", "positive")
Made = Callable[..., Awaitable[Version]]


@pytest.fixture
def made(bot: Bot, tmp_path: Path, checkpoints: Path) -> Made:
    return partial(made_version, bot, tmp_path, checkpoints)


async def made_version(
    bot: Bot,
    data_dir: Path,
    checkpoints: Path,
    name: str,
    *,
    current: str = "",
    right: int = 60,
    community: str = "terminal:local",
    labels: tuple[str, ...] = LABELS,
    **more: Any,
) -> Version:
    """A version, `right` of whose 60 answers are; all of those of the live one are wrong."""
    versions = bot.services.storage.versions
    folder = f"models/trained/{name}{len(await versions.all(community))}"
    shutil.copytree(checkpoints / "sentiment", data_dir / folder)
    truth = [0, 1, 2] * 20
    new = [label if n < right else (label + 1) % 3 for n, label in enumerate(truth)]
    wrong = [(label + 1) % 3 for label in truth]
    said = outcome(new, wrong if current else None)
    report = await report_of(plan(truth, labels), said, (), 1)
    metrics = {"report": as_json(report), "current_model": current}
    new_one = {"base": "fillmask@0", "label_set": labels, "metrics": metrics} | more
    return await versions.add(NewVersion(community, name, folder, **new_one))
