"""The engine as a whole: names, mixed crowds, single loads, descriptions, and the event loop."""

import asyncio
import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import models.serving.pipeline_loading as loader
from models.errors import MachineTooSmall, ModelError
from models.machine import Machine
from models.reports import DownloadProgress
from models.results import Checkpoint, EngineReport, Origin, Task
from models.service.service import ModelService
from models.serving.slots import Slot
from models.tasks.classification import TextToClassify
from models.tasks.fill_mask import MaskedText
from models.tasks.tokenization import LinesToTokenize
from tests.models.engine_help import PLENTY, TinyCatalog, running
from tests.models.tiny import TEXTS
from tests.waiting import until, within

ROOT = Path(__file__).parents[2]


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_engine_imports_nothing_heavy():
    names = [
        "service",
        "serving.cache",
        "serving.lanes",
        "results",
        "tasks.classification",
        "tasks.fill_mask",
        "tasks.tokenization",
    ]
    imports = "; ".join(f"import models.{name}" for name in names)
    heavy = "{'torch', 'transformers', 'tokenizers', 'huggingface_hub'}"
    assert run(f"{imports}; import sys; print({heavy} & set(sys.modules))").strip() == "set()"


async def test_a_mixed_crowd_gets_what_each_would_get_alone(service, tiny):
    async def ask(number: int) -> object:
        checkpoint, text = tiny.get(("bert", "roberta")[number % 2]), TEXTS[number % len(TEXTS)]
        match number % 4:
            case 0 | 1:
                answer = await service.ask(checkpoint, TextToClassify(text))
                return {each.label: round(each.score, 4) for each in answer.scores}, answer.tokens
            case 2:
                return await service.ask(checkpoint, LinesToTokenize((text, "good")))
            case _:
                return await service.ask(checkpoint, LinesToTokenize((text,), "bad"))

    alone = [await ask(number) for number in range(64)]
    for _ in range(5):
        assert await asyncio.gather(*(ask(number) for number in range(64))) == alone


async def test_half_the_crowd_may_leave(service, tiny):
    chance = random.Random(5)
    expected = {text: await service.ask(tiny.get("bert"), TextToClassify(text)) for text in TEXTS}
    for _ in range(10):
        texts = [chance.choice(TEXTS) for _ in range(64)]
        tasks = [
            asyncio.ensure_future(service.ask(tiny.get("bert"), TextToClassify(text)))
            for text in texts
        ]
        await asyncio.sleep(chance.random() / 50)
        gone = set(chance.sample(range(64), 32))
        for number in gone:
            tasks[number].cancel()
        async with within("an answer for each of those who stay"):
            answers = await asyncio.gather(*tasks, return_exceptions=True)
        for number in set(range(64)) - gone:
            answer = answers[number]
            assert not isinstance(answer, BaseException)
            assert answer.tokens == expected[texts[number]].tokens
            assert [each.score for each in answer.scores] == pytest.approx(
                [each.score for each in expected[texts[number]].scores], abs=1e-5
            )
    assert service._cache._entries
    assert all(entry.users == 0 for entry in service._cache._entries.values())


async def test_fifty_callers_construct_once(tiny, monkeypatch):
    made, load = [], loader.load_for
    monkeypatch.setattr(loader, "load_for", lambda *asked: made.append(asked) or load(*asked))
    async with running(tiny.root) as service:
        await asyncio.gather(
            *(service.ask(tiny.get("bert"), TextToClassify("good")) for _ in range(50))
        )
        assert len(made) == 1
        assert service.state(tiny.get("bert")).is_loaded


async def test_the_state_says_which_engine_answers(service, tiny):
    bert, filler = tiny.get("bert"), tiny.get("mlm")
    assert service.state(bert).engine is None
    await service.ask(bert, TextToClassify("good"))
    await service.ask(filler, MaskedText("good [MASK]", 1))
    assert service.state(bert).engine == EngineReport("torch")
    assert service.state(filler).engine == EngineReport("torch")


async def test_a_checkpoint_is_renewed_under_load_without_a_dropped_request(service, tiny):
    bert, stop = tiny.get("bert"), asyncio.Event()
    alone = await service.ask(bert, TextToClassify("good"))
    old = service._cache.loaded(Slot.of(bert, Task.CLASSIFY))
    answered = 0

    async def ask() -> None:
        nonlocal answered
        while not stop.is_set():
            answer = await service.ask(bert, TextToClassify("good"))
            assert [each.label for each in answer.scores] == [each.label for each in alone.scores]
            answered += 1

    asking = asyncio.gather(*(ask() for _ in range(16)))
    for _ in range(3):
        before = answered
        assert await service.renew(bert)
        assert answered > before
    stop.set()
    await asking
    assert service._cache.loaded(Slot.of(bert, Task.CLASSIFY)) is not old
    assert service.state(bert).memory_bytes == old.memory_bytes
    assert not await service.renew(tiny.get("roberta"))  # which nobody has loaded


async def test_what_is_made_ready_stands_beside_the_others(service, tiny):
    first = service.trained("ours", 1, tiny.get("bert").folder)
    second = service.trained("ours", 2, tiny.get("roberta").folder)
    await service.ask(first, TextToClassify("good"))
    assert await service.make_ready(second)
    assert service.state(first).is_loaded and service.state(second).is_loaded
    with pytest.raises(ModelError):
        await service.make_ready(service.trained("ours", 3, tiny.root / "nowhere"))


async def test_what_has_no_room_is_not_made_ready(tiny, caplog):
    service = ModelService(tiny, tiny, budget_bytes=1)
    try:
        assert not await service.make_ready(service.trained("ours", 1, tiny.get("bert").folder))
        assert "not loaded before somebody asks" in caplog.text
    finally:
        await service.close()


async def test_what_is_discarded_leaves_memory(service, tiny):
    first = service.trained("ours", 1, tiny.get("bert").folder)
    await service.ask(first, TextToClassify("good"))
    assert await service.discard(first) == 0  # it had no faster engine
    assert not service.state(first).is_loaded


async def test_a_promoted_version_takes_the_place_of_the_old(service, tiny):
    first = service.trained("ours", 1, tiny.get("bert").folder)
    second = service.trained("ours", 2, tiny.get("roberta").folder)
    broken = service.trained("ours", 3, tiny.root / "nowhere")
    before = await service.ask(first, TextToClassify("good"))
    assert await service.renew(first, second)
    assert not service.state(first).is_loaded
    assert service.state(second).is_loaded
    after = await service.ask(second, TextToClassify("good"))
    assert after != before
    assert not await service.renew(second, broken)
    assert await service.ask(second, TextToClassify("good")) == after


async def test_a_machine_that_is_too_small_is_a_sentence(tiny, tmp_path):
    (tmp_path / "memory.max").write_text("200000000")
    (tmp_path / "memory.current").write_text("100000000")
    (tmp_path / "own").write_text("0::/\n")
    machine = Machine(tmp_path, tmp_path / "own")
    async with running(tiny.root, machine=machine) as service:
        with pytest.raises(MachineTooSmall) as error:
            await service.ask(tiny.get("bert"), TextToClassify("good"))
        assert error.value.facts["free_mb"] == 100
        assert error.value.facts["size_mb"] > 300
        assert (await service.ask(tiny.get("bert"), LinesToTokenize(("good",)))).lines
        (tmp_path / "memory.max").write_text("max")
        assert (await service.ask(tiny.get("bert"), TextToClassify("good"))).scores


async def test_the_cores_of_this_process_compute(tiny):
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        async with running(tiny.root) as service:
            await service.ask(tiny.get("bert"), TextToClassify("good"))
            opened = service._cache.loaded(Slot.of(tiny.get("bert"), Task.CLASSIFY))
            assert opened.lane._width == 1
            assert service._pool.count == 2
    finally:
        os.sched_setaffinity(0, allowed)


async def test_two_checkpoints_load_while_both_are_asked(tiny):
    async with running(tiny.root) as service:
        answers = await asyncio.gather(
            *(
                service.ask(tiny.get(kind), TextToClassify("good"))
                for kind in ("bert", "roberta") * 10
            ),
            *(service.ask(tiny.get("mlm"), MaskedText("good [MASK]", 1)) for _ in range(10)),
        )
        assert len(answers) == 30
        for entry in service._cache._entries.values():
            model = entry.loading.result().lane.pipeline._engine._model
            assert not any(parameter.is_meta for parameter in model.parameters())


async def test_torch_has_one_thread_in_every_worker_besides_a_lone_text(service, tiny):
    await service.ask(tiny.get("bert"), TextToClassify("good"))
    counts = await asyncio.gather(
        *(
            asyncio.to_thread(lambda: torch.zeros(1000, 1000).sum() + torch.get_num_threads())
            for _ in range(4)
        )
    )
    assert {int(count) for count in counts} == {1}


def test_names_are_sorted_out_by_task(tiny):
    shelf = TinyCatalog(tiny)
    service = ModelService(shelf, shelf, PLENTY)
    assert set(service.names()) > set(service.names(Task.CLASSIFY))
    assert "mlm" in service.names(Task.FILL_MASK)
    assert "mlm" not in service.names(Task.CLASSIFY)
    assert "headless" not in service.names(Task.CLASSIFY)
    assert service.task_of(tiny.get("headless")) is Task.EMBED
    assert set(service.names()) == set(service.names(Task.EMBED))
    ours = service.trained("ours", 3, tiny.get("bert").folder)
    assert (ours.full_name, ours.origin) == ("ours@3", Origin.TRAINED)
    assert service.task_of(ours) is Task.CLASSIFY


async def test_a_repository_is_fetched_when_it_is_asked(tiny):
    class Remote(TinyCatalog):
        async def fetch(self, checkpoint, report):
            report(DownloadProgress(checkpoint.name, 1, 1))
            return replace(checkpoint, folder=self.tiny.get("bert").folder)

    remote = Remote(tiny)
    service = ModelService(remote, remote, PLENTY)
    asked = Checkpoint("org/x", "abcdef0", Origin.HUB, None, "org/x", "abcdef0" * 6)
    assert service.task_of(asked) is None
    assert (await service.ask(asked, TextToClassify("good"))).scores
    assert service.state(asked).is_loaded
    assert service.task_of(asked) is Task.CLASSIFY
    await service.close()


async def test_a_loaded_checkpoint_outlives_its_folder(service, tiny, tmp_path):
    shutil.copytree(tiny.get("bert").folder, tmp_path / "here")
    here = Checkpoint("here", "0", Origin.FOLDER, tmp_path / "here")
    before = await service.ask(here, TextToClassify("good"))
    shutil.rmtree(tmp_path / "here")
    assert await service.ask(here, TextToClassify("good")) == before
    with pytest.raises(ModelError):
        await service.describe(here)


async def test_warm_up_loads_in_the_background(service, tiny, caplog):
    service.warm_up(tiny.get("bert"))
    service.warm_up(Checkpoint("nowhere", "0", Origin.FOLDER, Path("nowhere")))
    await until(lambda: service.state(tiny.get("bert")).is_loaded, "the one that is there")
    await until(lambda: "nowhere@0 cannot be made ready" in caplog.text, "word of the other")


async def test_a_description_needs_no_load(service, tiny, tmp_path):
    shutil.copytree(tiny.get("roberta").folder, tmp_path / "r")
    card = (
        "---\nlanguage:\n- ko\n- no\nlicense: apache-2.0\nbase_model: klue/roberta-base\n---\n# Hi"
    )
    (tmp_path / "r/README.md").write_text(card)
    info = await service.describe(Checkpoint("r", "0", Origin.FOLDER, tmp_path / "r"))
    assert not info.state.is_loaded
    assert (info.task, info.model_type, info.layers) == (Task.CLASSIFY, "roberta", 2)
    assert (info.attention_heads, info.hidden_size, info.limit) == (2, 32, 40)
    assert info.labels == ((0, "negative"), (1, "neutral"), (2, "positive"))
    assert (info.head, info.is_head_fresh) == ("RobertaForSequenceClassification", False)
    assert (info.languages, info.licence) == (("ko", "no"), "apache-2.0")
    assert (info.base, info.dtype) == ("klue/roberta-base", "float32")
    assert info.size_bytes == (tmp_path / "r/model.safetensors").stat().st_size
    assert info.parameters > 20_000


async def test_a_headless_checkpoint_is_described_as_such(service, tiny):
    info = await service.describe(tiny.get("headless"))
    assert (info.task, info.head, info.is_head_fresh) == (Task.EMBED, "BertModel", False)


async def test_another_head_is_described_by_its_own_name(service, tiny, tmp_path):
    shutil.copytree(tiny.get("bert").folder, tmp_path / "t")
    config = (tmp_path / "t/config.json").read_text()
    renamed = config.replace("ForSequenceClassification", "ForTokenClassification")
    (tmp_path / "t/config.json").write_text(renamed)
    info = await service.describe(Checkpoint("t", "0", Origin.FOLDER, tmp_path / "t"))
    assert (info.task, info.head) == ("token-classification", "BertForTokenClassification")
    assert not info.is_head_fresh


WATCH = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, "")
from models.results import Checkpoint, Origin
from models.service.service import ModelService
from models.tasks.classification import TextToClassify
from models.tasks.tokenization import LinesToTokenize

HEAVY = ("torch", "transformers", "tokenizers", "safetensors", "huggingface_hub")
entered = set()

def note(frame, event, called):
    if event not in ("call", "c_call"):
        return
    module = frame.f_globals["__name__"] if event == "call" else called.__module__
    if str(module).partition(".")[0] in HEAVY:
        entered.add(f"{module}.{frame.f_code.co_name}")

class Shelf:
    async def fetch(self, checkpoint, report):
        return checkpoint

async def main(root):
    service = ModelService(Shelf(), Shelf(), 10**9)
    kinds = ["bert", "roberta", "gpt", "multi"]
    checkpoints = [Checkpoint(kind, "0", Origin.FOLDER, root / kind) for kind in kinds]
    sys.setprofile(note)  # of this thread, which is the loop's
    await service.ask(checkpoints[0], TextToClassify("good"))
    await asyncio.gather(
        *(service.ask(each, TextToClassify("good")) for each in checkpoints for _ in range(50)),
        *(service.ask(each, LinesToTokenize(("food " * 200,))) for each in checkpoints),
        *(service.describe(each) for each in checkpoints),
    )
    sys.setprofile(None)
    await service.close()
    print(sorted(entered), "torch" in sys.modules)

asyncio.run(main(Path(sys.argv[1])))
"""


def test_the_thread_of_the_event_loop_does_nothing_heavy_from_the_import_on(tiny):
    for kind in ("bert", "roberta", "gpt", "multi"):
        tiny.get(kind)
    command = [sys.executable, "-W", "error", "-c", WATCH, str(tiny.root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[] True\n"
