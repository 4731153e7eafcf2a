"""`/version export`: a zip that plain transformers load, the same for the same version."""

import io
import os
import re
import shutil
import zipfile
from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from handlers.types import Language, Role
from handlers.versions import exporting
from tests.handlers.conftest import ELSEWHERE, Bot


async def exported(bot, typed="ours@1"):
    reply = await bot.ok(f"/version export {typed}")
    (file,) = reply.files
    return reply, file


def unpacked(file, folder):
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        archive.extractall(folder)
        return archive.namelist()


async def test_plain_transformers_load_it_and_answer_alike(bot, made, tmp_path):
    await made("ours")
    reply, file = await exported(bot)
    assert file.name == "ours-1.zip" and "ours-1" in reply.text
    names = unpacked(file, tmp_path / "out")
    assert "ours-1/model.safetensors" in names and "ours-1/README.md" in names
    folder = tmp_path / "out" / "ours-1"
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True)
    with torch.inference_mode():
        shares = model(**tokenizer("good movie", return_tensors="pt")).logits.softmax(-1)[0]
    said = {model.config.id2label[n]: share for n, share in enumerate(shares.tolist())}
    answer = await bot.ok("/classify good movie model:ours@1")
    assert said == {bar.label: pytest.approx(bar.score, abs=1e-5) for bar in answer.bars}


async def test_the_same_version_is_the_same_file(bot, made, tmp_path):
    version = await made("ours")
    _, first = await exported(bot)
    for path in (tmp_path / version.folder).iterdir():
        os.utime(path, (1, 1))
    _, again = await exported(bot, "ours")
    assert first.content == again.content


async def test_what_is_hidden_or_leads_elsewhere_stays(bot, made, tmp_path):
    version = await made("우리")
    folder = tmp_path / version.folder
    (folder / ".lock").write_text("x")
    (tmp_path / "secret").write_text("hf_secret")
    (folder / "vocab.txt").symlink_to(tmp_path / "secret")
    (folder / "more").mkdir()
    _, file = await exported(bot, "우리@1")
    names = unpacked(file, tmp_path / "out")
    assert all(re.fullmatch(r"우리-1/[\w.-]+", name) for name in names)
    assert not {"우리-1/.lock", "우리-1/vocab.txt"} & set(names)
    assert b"hf_secret" not in file.content


async def test_larger_than_this_place_takes_says_where_it_is(bot, made):
    version = await made("ours")
    place = replace(bot.place, most_file_bytes=2_000)
    here = Bot(bot.dispatcher, bot.services, place)
    refused = await here.say("/version export ours@1")
    assert refused.error.code == "export_too_large"
    assert version.folder in refused.text and "/version publish" in refused.text
    korean = replace(bot.actor, language=Language.KOREAN)
    refused = await Bot(bot.dispatcher, bot.services, place, korean).say("/version export ours@1")
    assert "/버전 공개" in refused.text and version.folder in refused.text


async def test_no_file_is_larger_than_memory_should_hold(bot, made, monkeypatch):
    await made("ours")
    monkeypatch.setattr(exporting, "LARGEST_BYTES", 5_000)
    assert await bot.code("/version export ours@1") == "export_too_large"


async def test_files_that_are_gone_are_told(bot, made, tmp_path):
    version = await made("ours")
    shutil.rmtree(tmp_path / version.folder)
    refused = await bot.say("/version export ours@1")
    assert refused.error.code == "broken_checkpoint" and "ours@1" in refused.text


async def test_only_admins_of_here(bot, made):
    await made("ours")
    assert await bot.by("mina").code("/version export ours@1") == "role_admin"
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    assert await stranger.code("/version export ours@1") == "not_trained_here"
