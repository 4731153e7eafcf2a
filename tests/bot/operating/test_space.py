"""`tokki space`: what it writes, what it refuses, and the page that it serves."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import httpx2
import pytest

from bot.data_folder import DATABASE_FILE
from bot.operating.space import Wanted, make_space
from bot.settings import Settings
from handlers.types import Actor, Language, Place, Role
from storage.database import Database
from storage.records import NewVersion
from tests.models.tiny import KINDS
from tests.waiting import until

ROOT = Path(__file__).parents[3]
HERE = Place("terminal", "terminal:local", "terminal", is_private_property=True)
ELSEWHERE = "discord:2"
needs_gradio = pytest.mark.skipif(
    find_spec("gradio") is None, reason="gradio is not installed: tokki[space]"
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder with a version of another community."""
    folder = tmp_path_factory.mktemp("data")

    async def fill():
        database = await Database.open(folder / DATABASE_FILE)
        labels = ("negative", "neutral", "positive")
        for name in ("theirs", "gone"):
            KINDS["bert"](folder / "models" / name)
            new = NewVersion(ELSEWHERE, name, f"models/{name}", "fillmask@0", labels)
            await database.versions.add(new)
        await database.close()

    asyncio.run(fill())
    shutil.rmtree(folder / "models" / "gone")
    return folder


async def made(data, name, *, community="terminal:local", language=Language.ENGLISH, **more):
    told = []
    given = {"examples": (), "out": None, "is_served": False} | more
    actor = Actor("local", "local", Role.ADMIN, language)
    place = Place("terminal", community, "terminal", is_private_property=True)
    settings = Settings(data_dir=data)
    code = await make_space(settings, Wanted(name, **given), actor, place, told.append)
    return code, "\n".join(told)


async def test_a_version_of_a_community_becomes_a_folder(data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = await made(data, "theirs@1", community=ELSEWHERE)
    assert code == 0 and "python app.py" in said
    assert (tmp_path / "theirs-1-space" / "model" / "model.safetensors").is_file()
    card = (tmp_path / "theirs-1-space" / "README.md").read_text("utf-8")
    assert "## 한계" in card and "theirs" in card
    code, said = await made(data, "theirs@1", community=ELSEWHERE, language=Language.KOREAN)
    assert code == 2 and "이미 있고" in said


async def test_a_bundled_model_with_examples(data, tmp_path):
    code, _ = await made(data, "sentiment", out=tmp_path / "new" / "out", examples=("good ", " "))
    facts = json.loads((tmp_path / "new" / "out" / "space.json").read_text("utf-8"))
    assert code == 0 and facts["examples"] == [["good"]] and facts["name"] == "sentiment@0"


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("sentimant", {}, "sentiment"),
        ("theirs@1", {}, "theirs@1"),  # of another community
        ("gone@1", {"community": ELSEWHERE}, "gone@1"),
        ("bert-wordpiece", {}, "bert-wordpiece"),  # a tokenizer
        ("sentiment", {"examples": ("a",) * 11}, "10"),
        ("meaning", {"examples": ("a",)}, "|"),
    ],
)
async def test_what_cannot_be_made_is_told_and_nothing_is_written(data, tmp_path, name, more, said):
    code, told = await made(data, name, out=tmp_path / "out", **more)
    assert code == 2 and said in told and not (tmp_path / "out").exists()


async def test_a_folder_that_cannot_be_written(data, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    code, said = await made(data, "theirs@1", community=ELSEWHERE, out=tmp_path / "full")
    assert code == 2 and "not an empty folder" in said
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["x"]
    inside = tmp_path / "full" / "x" / "out"
    code, said = await made(data, "theirs@1", community=ELSEWHERE, out=inside)
    assert code == 2 and "cannot be written" in said
    (tmp_path / "empty").mkdir()
    code, _ = await made(data, "theirs@1", community=ELSEWHERE, out=tmp_path / "empty")
    assert code == 0 and (tmp_path / "empty" / "app.py").is_file()


@pytest.mark.skipif(find_spec("gradio") is not None, reason="gradio is installed")
async def test_serving_without_gradio_says_what_to_install(data, tmp_path):
    code, said = await made(data, "sentiment", out=tmp_path / "out", is_served=True)
    assert code == 2 and 'pip install "gradio>=' in said and not (tmp_path / "out").exists()


@needs_gradio
async def test_a_port_that_is_taken(data, tmp_path, monkeypatch):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        monkeypatch.setenv("GRADIO_SERVER_PORT", str(held.getsockname()[1]))
        code, said = await made(data, "sentiment", out=tmp_path / "out", is_served=True)
    assert code == 2 and "already in use" in said and "GRADIO_SERVER_PORT" in said


@needs_gradio
async def test_the_page_answers_over_http_and_ends_when_it_is_told_to(data, tmp_path):
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "space", "sentiment", "--serve", "--data", str(data)),
        cwd=ROOT,
        env=os.environ | {"GRADIO_SERVER_PORT": str(port), "LC_ALL": "C.UTF-8"},
    )
    try:
        address = f"http://127.0.0.1:{port}"
        async with httpx2.AsyncClient(base_url=address, trust_env=False) as client:
            await until(lambda: is_up(client, process), "the page")
            english, bars = (await ask(client, "I love this", "en-GB,en;q=0.9"))["complete"]
            korean, _ = (await ask(client, "음…", "ko-KR,ko"))["complete"]
            refused = (await ask(client, " ", "ko-KR,ko"))["error"]["error"]
            page = (await client.get("/")).text
        assert english == bars["label"] == "positive"
        assert sum(one["confidence"] for one in bars["confidences"]) == pytest.approx(1)
        assert korean.startswith("잘 모르겠어요")
        assert refused == "읽을 글이 없어요. 글을 써 주세요."
        assert "sentiment@0" in page
    finally:
        process.send_signal(signal.SIGTERM)
        code = await process.wait()
    assert code == 128 + signal.SIGTERM


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


async def is_up(client, process):
    assert process.returncode is None, "it ended by itself"
    try:
        return (await client.get("/")).status_code == 200
    except httpx2.TransportError:
        return False


async def ask(client, text, language):
    """Ask as any program may, by Gradio's own API: a question, then its events."""
    headers = {"Accept-Language": language}
    asked = await client.post("/gradio_api/call/predict", json={"data": [text]}, headers=headers)
    told = await client.get(f"/gradio_api/call/predict/{asked.json()['event_id']}", timeout=None)
    events = (part.split("\ndata: ", 1) for part in told.text.strip().split("\n\n"))
    return {name.removeprefix("event: "): json.loads(data) for name, data in events}
