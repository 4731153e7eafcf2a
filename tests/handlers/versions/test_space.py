"""A page answers as the chat does, from its folder alone; what has no page is told."""

import ast
import json
import re
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import yaml

from handlers.asking.checkpoints import find
from handlers.types import UserError
from handlers.versions.space import examples_in, space_of
from models.checkpoints.catalog import AllowedModel
from models.checkpoints.certainty.calibration import Calibration, write_calibration
from models.checkpoints.certainty.letters import Letters, packed, write_letters
from models.checkpoints.files import folder_of
from models.errors import FreshHead
from models.releases.space_folder import FolderTaken, files_of_space, write_space
from storage.records import NewVersion
from tests.handlers.conftest import running
from tests.handlers.versions.space_folders import ask_pages
from tests.models.tasks.test_token_classification import make as make_tagger
from tests.models.tiny import KINDS, LIMIT, wordpiece
from tests.servers.hub import LoopbackHub

BUNDLED = Path(str(files("models.bundled")))
ROOT = Path(__file__).parents[3]
CODE = ROOT / "models/releases/space"
LABELS = ("negative", "neutral", "positive")
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    root = tmp_path_factory.mktemp("copied")
    make_tagger(root / "names", wordpiece())
    write_calibration(root / "names", Calibration(temperature=1.7))
    for name, kind in (("stars", "regression"), ("rob", "roberta-mlm")):
        KINDS[kind](root / name)
    return root


@pytest.fixture
async def bot(tmp_path, copied):
    allowed = [AllowedModel(path.name, folder=path) for path in copied.iterdir()]
    async with running(tmp_path, BUNDLED, allowed) as bot:
        yield bot


async def version(bot, where, labels=LABELS):
    """One with a model of letters and a temperature, as a training leaves it."""
    rng = np.random.default_rng(2)
    KINDS["bert"](where)
    config = json.loads((where / "config.json").read_text("utf-8"))
    config["id2label"] = dict(enumerate(labels))
    config["label2id"] = {label: place for place, label in enumerate(labels)}
    (where / "config.json").write_text(json.dumps(config), "utf-8")
    groups = (" g", "oo", "d ", "good", "v", "e")
    numbers = packed(rng.random(len(groups)) + 1), packed(rng.normal(size=(len(groups), 3)))
    write_letters(where, Letters(groups, *numbers, (0.1, 0.2, -0.3)))
    write_calibration(where, Calibration(temperature=1.7, unsure_below=0.4))
    folder = f"models/trained/{where.name}"
    new = NewVersion("terminal:local", where.name, folder, "fillmask@0", labels)
    return await bot.services.storage.versions.add(new)


async def made(bot, name, target, card=None, examples=()):
    checkpoint = await find(bot.services, bot.place.community, name)
    community = bot.place.community
    space = await space_of(bot.services, community, checkpoint, card, examples)
    write_space(space, folder_of(checkpoint), target)
    return space


CLASSIFIED = {
    "sentiment": (
        "I love this",
        "완전 별로였어요",
        "?!…",
        "와 서울에 비가 온다 ＡＢ e\u0301 \u200b",
    ),
    "emotions": ("thank you, you idiot", "이게 뭐야"),
    "ours@1": ("good movie", "a", "good " * 60),
}
TAGGED = {
    "entities": ("김민수는 Mina Kimberley와 2024년 3월에 서울에서 McDonald's로 갔다", "그리고"),
    "names": ("오늘 나는 good movie the end", "  two  spaces"),
}
FILLED = {"fillmask": ("배우들의 연기가 정말 ___", "The food was [MASK]."), "rob": ("good <mask>",)}
REFUSED = {
    "ours@1": [["ko", " \u200b "]],
    "rob": [["en", "good"], ["ko", "<mask> ___"], ["en", "good " * 60 + "<mask>"]],
}
COMPARED = ("버스가 늦게 와요", "We wait for the bus")


async def test_each_page_answers_as_the_chat_does(bot, tmp_path):
    await version(bot, tmp_path / "models/trained/ours")
    asked = {**CLASSIFIED, **TAGGED, **FILLED}
    questions = {name: [["en", text] for text in texts] for name, texts in asked.items()}
    questions["meaning"] = [["en", *COMPARED], ["ko", *COMPARED]]
    for name in questions:
        await made(bot, name, tmp_path / "out" / name)
    for name, refused in REFUSED.items():
        questions[name] += refused
    said = ask_pages({tmp_path / "out" / name: each for name, each in questions.items()})

    assert said["ours@1"].pop() == "refused: 읽을 글이 없어요. 글을 써 주세요."
    assert f"only the first {LIMIT} of its 62 tokens" in said["ours@1"][-1][0]
    assert "behind what the model reads" in said["rob"].pop()
    assert said["rob"].pop().startswith("refused: 빈칸을 하나")
    assert said["rob"].pop().startswith("refused: Write one blank")
    for name, texts in CLASSIFIED.items():
        for text, (sentence, scores) in zip(texts, said[name], strict=True):
            answer = await bot.ok(f'/classify "{text}" model:{name}')
            wanted = {bar.label: bar.score for bar in answer.bars}
            assert scores == {label: pytest.approx(wanted[label], abs=1e-5) for label in wanted}
            assert sentence.splitlines()[0] == answer.title, (name, text)
    for name, texts in TAGGED.items():
        for text, (_, marked, table) in zip(texts, said[name], strict=True):
            answer = await bot.ok(f'/entities "{text}" model:{name}')
            rows = answer.table.rows if answer.table else ()
            marks = answer.marked.marks if answer.marked else ()
            found = [(one["start"], one["end"], one["entity"]) for one in marked["entities"]]
            assert found == [(mark.start, mark.end, mark.label) for mark in marks]
            assert [row[0] for row in table["data"]] == [row[0] for row in rows]
            for row, wanted in zip(table["data"], rows, strict=True):
                assert re.match(r"[\d.]+%", wanted[2])[0] == row[2] and row[3] == wanted[3]
    for name, texts in FILLED.items():
        for text, (_, words) in zip(texts, said[name], strict=True):
            answer = await bot.ok(f'/fillmask "{text}" model:{name}')
            wanted = {bar.label: bar.score for bar in answer.bars}
            assert words == {word: pytest.approx(wanted[word], abs=1e-5) for word in wanted}
    answer = await bot.ok(f'/similar "{COMPARED[0]}" other:"{COMPARED[1]}"')
    (english, cosine), (korean, _) = said["meaning"]
    assert answer.title == f"Cosine {cosine:.2f}" and english in answer.text
    assert korean != english and re.search("[가-힣]", korean)


async def test_the_folder_has_all_that_it_needs_and_nobody_s_text(bot, tmp_path):
    await version(bot, tmp_path / "models/trained/ours")
    out = tmp_path / "out"
    await made(bot, "ours@1", out, card="# ours@1\n\n한국어")
    assert {path.name for path in out.iterdir()} == {
        *("README.md", "app.py", "model", "model.py", "predict.py", "requirements.txt"),
        *("second_opinions.py", "space.json"),
    }
    assert (out / "model" / "model.safetensors").is_file()
    front, body = (out / "README.md").read_text("utf-8").split("\n---\n", 1)
    said = yaml.safe_load(front.removeprefix("---\n"))
    assert said["sdk"] == "gradio" and said["app_file"] == "app.py" and "models" not in said
    assert said["title"] == "ours@1" and body.strip() == "# ours@1\n\n한국어"
    facts = json.loads((out / "space.json").read_text("utf-8"))
    assert facts["examples"] == [["The food is good"], ["음식이 맛있어요"]]
    assert facts["texts"]["en"].keys() == facts["texts"]["ko"].keys()
    with pytest.raises(FolderTaken):
        await made(bot, "ours@1", out)
    with pytest.raises(FileExistsError):
        await made(bot, "ours@1", out / "app.py" / "more")


async def test_what_people_call_things_is_no_markup(bot, tmp_path):
    labels = (HOSTILE, "</script><script>", "[x](javascript:alert)")
    await version(bot, tmp_path / "models/trained/ours", labels)
    space = await made(bot, "ours@1", tmp_path / "out", examples=(HOSTILE,))
    facts = json.loads((tmp_path / "out" / "space.json").read_text("utf-8"))
    assert facts["labels"] == list(labels)  # data, which Gradio shows as text
    assert space.facts["heading"] == "# ours\\@1"
    assert HOSTILE not in (tmp_path / "out" / "README.md").read_text("utf-8")


async def test_what_has_no_page_is_told(bot, tmp_path, copied):
    with pytest.raises(UserError) as error:
        await made(bot, "stars", tmp_path / "stars")
    assert error.value.code == "space_not_for" and error.value.facts["can"] == "regression"
    assert not (tmp_path / "stars").exists()
    config = json.loads((copied / "rob" / "config.json").read_text("utf-8"))
    config["architectures"] = ["RobertaForSequenceClassification"]
    fresh = copied / "rob" / "config.json"
    before = fresh.read_text("utf-8")
    fresh.write_text(json.dumps(config), "utf-8")
    with pytest.raises(FreshHead):  # it would be a random one on the page
        await made(bot, "rob", tmp_path / "fresh")
    fresh.write_text(before, "utf-8")


@pytest.mark.parametrize(
    ("typed", "code"), [("a | " * 11 + "a", "space_examples"), ("a" * 301, "space_examples")]
)
def test_examples_that_are_too_many_or_too_long(typed, code):
    with pytest.raises(UserError) as error:
        examples_in(typed)
    assert error.value.code == code


async def test_an_example_of_a_comparison_has_two_texts(bot, tmp_path):
    space = await made(bot, "meaning", tmp_path / "out", examples=("a | b",))
    assert space.facts["examples"] == [["a", "b"]]
    with pytest.raises(UserError) as error:
        await made(bot, "meaning", tmp_path / "no", examples=("a",))
    assert error.value.code == "space_example_pair"


async def test_a_model_of_the_hub_stays_there(tmp_path, copied):
    with LoopbackHub() as hub:
        folder = tmp_path / "tiny"
        KINDS["bert"](folder)
        repo = hub.add("org/tiny", folder)
        allowed = [AllowedModel("tiny", "org/tiny", repo.revision)]
        async with running(tmp_path, copied, allowed, hub.url) as bot:
            checkpoint = await find(bot.services, bot.place.community, "tiny")
            checkpoint = await bot.services.models.fetch(checkpoint, lambda _: None)
            space = await space_of(bot.services, "x", checkpoint, None, ())
            write_space(space, folder_of(checkpoint), tmp_path / "out")
        front = (tmp_path / "out" / "README.md").read_text("utf-8").split("---")[1]
        assert yaml.safe_load(front)["models"] == ["org/tiny"]
        assert not (tmp_path / "out" / "model").exists()
        facts = json.loads((tmp_path / "out" / "space.json").read_text("utf-8"))
        assert (facts["repo"], facts["revision"]) == ("org/tiny", repo.revision)


def test_the_requirements_are_ours_and_enough():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ours = {*project["dependencies"], *project["optional-dependencies"]["space"]}
    wanted = (CODE / "requirements.txt").read_text("utf-8").split()
    assert set(wanted) <= ours
    named = {re.split("[<>=]", line)[0].replace("-", "_") for line in wanted}
    own = {path.stem for path in CODE.glob("*.py")} | {"predict"}
    for path in CODE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            packages = {name.partition(".")[0] for name in names}
            assert packages <= named | own | sys.stdlib_module_names, path


async def test_its_gradio_is_within_the_requirements(bot, tmp_path):
    checkpoint = await find(bot.services, bot.place.community, "sentiment")
    space = await space_of(bot.services, "x", checkpoint, None, ())
    text = files_of_space(space, folder_of(checkpoint))["README.md"].decode()
    assert yaml.safe_load(text.split("---")[1])["license"] == "cc-by-sa-4.0"
    version_of_it = yaml.safe_load(text.split("---")[1])["sdk_version"]
    assert "gradio>=6.31,<7" in (CODE / "requirements.txt").read_text("utf-8")
    assert (6, 31) <= tuple(map(int, version_of_it.split(".")[:2])) < (7,)
