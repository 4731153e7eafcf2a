"""How a head's outputs are read: as its config says, never by the number of its labels alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from models.checkpoints.files import problem_type_of
from models.errors import BrokenCheckpoint
from models.exporting import child
from models.exporting.exports import ExportOrder, Refusal, read_record
from models.reasons import Reason
from models.reports import ProblemType
from models.results import Checkpoint, Origin, Task
from models.tasks.classification import TextToClassify
from models.tasks.registry import task_of
from tests.models.engine_help import running
from tests.models.tiny import TEXTS, Tiny

SINGLE, MULTI, REGRESSION = ProblemType
FEELINGS = {0: "valence", 1: "arousal", 2: "dominance"}


@pytest.mark.parametrize(
    ("named", "outputs", "found"),
    [
        (None, 1, REGRESSION),
        (None, 2, SINGLE),
        (None, 3, SINGLE),
        ("regression", 1, REGRESSION),
        ("regression", 3, REGRESSION),
        ("multi_label_classification", 1, MULTI),
        ("multi_label_classification", 3, MULTI),
        ("single_label_classification", 2, SINGLE),
    ],
)
def test_it_is_told_by_the_config(named: str | None, outputs: int, found: ProblemType) -> None:
    for said in ({"num_labels": outputs}, {"id2label": dict.fromkeys(map(str, range(outputs)))}):
        config = {"problem_type": named, "architectures": ["BertForSequenceClassification"]} | said
        assert problem_type_of(config) is found
        assert task_of(config) == ("regression" if found is REGRESSION else Task.CLASSIFY)
    if outputs == 2:
        assert problem_type_of({"problem_type": named}) is found, "transformers has two by default"


@pytest.fixture
def make(tiny: Tiny, tmp_path: Path) -> Callable[..., Checkpoint]:
    def make(labels: dict[int, str], **config: Any) -> Checkpoint:
        torch.manual_seed(3)
        folder = tmp_path / f"head{len(list(tmp_path.iterdir()))}"
        shutil.copytree(tiny.get("bert").folder, folder)
        network = BertConfig.from_pretrained(folder, id2label=labels)
        BertForSequenceClassification(network).save_pretrained(folder)
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | config))
        return Checkpoint(folder.name, "0", Origin.FOLDER, folder)

    return make


def plain(checkpoint: Checkpoint, text: str) -> torch.Tensor:
    model = BertForSequenceClassification.from_pretrained(checkpoint.folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder)
    with torch.inference_mode():
        batch = tokenizer(text, truncation=True, max_length=40, return_tensors="pt")
        logits: torch.Tensor = model(**batch).logits[0]
    return logits


@pytest.mark.parametrize(
    ("labels", "config"),
    [
        (FEELINGS, {"problem_type": "regression"}),
        ({0: "score"}, {}),
        ({0: "score"}, {"architectures": None}),
    ],
)
async def test_a_regression_answers_values(
    make: Callable[..., Checkpoint], tmp_path: Path, labels: dict[int, str], config: Any
) -> None:
    checkpoint = make(labels, calibration={"temperature": 2.0}, **config)
    async with running(tmp_path) as service:
        for text in TEXTS:
            answer = await service.ask(checkpoint, TextToClassify(text))
            assert answer.is_regression and not answer.is_multi_label
            assert [each.label for each in answer.scores] == list(labels.values())
            values = [each.score for each in answer.scores]
            assert values == pytest.approx(plain(checkpoint, text).tolist(), abs=1e-5)


async def test_one_label_of_one_is_no_answer(
    make: Callable[..., Checkpoint], tmp_path: Path
) -> None:
    checkpoint = make({0: "toxic"}, problem_type="single_label_classification")
    async with running(tmp_path) as service:
        with pytest.raises(BrokenCheckpoint, match=Reason.CONFIG_ONE_LABEL):
            await service.ask(checkpoint, TextToClassify("good"))


async def test_one_output_with_a_sigmoid_is_a_question_of_yes_or_no(
    make: Callable[..., Checkpoint], tmp_path: Path
) -> None:
    checkpoint = make({0: "toxic"}, problem_type="multi_label_classification")
    async with running(tmp_path) as service:
        for text in TEXTS:
            answer = await service.ask(checkpoint, TextToClassify(text))
            assert answer.is_multi_label and not answer.is_regression
            expected = plain(checkpoint, text).sigmoid().tolist()
            assert [each.score for each in answer.scores] == pytest.approx(expected, abs=1e-5)


def test_values_are_not_exported(make: Callable[..., Checkpoint], tmp_path: Path) -> None:
    checkpoint = make(FEELINGS, problem_type="regression")
    child.export(ExportOrder(checkpoint, Task.CLASSIFY, "auto", tmp_path / "which" / "state"))
    assert isinstance(read_record(tmp_path / "which" / "state"), Refusal)
