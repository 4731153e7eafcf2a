"""Trainings in real child processes: what they learn, how they end, and what they leave behind."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification

from models.errors import TrainingKilled
from models.finetune import following
from models.finetune.epoch_state import FILE as STATE
from models.finetune.following import _line
from models.finetune.mailbox import Mailbox
from models.finetune.plan import Example, TrainingOutcome, TrainingPlan, TrainingProgress
from models.finetune.trainer import Trainer, put_in_place
from models.finetune.training import run
from models.finetune.wire import (
    decode_event,
    decode_plan,
    encode_event,
    encode_plan,
    partial_folder,
    state_folder,
)
from models.reasons import Reason
from tests.models.finetune.conftest import mood_plan
from tests.models.syncs import syncs
from tests.waiting import turns, until, within

pytestmark = pytest.mark.xdist_group("trainings")  # one that ended well for them all

ENDLESS = 20_000
"""Epochs that take minutes."""
EPOCHS = 40
"""Epochs that take longer than it takes to kill whoever has ended the first."""
ROOT = Path(__file__).parents[3]


async def ignore(_: TrainingProgress) -> None:
    pass


def children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "models.finetune.child" in child.cmdline()
    ]


def is_gone(process: psutil.Process) -> bool:
    """Ended; an orphan that its new parent has not reaped yet has ended too."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def leftovers(plan: TrainingPlan) -> list[Path]:
    return list(plan.output.parent.glob("*")) if plan.output.parent.exists() else []


async def reached(
    plan: TrainingPlan, phase: str
) -> tuple[asyncio.Task[TrainingOutcome], psutil.Process]:
    """A training that has come to `phase`, and its child process."""
    has_come = asyncio.Event()
    found: list[psutil.Process] = []

    async def report(progress: TrainingProgress) -> None:
        found.extend([] if found else children())
        if progress.phase == phase:
            has_come.set()
        if progress.phase == "evaluating":
            await asyncio.Event().wait()  # or the training might end before it is looked at

    task = asyncio.create_task(Trainer().train(plan, report))
    arrival = asyncio.create_task(has_come.wait())
    async with within(f"{phase!r}, or the end"):
        await asyncio.wait([task, arrival], return_when=asyncio.FIRST_COMPLETED)
    arrival.cancel()
    assert has_come.is_set(), task
    return task, found[0]


@dataclass(frozen=True)
class Ended:
    """A training that nobody broke off."""

    plan: TrainingPlan
    outcome: TrainingOutcome
    news: list[TrainingProgress]
    left: list[Path]


@pytest.fixture(scope="module")
def ended(base, make_classifier, tmp_path_factory) -> Ended:
    plan = mood_plan(base, tmp_path_factory.mktemp("ended"))
    plan = replace(plan, epochs=EPOCHS, current=make_classifier(("bad", "good")))
    news: list[TrainingProgress] = []

    async def report(progress: TrainingProgress) -> None:
        news.append(progress)

    outcome = asyncio.run(Trainer().train(plan, report))
    return Ended(plan, outcome, news, leftovers(plan))


async def test_it_learns_and_beats_the_current_model(ended):
    plan, outcome = ended.plan, ended.outcome
    assert outcome.folder == plan.output
    assert outcome.current is not None
    assert outcome.new.accuracy > 0.95 > outcome.current.accuracy
    assert outcome.seconds > 0
    assert_progress(ended.news)
    assert set(ended.left) == {plan.output, state_folder(plan.output)}
    assert await Trainer().train(plan, ignore) == outcome  # until its end is stored
    await Trainer().clear(plan, is_kept=True)
    assert leftovers(plan) == [plan.output]
    assert_loads(plan)


def assert_progress(news: list[TrainingProgress]) -> None:
    order = ["starting", "training", "evaluating"]
    places = [(order.index(p.phase), p.step, p.elapsed_s) for p in news]
    assert places == sorted(places)
    assert {p.phase for p in news} == set(order)
    assert {p.steps for p in news} == {8 * EPOCHS}
    assert [p.loss is None for p in news] == [p.step == 0 for p in news]
    assert news[-1].step == 8 * EPOCHS
    assert news[-1].loss < 0.5


def assert_loads(plan: TrainingPlan) -> None:
    model, found = AutoModelForSequenceClassification.from_pretrained(
        plan.output, output_loading_info=True, use_safetensors=True, local_files_only=True
    )
    assert not any(found.values())
    assert model.config.id2label == {0: "good", 1: "bad"}
    assert model.dtype == torch.float32
    names = {file.name for file in plan.output.iterdir()}
    wanted = {
        "config.json",
        "exports.json",
        "model.safetensors",
        "README.md",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    assert names == wanted
    texts = b"".join((plan.output / name).read_bytes() for name in names)
    for secret in (str(plan.base), str(plan.output), *(row.text for row in plan.train)):
        assert secret.encode() not in texts


@pytest.mark.parametrize("phase", ["starting", "training", "evaluating"])
async def test_cancelling_leaves_nothing(plan, phase):
    epochs = 1 if phase == "evaluating" else ENDLESS
    task, child = await reached(replace(plan, epochs=epochs), phase)
    task.cancel()
    async with within("the end of the child, which is asked first"):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not child.is_running()
    await assert_only_its_state_is_left(plan)


async def test_cancelling_while_it_gets_its_name_leaves_it_whole(plan, monkeypatch):
    plan = replace(plan, epochs=1)
    begun, may_go_on, rename = threading.Event(), threading.Event(), os.rename

    def slowly(source: Path, target: Path) -> None:
        begun.set()
        may_go_on.wait()
        rename(source, target)

    monkeypatch.setattr(os, "rename", slowly)
    task = asyncio.create_task(Trainer().train(plan, ignore))
    await until(begun.is_set, "a checkpoint that gets its name")
    for _ in range(2):  # nobody is more patient the second time
        task.cancel()
        await turns()
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert_loads(plan)
    assert set(leftovers(plan)) == {plan.output, state_folder(plan.output)}
    assert (await Trainer().train(plan, ignore)).folder == plan.output  # it has ended


async def test_the_disk_has_the_outcome_before_the_name_and_then_the_name(ended, tmp_path):
    plan = replace(ended.plan, output=tmp_path / "mood-1")
    state = state_folder(plan.output)
    for folder in (state, partial_folder(plan.output)):
        folder.mkdir()
    with syncs(plan.output) as synced:
        await put_in_place(plan, ended.outcome)
    before = (state / "outcome.json", state)
    wanted = [*((path.stat().st_ino, False) for path in before), (tmp_path.stat().st_ino, True)]
    assert synced == wanted


async def assert_only_its_state_is_left(plan: TrainingPlan) -> None:
    assert set(leftovers(plan)) <= {state_folder(plan.output)}
    await Trainer().clear(plan, is_kept=False)
    assert leftovers(plan) == []


async def test_a_child_that_does_not_listen_is_killed(plan, monkeypatch):
    monkeypatch.setattr(following, "_GRACE_S", 0.2)
    task, child = await reached(replace(plan, epochs=ENDLESS), "starting")
    child.suspend()
    await until(lambda: child.status() == psutil.STATUS_STOPPED, "a child that hears nothing")
    task.cancel()
    async with within("the end of the child, which hears nothing"):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not child.is_running()


async def test_a_listener_that_fails_ends_the_training(plan):
    async def report(_: TrainingProgress) -> None:
        raise ConnectionError("the message was deleted")

    with pytest.raises(ConnectionError):
        await Trainer().train(replace(plan, epochs=ENDLESS), report)
    assert children() == []
    await assert_only_its_state_is_left(plan)


async def test_a_killed_training_goes_on_to_equal_weights_even_elsewhere(ended, tmp_path, caplog):
    before = tmp_path / "before"
    plan = replace(ended.plan, output=before / "models" / "trained" / "mood")
    plan.output.parent.mkdir(parents=True)
    stored = json.dumps(dict(Trainer(before).stored(plan)))
    assert str(before) not in stored
    task, child = await reached(plan, "training")
    await until((state_folder(plan.output) / STATE).exists, "a first epoch that is kept")
    child.kill()
    with pytest.raises(TrainingKilled) as error:
        await task
    assert error.value.facts == {"reason": Reason.TRAINING_KILLED}
    assert "Training 'mood' failed" in caplog.text
    assert leftovers(plan) == [state_folder(plan.output)]
    after = Trainer(before.rename(tmp_path / "after"))
    restored = after.restored(json.loads(stored))
    with safe_open(state_folder(restored.output) / STATE, "pt") as file:
        kept = int(file.metadata()["step"])
    news: list[TrainingProgress] = []

    async def report(progress: TrainingProgress) -> None:
        news.append(progress)

    outcome = await after.train(restored, report)
    assert kept > 0 and kept % (news[0].steps // EPOCHS) == 0
    assert min(each.step for each in news if each.step) > kept
    folders = (restored.output, ended.plan.output)
    weights, unbroken = (load_file(each / "model.safetensors") for each in folders)
    assert weights.keys() == unbroken.keys()
    assert all(torch.equal(weight, unbroken[name]) for name, weight in weights.items())
    first, second = ((each / "README.md").read_text() for each in folders)
    assert first == second  # the smoothed loss, too
    assert outcome.new == ended.outcome.new
    assert_loads(restored)


async def test_what_nobody_goes_on_with_is_swept_away(tmp_path):
    trained = tmp_path / "models" / "trained"
    old, new, whole = (trained / name for name in (".a.state", ".b.state", "a"))
    for folder in (old, new, whole):
        folder.mkdir(parents=True)
    for folder in (old, whole):
        os.utime(folder, (0, 0))
    await Trainer(tmp_path).sweep()
    assert sorted(trained.iterdir()) == [new, whole]


def test_what_another_plan_kept_is_not_taken_up(plan):
    class BrokenOff(Exception):
        """As if the process had been killed."""

    def break_off(progress: TrainingProgress) -> None:
        if progress.step > 8:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        run(replace(plan, epochs=2), break_off)
    assert (state_folder(plan.output) / STATE).exists()
    steps: list[int] = []
    another = replace(plan, epochs=2, seed=plan.seed + 1)
    run(another, lambda progress: steps.append(progress.step))
    assert steps[0] in range(8) and max(steps) == 16


def session_niceness(child: psutil.Process) -> int | None:
    """How modest a session is beside others; None where the system does not group by sessions."""
    group = Path(f"/proc/{child.pid}/autogroup")
    return int(group.read_text().split()[-1]) if group.exists() else None


async def test_the_child_is_modest_and_knows_no_secret(plan, monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("HF_TOKEN", "secret")
    task, child = await reached(replace(plan, epochs=ENDLESS), "starting")
    environment = child.environ()
    assert "secret" not in environment.values()
    assert environment["HF_HUB_OFFLINE"] == "1"
    assert int(environment["OMP_NUM_THREADS"]) == max(1, len(os.sched_getaffinity(0)) - 1)
    assert child.nice() > psutil.Process().nice()
    assert session_niceness(child) in {10, None}
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


PARENT = """
import asyncio, sys
from models.finetune.trainer import Trainer
from models.finetune.wire import decode_plan

async def report(progress):
    print(progress.phase, flush=True)

asyncio.run(Trainer().train(decode_plan(sys.stdin.buffer.readline()), report))
"""


@pytest.mark.parametrize("phase", ["starting", "training"])
def test_the_child_does_not_outlive_the_bot(plan, phase):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    with parent:
        parent.stdin.write(encode_plan(replace(plan, epochs=ENDLESS)))
        parent.stdin.close()
        while parent.stdout.readline().decode().strip() != phase:
            assert parent.poll() is None
        (child,) = psutil.Process(parent.pid).children()
        parent.kill()
    asyncio.run(until(lambda: is_gone(child), "the end of the child", child.status))
    assert set(leftovers(plan)) <= {state_folder(plan.output)}


def test_labels_of_any_kind_and_endless_texts(plan):
    labels = ("좋아요 👍", "so\nbad | `x`", "x" * 5000, "  ")
    rows = [
        Example(f"{row.text} {'good ' * 20_000 if row.label else ''}", row.label)
        for row in plan.train[::4]
    ]
    rows += [Example("the film", 2), Example("so film", 2), Example("", 3), Example("\ud83d", 3)]
    held_out = plan.held_out + tuple(rows[-4:])
    plan = replace(plan, labels=labels, train=tuple(rows), held_out=held_out, epochs=2)
    outcome = run(decode_plan(encode_plan(plan)), lambda _: None)
    outcome = decode_event(encode_event(outcome))
    assert set(outcome.new.f1) == set(labels)
    model = AutoModelForSequenceClassification.from_pretrained(partial_folder(plan.output))
    assert tuple(model.config.id2label.values()) == labels


def test_more_training_of_the_same_labels_goes_on_from_the_old_head(ended, tmp_path):
    plan = ended.plan
    further = replace(
        plan,
        base=plan.output,
        base_name="mood@1",
        current=plan.output,
        labels=("bad", "good"),
        train=tuple(replace(row, label=1 - row.label) for row in plan.train),
        held_out=tuple(replace(row, label=1 - row.label) for row in plan.held_out),
        epochs=1,
        output=tmp_path / "mood-2",
    )
    outcome = run(further, lambda _: None)
    assert outcome.current is not None
    assert outcome.current.accuracy > 0.95
    assert outcome.new.accuracy > 0.9
    card = (partial_folder(further.output) / "README.md").read_text()
    assert "kept and reordered" in card


async def test_a_training_that_still_starts_says_so_again() -> None:
    stdout, mailbox = asyncio.StreamReader(), Mailbox[TrainingProgress]()
    starting = TrainingProgress("starting", 0, 10, None, 0.0, None)
    reading = asyncio.create_task(_line(stdout, starting, mailbox))
    async for said in mailbox:
        assert said is starting
        break
    assert not reading.done()
    stdout.feed_data(b"next\n")
    assert await reading == b"next\n"
