"""`tokki check`: what would fail later on this machine, without any platform."""

import asyncio
import os
import socket
from pathlib import Path

import pytest
from filelock import FileLock

from bot.checking import check
from bot.data_folder import LOCK_FILE
from bot.settings import Settings
from handlers.types import Language
from storage.database import Database
from storage.records import NewJob, NewVersion
from tests.models.tiny import KINDS

NO_PLATFORM = "✗ No platform is set up yet."


@pytest.fixture(autouse=True)
def _nothing_is_set(tmp_path, monkeypatch):
    for name in os.environ:
        if name.startswith(("TOKKI_", "DISCORD_", "SLACK_", "HF_", "RAY_")):
            monkeypatch.delenv(name)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def checked(tmp_path: Path, language: Language = Language.ENGLISH, **given: object) -> list[str]:
    said: list[str] = []
    settings = Settings(**{"data_dir": tmp_path / "data", **given})
    assert asyncio.run(check(settings, language, said.append)) == 2
    return said


def bad(said: list[str]) -> list[str]:
    """Of what is not well, all but that no platform is set up."""
    assert said[-1].startswith((NO_PLATFORM, "✗ 아직 연결된"))
    return [line for line in said[:-1] if line.startswith("✗ ")]


def test_all_is_well_and_nothing_is_made(tmp_path):
    said = checked(tmp_path)
    assert said[:-1] == [
        f"✓ Data folder: {tmp_path / 'data'} can be written.",
        "✓ Models: 6 can be asked, all of them bundled.",
    ]
    assert not (tmp_path / "data").exists()


def test_a_cluster_that_does_not_answer_is_told_and_so_is_its_store(tmp_path):
    (tmp_path / "a file").write_text("in the way")
    store = (tmp_path / "a file").as_uri()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        away, shut = bad(checked(tmp_path, ray_address=address, store_url=store))
    assert away.startswith(f"✗ Ray at {address}: Nobody answers at RAY_ADDRESS.")
    assert shut.startswith("✗ The store at TOKKI_STORE_URL cannot be used (")


def test_names_that_are_no_settings_are_told(tmp_path, monkeypatch):
    Path(".env").write_text("DISCORD_TOKE=abc\nSLACK_BOT_TOKEN: x\n")
    monkeypatch.setenv("TOKKI_LANGAUGE", "ko")
    Path(".env").chmod(0o600)
    first, second, third = bad(checked(tmp_path))
    assert "DISCORD_TOKE is no setting" in first and "Did you mean DISCORD_TOKEN?" in first
    assert "Did you mean TOKKI_LANGUAGE?" in second
    assert third.startswith("✗ Line 2 of .env is neither NAME=value nor a comment")


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_secrets_that_others_may_read(tmp_path):
    Path(".env").write_text("HF_TOKEN=abc\n")
    Path(".env").chmod(0o644)
    (line,) = bad(checked(tmp_path))
    assert "(rights 644): chmod 600 .env" in line
    Path(".env").chmod(0o600)
    assert not bad(checked(tmp_path))
    Path(".env").write_text("TOKKI_LANGUAGE=ko\n")
    Path(".env").chmod(0o644)
    assert not bad(checked(tmp_path))
    Path(".env").write_text("DISCORD_BOT_TOKEN=abc\n")
    assert "(rights 644)" in bad(checked(tmp_path))[1]


def test_a_misspelt_name_elsewhere_makes_no_secret_of_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("DISCORD_BOT_TOKEN", "abc")
    Path(".env").write_text("TOKKI_LANGUAGE=en\n")
    Path(".env").chmod(0o644)
    (line,) = bad(checked(tmp_path))
    assert "DISCORD_BOT_TOKEN" in line and "644" not in line


def test_a_data_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "data").write_text("in the way")
    (line,) = bad(checked(tmp_path, Language.KOREAN, data_dir=tmp_path / "data" / "x"))
    assert "열 수 없어요" in line and str(tmp_path / "data") in line


def test_a_database_that_is_none(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tokki.sqlite3").write_bytes(b"no database at all" * 100)
    (line,) = bad(checked(tmp_path))
    assert "not a database" in line


def test_models_that_are_not_there(tmp_path):
    (line,) = bad(checked(tmp_path, models="ours=/no/such/folder"))
    assert line == "✗ TOKKI_MODELS: the folder of “ours” is not there: /no/such/folder"
    (line,) = bad(checked(tmp_path, models="a=/x,b=/y"))
    assert "put spaces between them instead of commas" in line
    (line,) = bad(checked(tmp_path, models=r"ours=C:\models\ours"))
    assert r"C:\models\ours" in line
    (line,) = bad(checked(tmp_path, models="sentiment=/x"))
    assert "“sentiment” is bundled" in line


def test_models_that_cannot_be_used(tmp_path):
    (tmp_path / "empty").mkdir()
    (line,) = bad(checked(tmp_path, models=f"ours={tmp_path / 'empty'}"))
    assert line.startswith("✗ TOKKI_MODELS: The files of “ours” cannot be used: ")
    KINDS["bert"](tmp_path / "good")
    said = checked(tmp_path, models=f"ours={tmp_path / 'good'}")
    assert not bad(said)
    assert "✓ Models: 7 can be asked, ours by TOKKI_MODELS." in said
    weights = tmp_path / "good" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    assert len(bad(checked(tmp_path, models=f"ours={tmp_path / 'good'}"))) == 1


def test_a_tokenizer_alone_is_no_fault(tmp_path):
    KINDS["bert"](tmp_path / "whole")
    (tmp_path / "alone").mkdir()
    for file in (tmp_path / "whole").glob("tokenizer*"):
        file.rename(tmp_path / "alone" / file.name)
    said = checked(tmp_path, models=f"ours={tmp_path / 'alone'}")
    assert not bad(said)
    assert "· Model ours: it is a tokenizer alone, which /tokenize can be asked with." in said


def test_pinned_models_that_nobody_knows(tmp_path):
    (line,) = bad(checked(tmp_path, pinned_models="sentimnet"))
    assert line.endswith("no model “sentimnet”. Did you mean sentiment?")
    (line,) = bad(checked(tmp_path, pinned_models="nonesuch@3"))
    assert line.endswith("no model “nonesuch@3”.")
    asyncio.run(_trained(tmp_path / "data"))
    said = checked(tmp_path, pinned_models="sentiment ours ours@1 topics@0")
    assert not bad(said) and "✓ Trained in chat: 1 version can be asked as well." in said
    assert len(bad(checked(tmp_path, pinned_models="ours@2"))) == 1


async def _trained(folder: Path) -> None:
    database = await Database.open(folder / "tokki.sqlite3")
    job = await database.jobs.start(NewJob("discord:7", "a", "finetune", {"name": "ours"}), "me")
    version = NewVersion("discord:7", "ours", "models/x", "fillmask@0", ("a", "b"), {}, job.id)
    await database.versions.add(version)
    await database.close()


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (line,) = bad(checked(tmp_path, http_port=port))
        assert f"127.0.0.1 port {port} cannot be listened on" in line
    said = checked(tmp_path, http_port=port)
    assert not bad(said) and f"✓ Port: 127.0.0.1 port {port} is free." in said


def test_a_run_that_is_at_work_has_the_port_itself(tmp_path):
    (tmp_path / "data").mkdir()
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        FileLock(tmp_path / "data" / LOCK_FILE),
    ):
        said = checked(tmp_path, http_port=taken.getsockname()[1])
    assert not bad(said)
    assert f"✓ Data folder: tokki run is at work in {tmp_path / 'data'}." in said
