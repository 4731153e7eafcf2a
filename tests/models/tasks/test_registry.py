"""Which head is for which task: ours, one that is refused by name, or none."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from models.engines.protocol import Engine
from models.errors import WrongTask
from models.exporting import child
from models.exporting.exports import ExportOrder, Refusal, read_record
from models.results import Checkpoint, Origin, Question, Task
from models.tasks import registry
from models.tasks.classification import TextToClassify
from models.tasks.registry import OTHER_HEADS, TASKS, network_tasks, task_of
from models.tasks.spec import NetworkTask
from models.tasks.tokens.encoding import TextEncoder
from tests.models.engine_help import running
from tests.models.tiny import Tiny


@dataclass(frozen=True, slots=True)
class CountTokens(Question[int]):
    text: str


class Counter:
    """Runs the network, and answers how many tokens it saw."""

    def __init__(self, engine: Engine, encoder: TextEncoder) -> None:
        self._engine = engine
        self._encoder = encoder

    def size(self, item: CountTokens) -> int:
        return len(item.text)

    def prepare(self, items: Sequence[CountTokens]) -> Callable[[], Sequence[int]]:
        rows = self._encoder.encode([item.text for item in items])
        return lambda: [len(row.ids) for row in rows if len(self._engine.logits([row]))]


COUNTING = NetworkTask(
    task="next-sentence-prediction",
    question=CountTokens,
    question_bytes=lambda question: len(question.text),
    answer_bytes=lambda _: 28,
    heads=("ForNextSentencePrediction",),
    auto_class="AutoModelForNextSentencePrediction",
    pipeline=lambda engine, encoder, _: Counter(engine, encoder),
    first=CountTokens("안녕"),
)


def saved_as(kind: str, tiny: Tiny, root: Path) -> Checkpoint:
    import transformers  # noqa: PLC0415 - slow

    shutil.copytree(tiny.get("bert").folder, root / "other")
    config = transformers.BertConfig.from_pretrained(root / "other")
    getattr(transformers, kind)(config).save_pretrained(root / "other")
    return Checkpoint("other", "0", Origin.FOLDER, root / "other")


@pytest.mark.parametrize("end", [*OTHER_HEADS, "ForNextSentencePrediction"])
def test_a_head_of_something_else_is_named(end: str) -> None:
    named = task_of({"architectures": [f"Some{end}"]})
    assert named == OTHER_HEADS.get(end, "next-sentence-prediction")


def test_every_head_of_ours_is_told_and_only_ours() -> None:
    for spec in network_tasks():
        for end in spec.heads:
            assert task_of({"architectures": [f"Some{end}"]}) == spec.task
    assert len({spec.question for spec in TASKS}) == len(TASKS)
    assert task_of({"architectures": ["BertModel"]}) is Task.EMBED
    assert task_of({"architectures": ["DPRQuestionEncoder"]}) == ""
    assert task_of({}) is None
    regression = {"architectures": ["BertForSequenceClassification"], "num_labels": 1}
    assert task_of(regression) == "regression"


async def test_what_labels_words_is_refused_by_name(tiny: Tiny, tmp_path: Path) -> None:
    """It would be a classifier, with a head that nobody has trained."""
    checkpoint = saved_as("BertForTokenClassification", tiny, tmp_path)
    async with running(tiny.root) as service:
        assert service.task_of(checkpoint) == "token-classification"
        with pytest.raises(WrongTask) as wrong:
            await service.ask(checkpoint, TextToClassify("good"))
        assert wrong.value.facts["can"] == "token-classification"
        info = await service.describe(checkpoint)
        assert (info.task, info.head) == ("token-classification", "BertForTokenClassification")


async def test_a_task_is_one_file_and_a_line_of_the_registry(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = saved_as("BertForNextSentencePrediction", tiny, tmp_path)
    monkeypatch.setattr(registry, "TASKS", (*TASKS, COUNTING))
    async with running(tiny.root, exports_dir=tmp_path / "exports", answers_bytes=100_000) as it:
        assert await it.ask(checkpoint, CountTokens("good movie")) == 4
        assert it.state(checkpoint).is_loaded
        assert (await it.describe(checkpoint)).task == COUNTING.task
        with pytest.raises(WrongTask):
            await it.ask(checkpoint, TextToClassify("good"))


def test_networks_of_a_task_without_an_export_are_answered_by_torch(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = tuple(replace(spec, export=None) for spec in network_tasks())
    monkeypatch.setattr(registry, "TASKS", plain)
    order = ExportOrder(tiny.get("bert"), Task.CLASSIFY, "auto", tmp_path / "which" / "state")
    child.export(order)
    record = read_record(order.folder)
    assert isinstance(record, Refusal)
    assert json.loads((order.folder / "export.json").read_text())["refused"] == record.refused
