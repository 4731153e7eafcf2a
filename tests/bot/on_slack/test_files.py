"""Files that are put into a form."""

import pytest
import pytest_asyncio

from bot.on_slack.setup.manifest import manifest
from tests.bot.example_table import EXAMPLES, MOST_BYTES
from tests.bot.on_slack.conftest import saying
from tests.waiting import until


@pytest_asyncio.fixture
async def tokki(tokki, server):
    tokki.table = EXAMPLES
    server.manifest = manifest(commands=EXAMPLES.commands)
    return tokki


@pytest.fixture
def form(lab):
    async def form():
        return await (await lab.boss.command(lab.channel, "/read", "")).opened()

    return form


async def test_a_file_is_read(lab, form):
    file = lab.boss.upload("notes.csv", "우유".encode())
    asked = await lab.boss.submit(await form(), {"option:file": [file]})
    assert "notes.csv (csv): 우유" in (await asked.answered()).text_shown


@pytest.mark.parametrize(
    ("name", "size", "says"),
    [
        ("notes.csv", MOST_BYTES + 1, "1,000 is the most"),
        ("notes.exe", 4, "csv, txt"),
        ("notes.csv", 0, "is empty"),
    ],
)
async def test_what_cannot_be_read_is_said_at_its_field(lab, form, server, name, size, says):
    file = lab.boss.upload(name, b"milk", size=size)
    asked = await lab.boss.submit(await form(), {"option:file": [file]}, check=False)
    assert says in asked.errors["option:file"]
    assert not server.count("files.info")


@pytest.mark.parametrize(
    "claimed",
    [
        {"id": "F0NONE", "name": "notes.csv", "size": 4},
        {"id": "F0NONE", "name": "notes.csv", "size": 4, "url_private": "http://127.0.0.1:9/x"},
    ],
)
async def test_a_file_that_is_not_there_is_said(lab, form, claimed):
    await lab.boss.submit(await form(), {"option:file": [claimed]}, check=False)
    await until(lambda: saying(lab.channel, "could not be fetched"), "a refusal")


async def test_what_slack_says_of_a_file_holds_not_what_the_form_claims(lab, form):
    file = lab.boss.upload("notes.csv", b"x" * (MOST_BYTES + 1))
    claimed = {**file.json(), "size": 4}
    await lab.boss.submit(await form(), {"option:file": [claimed]}, check=False)
    await until(lambda: saying(lab.channel, "1,000 is the most"), "a refusal")


async def test_a_page_to_sign_in_is_not_taken_for_the_file(lab, form, server):
    file = lab.boss.upload("notes.csv", b"milk", size=5)
    await lab.boss.submit(await form(), {"option:file": [file]})
    await until(lambda: saying(lab.channel, "could not be fetched"), "a refusal")


@pytest.mark.parametrize("forged", [[{}], [{"id": 1}], ["x"], [{"id": "F1", "name": "a"}]])
async def test_a_forged_file_is_refused_in_words(lab, form, forged):
    await lab.boss.submit(await form(), {"option:file": forged}, check=False)
    await until(lambda: saying(lab.channel, "does not know this"), "a refusal")


async def test_a_path_is_no_file(lab):
    asked = await lab.boss.command(lab.channel, "/read", "file:/etc/passwd")
    assert "takes a file, not words" in (await asked.answered()).text_shown
