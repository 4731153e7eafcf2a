"""Each code, run as it was shown, gives the answer that it was shown under."""

import ast
import asyncio
import csv
import io
import shutil
import zipfile
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from bot.answering.words import clean
from handlers.coding.snippet import LONGEST, literal
from handlers.types import Actor, Language, Role
from models.checkpoints.catalog import AllowedModel
from models.checkpoints.certainty.calibration import Calibration, write_calibration
from models.checkpoints.certainty.letters import Letters, packed, write_letters
from storage.records import NewVersion
from tests.handlers.analysing.test_zero_shot import inferers
from tests.handlers.batch.test_batch import give
from tests.handlers.coding.pasted import code_under, kept, numbers_in, run_here, run_pasted, scores
from tests.handlers.conftest import ELSEWHERE, Bot, running
from tests.models.tasks.test_token_classification import make as make_tagger
from tests.models.tiny import KINDS, wordpiece
from tests.servers.hub import LoopbackHub

__all__ = ["inferers"]

BUNDLED = Path(str(files("models.bundled")))
HOSTILE = (
    "it's \"\"\" a ''' trap\\ {0} $text `rm` ```\n# @head\u202e\u200d 👩‍👩‍👧 e\u0301 ＡＢ\tend\\"
)
COPIED = ("names", "stars", "rob", "nli", "two")
KOREAN = Actor("admin", "admin", Role.ADMIN, Language.KOREAN)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, inferers: Path) -> Path:
    """The folders of an operator's models, as somebody would have copied them."""
    root = tmp_path_factory.mktemp("copied")
    make_tagger(root / "names", wordpiece())
    write_calibration(root / "names", Calibration(temperature=1.7))
    KINDS["regression"](root / "stars")
    KINDS["roberta-mlm"](root / "rob")
    KINDS["bert"](root / "of_the_hub")
    for name in ("nli", "two"):
        shutil.copytree(inferers / name, root / name)
    return root


@pytest_asyncio.fixture
async def student(tmp_path: Path, folders: Path, server: LoopbackHub) -> AsyncIterator[Bot]:
    allowed = [AllowedModel(name, folder=folders / name) for name in COPIED]
    revision = server.add("org/tiny", folders / "of_the_hub").revision
    allowed.append(AllowedModel("tiny", repo_id="org/tiny", revision=revision))
    async with running(tmp_path, BUNDLED, allowed, server.url) as bot:
        yield bot


def near(wanted: dict[str, float]) -> object:
    return {name: pytest.approx(value, abs=1e-4) for name, value in wanted.items()}


ASKED = {
    "one": "/classify I love this",
    "hostile": "/classify " + HOSTILE.replace("\n", " "),
    "several": "/classify thank you, you idiot model:emotions",
    "of_the_hub": "/classify good movie model:tiny",
    "value": "/classify good movie model:stars",
    "pair": '/classify good movie pair:"bad food" model:nli',
    "filled": "/fillmask 배우들의 ___ 정말 [MASK] top:3",
    "filled_by_bytes": "/fillmask good <mask> food model:rob",
    "similar": '/similar 버스가 늦게 와요 other:"We wait for the bus"',
    "by_meaning": '/zeroshot 골키퍼가 막았어요 labels:"스포츠 = 운동 경기, 정치, 날씨"',
    "entailed": "/zeroshot good movie labels:food,movie model:nli",
    "entailed_each": "/zeroshot good movie labels:food,movie multi:several model:nli",
    "entailed_of_two": "/zeroshot good movie labels:food,movie multi:several model:two",
    "explained": "/explain I really love this movie",
    "compared": '/compare I love this models:"sentiment, emotions, stars"',
    "spans": "/entities 오늘 나는 good movie the end model:names",
    "first": "/entities 오늘 나는 good movie the end aggregation:first model:names",
    "spaces": "/entities 민수는 서울에서 구글에 다녀요 aggregation:simple",
    "tokens": "/entities good movie the end aggregation:none model:names",
    "path": "/entities 김민수는 Mina Kimberley와 2024년 3월에 서울에서 McDonald's로 갔다",
    "trained": "/classify good movie model:ours@1",
    "explained_trained": "/explain good movie model:ours@1",
    "compared_trained": '/compare good movie models:"ours@1, sentiment"',
}


async def test_each_code_gives_its_answer(student, server, folders, tmp_path):
    await train(student, tmp_path / "models" / "trained" / "one")
    replies = {name: await student.ok(line) for name, line in ASKED.items()}
    codes = {name: await code_under(student, reply) for name, reply in replies.items()}
    answers = {name: await kept(student, reply) for name, reply in replies.items()}
    file = (await student.ok("/version export ours@1")).files[0]
    zipfile.ZipFile(io.BytesIO(file.content)).extractall(folders)
    revision = server.repos["org/tiny"].revision
    assert f'revision = "{revision}"' in codes["of_the_hub"] and '"org/tiny"' in codes["of_the_hub"]
    server.seen.clear()
    cache = {"HF_ENDPOINT": server.url, "HF_HOME": str(tmp_path / "cache")}
    said = await asyncio.to_thread(run_pasted, codes, folders, **cache)
    assert any(revision in request.path for request in server.seen)

    for name in ("one", "hostile", "several", "of_the_hub", "trained"):
        answer = answers[name]
        assert scores(said[name]) == near(
            dict(zip(answer["labels"], answer["scores"], strict=True))
        )
    assert scores(said["pair"]) == near(dict(answers["pair"]["of_pair"]))
    assert scores(said["value"]) == near(answers["value"]["values"])
    for name in ("filled", "filled_by_bytes"):
        masks = enumerate(answers[name]["masks"], start=1)
        wanted = {f"{n} {one['token']}": one["score"] for n, mask in masks for one in mask}
        assert scores(said[name]) == near(wanted)
    assert float(said["similar"]) == pytest.approx(answers["similar"]["cosine"], abs=1e-4)
    for name in ("by_meaning", "entailed", "entailed_each", "entailed_of_two"):
        assert scores(said[name]) == near(dict(answers[name]["zero_shot"]))
    for name in ("explained", "explained_trained"):
        answer = answers[name]
        assert scores(said[name]) == near(
            {answer["label"]: answer["score"], **dict(answer["moved"])}
        )
    for name in ("compared", "compared_trained"):
        (row,) = replies[name].table.rows
        shown = [line.rpartition(" ")[2] for line in said[name].splitlines() if ": " in line]
        for cell, number in zip(row[1:], shown, strict=True):
            wanted = cell.split()[-1]
            assert wanted in (f"{float(number):.1%}", f"{float(number):.4g}")
    for name in ("spans", "first", "tokens", "spaces", "path"):
        spans = answers[name]["entities"]
        wanted = {
            f"{one['start']}–{one['end']} {one['text']} {one['label']}": one["score"]
            for one in spans
        }
        assert spans and scores(said[name]) == near(wanted)


async def train(bot: Bot, where: Path) -> None:
    """Make a version with a model of letters and a temperature, as a training leaves it."""
    rng = np.random.default_rng(2)
    KINDS["bert"](where)
    groups = (" g", "oo", "d ", "good", "v", "e")
    weights = packed(rng.normal(size=(len(groups), 3)))
    write_letters(
        where, Letters(groups, packed(rng.random(len(groups)) + 1), weights, (0.1, 0.2, -0.3))
    )
    write_calibration(where, Calibration(temperature=1.7))
    labels = ("negative", "neutral", "positive")
    version = NewVersion("terminal:local", "ours", "models/trained/one", "fillmask@0", labels, {})
    await bot.services.storage.versions.add(version)


async def test_the_code_of_pieces_and_numbers(student, folders):
    replies = {
        "lines": await student.ok("/classify I love this\nI hate this"),
        "vector": await student.ok("/vector 안녕하세요"),
        "rows": await student.ok("/vector good pooling:none model:rob"),
        "pieces": await student.ok('/tokenize good `x`\nit\'s "the" end'),
        "two": await student.ok(
            "/tokenize 안녕 pair:hello model:bert-wordpiece compare:roberta-bytes"
        ),
    }
    codes = {name: await code_under(student, reply) for name, reply in replies.items()}
    saved = {name: codes[name].replace("vector.npy", f"{name}.npy") for name in ("vector", "rows")}
    said = run_here(codes | saved, folders)
    assert [line.split(":")[0].strip() for line in said["lines"].splitlines()] == [
        *("I love this", "positive", "negative"),
        *("I hate this", "negative", "positive"),
    ]
    for name in ("vector", "rows"):
        wanted = np.load(io.BytesIO(replies[name].files[0].content))
        np.testing.assert_allclose(np.load(folders / f"{name}.npy"), wanted, atol=1e-4)
    (first, second) = numbers_in(said["pieces"])
    for number, found in (("1", first), ("2", second)):
        rows = [row for row in replies["pieces"].table.rows if row[0] == number and row[4] == "1"]
        assert found == [int(row[3]) for row in rows]
    rows = replies["two"].table.rows
    (one, other) = numbers_in(said["two"])
    assert one == [int(row[2]) for row in rows if row[2]]
    assert other == [int(row[5]) for row in rows if row[5]]
    assert str([int(row[3]) for row in rows if row[2]]) in said["two"]


async def test_the_code_of_a_file_writes_the_same_answers(student, folders):
    rows = (
        *("번호,문장,label", "1,정말 재미있어요,내 것", "2,,", "3,너무,많은,칸", "4,모자란 칸"),
        '5,"I hate it, really",=1',
    )
    content = "\r\n".join((*rows, "")).encode("cp949")
    reply = await give(student, content, "의견.csv")
    assert (await student.by("else").press("code:job:1")).error.code == "code_of_others"
    code = (await student.press("code:job:1")).code
    (folders / "의견.csv").write_bytes(content)
    run_here({"batch": code}, folders)
    (file,) = reply.files
    written = table_of((folders / file.name).read_bytes())
    assert [row["번호"] for row in written] == ["1", "2", "5"]
    assert [row["label"] for row in written] == ["내 것", "", "=1"]
    for row, wanted in zip(written, table_of(file.content), strict=True):
        assert row["문장"] == wanted["문장"]
        assert (row["label (2)"] or "") == wanted["label (2)"]
        if wanted["probability"]:
            assert float(row["probability"]) == pytest.approx(
                float(wanted["probability"]), abs=1e-4
            )


def table_of(content: bytes) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]


async def test_it_is_for_who_asked_and_there_after_a_restart(tmp_path, checkpoints):
    async with running(tmp_path, checkpoints) as bot:
        reply = await bot.ok("/classify good movie")
        assert (await bot.by("else").press("code:1")).error.code == "code_of_others"
        elsewhere = bot.by("admin", place=ELSEWHERE)
        assert (await elsewhere.press("code:1")).error.code == "answer_gone"
        await bot.ok("/models")
        await bot.ok("/modelinfo")
        assert (await bot.press("code:2")).error.code == "answer_gone"
        for forged in ("code:", "code:2-1", "code:1-9999", "code:x", "code:1:2"):
            assert (await bot.press(forged)).error.code == "unknown_control", forged
    async with running(tmp_path, checkpoints) as bot:
        code = await code_under(bot, reply)
        assert 'text = "good movie"' in code
        assert 10 <= len(code.splitlines()) <= 30
        korean = await code_under(Bot(bot.dispatcher, bot.services, actor=KOREAN), reply)
        assert "토크나이저가 글을" in korean and "tokenizer(text" in korean


async def test_long_texts_are_shortened_and_said_to_be(bot):
    reply = await bot.ok(f"/classify {'movie ' * 1000}")
    code = await code_under(bot, reply)
    assert f"shortened to {LONGEST:,} characters" in code and len(code) < LONGEST + 1500
    other = await bot.ok(f'/similar good other:"{"movie " * 1000}" model:body')
    assert "# other: shortened" in await code_under(bot, other)
    marked = await bot.ok(f"/classify {'<' * 1000}")
    shown = await bot.press(marked.controls[-1].id)
    assert shown.code is None and shown.files[0].name == "classify.py"
    assert reply.controls[-1].label == "Show me the code"


@pytest.mark.parametrize(
    "text", [HOSTILE, '"', "'", "\\", "\"'`", "한글 ㅎㅏㄴ", "\u3164\ufe0f", "a\r\nb\x00"]
)
def test_a_text_is_the_same_once_it_was_pasted(text):
    written = literal(text)
    assert ast.literal_eval(written) == text
    assert "`" not in written and "\n" not in written and clean(written) == written
