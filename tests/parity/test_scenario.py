"""One scenario through every door, with the bundled models: what a community does on its first day.

A new door is one class with the methods of `tests/parity/doors/door.py`, and one entry here.
"""

import csv
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models.tasks.test_question_answering import make as make_answerer
from tests.models.tasks.test_token_classification import make as make_tagger
from tests.models.tiny import KINDS, wordpiece
from tests.models.writers import endless, writer
from tests.parity.doors.discord_door import DiscordDoor
from tests.parity.doors.door import Door, VisibleAnswer
from tests.parity.doors.slack_door import SlackDoor
from tests.parity.doors.terminal_door import TerminalDoor
from tests.parity.doors.web_door import WebDoor
from tests.servers.hub import LoopbackHub
from tests.waiting import PATIENCE_S, story

DOORS = {"terminal": TerminalDoor, "discord": DiscordDoor, "slack": SlackDoor, "web": WebDoor}


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    with DOORS[request.param](tmp_path) as door:
        yield door


def asked_until(door: Door, command: str, says: str) -> VisibleAnswer:
    """Ask until the answer says what comes by itself."""
    end = time.monotonic() + PATIENCE_S
    while says not in (answer := door.ask(command)).text:
        assert time.monotonic() < end, story(says, PATIENCE_S, lambda: answer.text)
        time.sleep(0.2)
    return answer


def test_the_first_day(door: Door) -> None:
    answer = door.ask("classify", text="I love this")
    assert answer.text.startswith("positive")
    assert re.search(r"9\d\.\d ?%", answer.text)
    assert "sentiment@0" in answer.text

    assert "positive" in door.push(answer, answer.control("Right")).text
    door.restart()
    asked = door.push(answer, answer.control("Wrong"))
    assert asked.select.options == ("negative",)
    assert "negative" in door.choose(asked, "negative").text
    assert "taken back" in door.push(answer, answer.control("Undo")).text

    assert door.ask("classify", text="정말 최악이에요").text.startswith("negative")
    assert "topics@0" in door.ask("classify", text="삼성전자 새 반도체 공개", model="topics").text
    thanks = door.ask("classify", text="thank you so much", model="emotions")
    assert thanks.text.startswith("gratitude")
    filled = door.ask("fillmask", text="이 영화 정말 ___", top=3).text
    assert "fillmask@0" in filled and filled.count("이 영화 정말") >= 3
    pieces = door.ask("tokenize", text="안녕하세요 👩‍👩‍👧 hello").text
    assert "👩" in pieces and "hello" in pieces
    info = door.ask("modelinfo", model="sentiment").text
    assert "0=negative, 1=positive" in info and "licence" in info
    assert door.ask("history").text.count("@0") >= 6
    listed = door.ask("models").text
    assert all(f"{name}@0" in listed for name in ("sentiment", "topics", "emotions", "fillmask"))
    assert "There is no model" in door.ask("classify", text="x", model="nobody").text


def test_the_code_of_an_answer(door: Door) -> None:
    answer = door.ask("classify", text="I love @everyone")
    door.restart()
    code = door.push(answer, answer.control("Show me the code")).text
    assert 'text = "I love @everyone"' in code and "from_pretrained(name" in code
    numbers = door.push(answer, answer.control("Numbers"))
    assert "logit" in numbers.text
    untrained = door.push(numbers, numbers.control("What would an untrained one say?"))
    assert "untrained" in untrained.text and "no answer" in untrained.text
    info = door.ask("modelinfo", model="sentiment")
    assert "hidden_size" in door.push(info, info.control("config.json")).text


def test_a_file_of_texts(door: Door) -> None:
    content = b"text,who\nI love this,mina\nI hate this,@everyone\n"
    given = door.give("classify", "rows.csv", content)
    asked_until(door, "jobs", "2 rows")
    rows = list(csv.DictReader(io.StringIO(door.file(given).decode("utf-8-sig"))))
    told = [(row["text"], row["who"], row["label"]) for row in rows]
    loved, hated = ("I love this", "mina", "positive"), ("I hate this", "'@everyone", "negative")
    assert told == [loved, hated]


@pytest.fixture
def with_a_tagger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of the operator's that finds names, of a kind: it has learned nothing."""
    make_tagger(tmp_path / "tagger", wordpiece())
    monkeypatch.setenv("TOKKI_MODELS", f"names={tmp_path / 'tagger'}")


@pytest.mark.usefixtures("with_a_tagger")
def test_reading(door: Door) -> None:
    text = "good movie, @everyone: the end"
    found = door.ask("entities", text=text, model="names", aggregation="none")
    assert "names@" in found.text and "found" in found.text
    assert "0–4" in found.text
    alike = door.ask("similar", text="정말 좋아요", other="정말  좋아요", model="sentiment")
    assert alike.text.startswith("Cosine 1.00") and "has not learned" in alike.text
    assert "Cosine 1.00" in door.ask("history").text
    chosen = door.ask("zeroshot", text="good food", labels="a = good food, b", model="fillmask")
    assert chosen.text.startswith("a") and "1.00" in chosen.text
    assert "numbers" in door.ask("vector", text="good food", model="sentiment").text
    why = door.ask("explain", text="I love this movie")
    assert why.text.startswith("positive") and "Without “love”" in why.text
    beside = door.ask("compare", text="I love this", models="sentiment, emotions")
    assert "sentiment@0" in beside.text and "emotions@0" in beside.text


@pytest.fixture
def with_writers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models of the operator's that answer and write, of a kind: they have learned nothing."""
    make_answerer(tmp_path / "answerer")
    folders = {kind: writer(tmp_path / "writers", kind).folder for kind in ("t5", "nllb")}
    folders |= {"finder": tmp_path / "answerer", "endless": endless(tmp_path / "endless")}
    monkeypatch.setenv("TOKKI_MODELS", " ".join(f"{name}={it}" for name, it in folders.items()))
    monkeypatch.setenv("TOKKI_ENGINE", "torch")  # nothing faster is made beside it


@pytest.mark.usefixtures("with_writers")
def test_writing(door: Door) -> None:
    found = door.ask("ask", question="good movie?", context="good food, @everyone: the end")
    assert "finder@" in found.text and "probability of no answer" in found.text
    assert "t5@" in door.ask("summarize", text="the good movie @everyone").text
    translated = door.ask("translate", text="the good movie", to="Korean", **{"from": "en"})
    assert translated.text.startswith("English → Korean") and "nllb@" in translated.text
    missing = door.ask("translate", text="the good movie", to="klingon")
    assert "has not learned this language: klingon" in missing.text
    written = door.ask("generate", prompt="good movie", model="endless", length=5)
    assert "5 tokens were the most" in written.text and "good movie" in written.text
    assert door.ask("history").text.count("good movie") >= 3

    if isinstance(door, TerminalDoor):  # there Ctrl-C does it: one order after another
        return
    door.begin("generate", prompt="good movie", model="endless", length=512)
    coming = door.finish(" …")
    assert "It stops" in door.push(coming, coming.control("Stop")).text
    stopped = door.finish("Stopped after")
    assert "endless@" in stopped.text and coming.text in door.progress()  # one message, edited
    assert [each.label for each in stopped.controls] == ["Show me the code"]
    assert "this code goes on" in door.push(stopped, stopped.control("Show me the code")).text


def test_collecting(door: Door) -> None:
    made = door.ask("dataset create", name="feedback", labels="bug = broken, question, praise")
    assert "ready to collect" in made.text and "broken" in made.text
    card = door.ask("dataset add", text="it crashes @everyone", label="bug")
    assert "Gold: bug" in card.text and card.select.options == ("bug", "question", "praise")
    assert "Gold: praise" in door.choose(card, "praise").text
    door.ask("dataset add", text="how do I stop it", label="question")
    again = door.ask("dataset add", text="how  do I stop it")
    assert "there already, as #2" in again.text

    told = door.ask("dataset edit", what="rename", label="praise", to="thanks")
    assert "1 text with 1 vote" in told.text
    done = door.push(told, told.control("Do it"))
    assert "now called thanks" in done.text
    door.restart()
    listed = door.ask("dataset preview", label="thanks")
    assert "crashes" in listed.text and "stop it" not in listed.text
    assert "Gold: thanks" in door.push(listed, listed.control("#1")).text
    assert "as it was before" in door.push(done, done.control("Undo")).text
    shown = door.ask("dataset show").text
    assert "2 texts" in shown and "praise" in shown and "thanks" not in shown


def test_importing(door: Door) -> None:
    door.ask("dataset create", name="feedback", labels="bug, praise")
    looked = door.give("dataset import", "의견.csv", WINDOWS)
    assert "3 rows, 2 new texts" in looked.text and "CP949" in looked.text
    assert "@everyone" in looked.text and "Left out: 1" in looked.text
    assert "0 texts" in door.ask("dataset show").text
    door.begin_push(looked, looked.control("Put it in"))
    assert "2 new texts, 2 labels" in door.finish("is in “feedback”").text
    door.restart()
    shown = door.ask("jobs", number=1)
    door.begin_push(shown, shown.control("Take back what 의견.csv brought"))
    door.finish("is out again")
    assert "0 texts" in door.ask("dataset show").text

    looked = door.give("dataset import", "many.txt", MANY)
    door.begin_push(looked, looked.control("Put it in"))
    listed = door.ask("jobs")
    assert "being stopped" in door.push(listed, listed.control("Cancel many.txt")).text
    door.finish("was cancelled")
    assert "0 texts" in door.ask("dataset show").text


WINDOWS = "문장,분류\r\n자꾸 @everyone 꺼져요,bug\r\n고마워요,praise\r\n,bug\r\n".encode("cp949")
MANY = "".join(f"a text of many, number {number}\n" for number in range(20_000)).encode()


@pytest.fixture
def with_a_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    """A Hub with rows of two splits, and an account that may publish there."""
    card = b"---\ndataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n"
    card += b"        names:\n          '0': bug\n          '1': praise\n---\n"
    rows = b"text,label\nit crashes,0\n@everyone thanks,1\nwell done,1\n"
    files = {"README.md": card, "train.csv": rows, "test.csv": rows}
    with LoopbackHub() as hub:
        hub.uploads.writers["hf_x"] = "mina"
        hub.add("org/rows", files, is_dataset=True)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_TOKEN", "hf_x")
        yield hub


def test_a_data_set_of_the_hub(with_a_hub: LoopbackHub, door: Door) -> None:
    door.ask("dataset create", name="feedback", labels="bug, praise", votes=1)
    asked = door.ask("dataset import", hub="org/rows", **{"as": "gold"})
    assert asked.select.options == ("train.csv", "test.csv")
    told = door.choose(asked, "train.csv")
    assert "3 rows, 3 new texts" in told.text and "@everyone thanks" in told.text
    door.push(told, told.control("Put it in"))
    asked_until(door, "dataset show", "3 gold")
    assert "load_dataset" in door.ask("dataset export", format="folder").text
    asked = door.ask("dataset publish", repo="feedback")
    if isinstance(door, TerminalDoor):
        assert "mina/feedback" in door.push(asked, asked.control("Publish")).text
        assert with_a_hub.datasets["mina/feedback"].is_private
    else:
        assert "TOKKI_HUB_COMMUNITIES" in asked.text
        assert list(with_a_hub.datasets) == ["org/rows"]


@pytest.fixture
def with_models_on_a_hub(with_a_hub: LoopbackHub, tmp_path: Path) -> LoopbackHub:
    """The same Hub, with more models than a page shows."""
    KINDS["bert"](tmp_path / "of_the_hub")
    for number in range(11):
        with_a_hub.add(f"org/mood-{number}", tmp_path / "of_the_hub")
    return with_a_hub


def test_the_hub(with_models_on_a_hub: LoopbackHub, door: Door) -> None:
    door.ask("dataset create", name="feedback", labels="bug, praise", votes=1)
    found = door.ask("hub search", text="mood")
    assert "org/mood-0" in found.text and "yes" in found.text
    assert "org/mood-10" in door.push(found, found.control("On")).text
    shown = door.ask("hub show", repo="org/mood-0")
    assert "/classify" in shown.text and "model.safetensors" in shown.text
    rows = door.ask("hub data", repo="org/rows", split="train")
    assert "@everyone thanks" in rows.text and "praise" in rows.text
    assert rows.select.options == ("feedback", "New dataset: rows")
    assert "3 rows, 3 new texts" in door.choose(rows, "feedback").text
    asked = door.ask("hub add", repo="org/mood-0", name="mood")
    if isinstance(door, TerminalDoor):
        assert "mood can be asked here now" in asked.text
        assert "mood@" in door.ask("classify", text="good movie", model="mood").text
        assert "is removed" in door.ask("hub remove", name="mood").text
    else:
        assert "TOKKI_HUB_ADDING_COMMUNITIES" in asked.text
        assert not with_models_on_a_hub.count("*.safetensors")


def test_labelling(door: Door) -> None:
    door.ask("dataset create", name="feedback", labels="bug, question", guideline="in doubt, bug")
    for text in LABELLED:
        door.ask("dataset add", text=text)
    card = door.ask("label")
    assert "3 left for you" in card.text and "in doubt" not in card.text
    card = door.push(card, card.control("Guideline"))
    assert "in doubt, bug" in card.text
    seen = {text for text in LABELLED if text in card.text}
    card = door.push(card, card.control("bug"))
    assert "2 left for you" in card.text
    door.end()
    card = door.push(card, card.control("Ambiguous"))
    assert "1 left for you" in card.text
    card = door.push(card, card.control("Undo: Ambiguous"))
    assert "taken back" in card.text and "2 left for you" in card.text
    card = door.push(card, card.control("Skip"))
    seen |= {text for text in LABELLED if text in card.text}
    card = door.push(card, card.control("question"))
    card = door.push(card, card.control("question"))
    assert "0 left for you, 3 done" in card.text
    assert "has nothing for you now" in card.text and len(seen) == 2
    shown = door.ask("dataset show")
    assert "3 gold" in shown.text
    assert "has nothing for you now" in door.push(shown, shown.control("Label")).text
    assert "Nothing in feedback is in conflict" in door.ask("label", what="conflicts").text
    assert "You have labelled 3 texts" in door.ask("me").text


LABELLED = ["it crashes", "how do I stop it", "the button is gone"]


def test_learning(door: Door) -> None:
    for text, label in TAUGHT:
        teach(door, text, label)

    door.begin("finetune", name="sentiment", epochs=40)
    done = door.finish("sentiment@1 is trained")
    assert "sentiment@0" in done.text and "macro-F1" in done.text
    assert "curve of the loss" in door.pictured(done)
    assert "step" in door.progress() and "loss" in door.progress()
    assert "sentiment@1" in door.ask("classify", text="I love this", model="sentiment@1").text
    assert "snapshot #1 " in door.ask("version card", version="sentiment@1").text

    # A bundled name obeys what this community decides.
    listed = door.ask("version list", name="sentiment")
    assert "sentiment@1" in listed.text and "▶ sentiment@0" in listed.text
    moved = door.ask("version promote", version="sentiment@1", reason="it is tried here")
    assert "means sentiment@1" in moved.text
    assert "sentiment@1" in door.ask("classify", text="I love this").text
    assert "means now" in door.ask("version remove", version="sentiment@1").text
    back = door.push(moved, moved.control("Use sentiment@0 again"))
    assert "means sentiment@0" in back.text
    assert "sentiment@0" in door.ask("classify", text="I love this").text

    door.begin("finetune", name="again", epochs=50)
    assert "sentiment@0" in door.ask("classify", text="I love this").text
    listed = door.ask("jobs")
    assert "running" in listed.text and "sentiment@1" in listed.text
    assert "being stopped" in door.push(listed, listed.control("Cancel again")).text
    door.finish("was cancelled")
    assert "no model" in door.ask("classify", text="x", model="again").text


def teach(door: Door, text: str, label: str) -> None:
    """Make sure that a text has this label, as its author would."""
    answer = door.ask("classify", text=text)
    if label in answer.text.splitlines()[0]:  # perhaps it says that it is not sure
        door.push(answer, answer.control("Right"))
    else:
        door.choose(door.push(answer, answer.control("Wrong")), label)


TAUGHT = [
    ("I love this", "positive"),
    ("what a lovely day", "positive"),
    ("this is great", "positive"),
    ("정말 좋아요", "positive"),
    ("최고의 하루였어요", "positive"),
    ("happy to see you", "positive"),
    ("I hate this", "negative"),
    ("what a terrible day", "negative"),
    ("this is awful", "negative"),
    ("정말 싫어요", "negative"),
    ("최악의 하루였어요", "negative"),
    ("sorry to see this go wrong", "negative"),
]
