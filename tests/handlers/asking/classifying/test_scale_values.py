"""Heads that answer with values, or yes or no: shown as what they are, and judged as it fits."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from models.checkpoints.catalog import AllowedModel
from tests.handlers.conftest import Bot, running
from tests.models.tiny import KINDS

FEELINGS = {"0": "valence", "1": "arousal", "2": "dominance"}


@pytest.fixture(scope="session")
def heads(tmp_path_factory: pytest.TempPathFactory) -> list[AllowedModel]:
    root = tmp_path_factory.mktemp("heads")

    def made(name: str, kind: str, **config: Any) -> AllowedModel:
        folder = root / name
        KINDS[kind](folder)
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | config))
        return AllowedModel(name, folder=folder)

    return [
        made("feelings", "bert", id2label=FEELINGS, problem_type="regression"),
        made("score", "regression", id2label={"0": "score"}, problem_type=None),
        made("silent", "regression", id2label={"0": "score"}, architectures=None),
        made(
            "toxic",
            "regression",
            id2label={"0": "toxic"},
            problem_type="multi_label_classification",
        ),
        alone(root / "alone"),
    ]


def alone(folder: Path) -> AllowedModel:
    KINDS["bert"](folder)
    for name in ("config.json", "model.safetensors"):
        (folder / name).unlink()
    return AllowedModel("alone", folder=folder)


@pytest_asyncio.fixture
async def bot(tmp_path: Path, checkpoints: Path, heads: list[AllowedModel]) -> AsyncIterator[Bot]:
    async with running(tmp_path, checkpoints, heads) as bot:
        yield bot


async def test_several_values_are_a_table_without_buttons(bot: Bot) -> None:
    reply = await bot.ok("/classify good movie model:feelings")
    assert reply.table is not None
    assert [row[0] for row in reply.table.rows] == list(FEELINGS.values())
    assert all(float(row[1]) for row in reply.table.rows)
    assert reply.title
    (asked,) = (await bot.ok("/history")).table.rows
    assert reply.title.split(",")[0] in " ".join(asked)
    assert not reply.bars and [each.id for each in reply.controls] == ["code:1"]
    rows = [(label, float(value)) for label, value in reply.table.rows]
    assert reply.title == ", ".join(f"{label} {value:.4g}" for label, value in rows)
    assert "not a probability" in str(reply.text)
    assert "확률이 아니라" in str((await bot.korean().ok("/분류 안녕 모델:feelings")).text)


@pytest.mark.parametrize("name", ["score", "silent"])
async def test_one_value_is_no_certainty(bot: Bot, name: str) -> None:
    reply = await bot.ok(f"/classify good movie model:{name}")
    label, value = str(reply.title).split()
    assert label == "score" and float(value)
    assert (
        "%" not in str(reply)
        and not reply.bars
        and [each.id for each in reply.controls] == ["code:1"]
    )
    assert reply.table is not None and float(reply.table.rows[0][1]) == pytest.approx(
        float(value), rel=1e-3
    )


async def test_a_value_cannot_be_judged(bot: Bot) -> None:
    query = (await bot.ok("/classify good movie model:feelings")).footer["query"].lstrip("#")
    for choice in ("right", "wrong", "undo"):
        reply = await bot.press(f"fb:{query}:{choice}")
        assert reply.error and reply.error.code == "value_not_judged"
    reply = await bot.press(f"fb:{query}:label", "valence")
    assert reply.error and reply.error.code == "value_not_judged"


async def test_a_question_of_yes_or_no(bot: Bot) -> None:
    reply = await bot.ok("/classify good movie model:toxic")
    answer = "yes" if reply.bars[0].score >= 0.5 else "no"
    assert reply.title == f"toxic: {answer}"
    assert [bar.label for bar in reply.bars] == ["toxic"]
    korean = await bot.korean().ok("/분류 good movie 모델:toxic")
    assert korean.title == f"toxic: {'예' if answer == 'yes' else '아니요'}"


async def test_a_tokenizer_alone_is_listed_as_one(bot: Bot) -> None:
    rows = (await bot.ok("/models")).table
    assert rows is not None
    alone = next(row for row in rows.rows if row[0].startswith("alone@"))
    assert alone[1] == "splitting text into tokens" and "cannot be used" not in alone
    assert (await bot.ok("/tokenize good movie model:alone")).table
    assert "a tokenizer without a network" in str((await bot.say("/modelinfo alone")).text)
    assert "a tokenizer without a network" in str((await bot.say("/classify a model:alone")).text)


async def test_regressions_are_offered_and_named(bot: Bot) -> None:
    assert bot.services.models.task_of(bot.services.models.find("feelings")) == "regression"
    rows = (await bot.ok("/modelinfo feelings")).table
    assert rows and ("task", "regression") in rows.rows


async def test_lines_of_values_are_a_table_with_nothing_to_judge(bot: Bot) -> None:
    reply = await bot.ok('/classify text:"good movie\nbad food" model:feelings')
    assert reply.table is not None
    assert [control.id for control in reply.controls] == ["lines:1-2", "code:1-2"]
    assert [row[1] for row in reply.table.rows] == ["good movie", "bad food"]
    alone = await bot.ok("/classify good movie model:feelings")
    assert reply.table.rows[0][2] == alone.title
    assert "not a probability" in str(reply.text)
