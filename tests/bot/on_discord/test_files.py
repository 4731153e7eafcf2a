"""Files that are attached to a command."""

import pytest
import pytest_asyncio

from tests.bot.example_table import EXAMPLES, MOST_BYTES


@pytest_asyncio.fixture
async def tokki(tokki):
    tokki.table = EXAMPLES
    return tokki


async def test_an_attachment_is_read(lab, server):
    given = ("notes.csv", "text/csv", "우유".encode())
    asked = await lab.boss.slash(lab.channel, "read", {"file": given})
    assert "notes.csv (csv): 우유" in (await asked.answered()).text
    assert [each for each in server.requests if "notes.csv" in each.path]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("notes.csv", b"x" * (MOST_BYTES + 1), "1,000 is the most"),
        ("notes.exe", b"x", "csv, txt"),
        ("notes.csv", b"", "is empty"),
    ],
)
async def test_what_cannot_be_read_is_not_fetched(lab, server, name, content, says):
    asked = await lab.boss.slash(lab.channel, "read", {"file": (name, None, content)})
    answer = await asked.answered()
    assert answer.is_ephemeral and says in answer.text
    assert not [each for each in server.requests if name in each.path]


async def test_one_that_is_gone_is_said(lab, monkeypatch):
    world = lab.boss._world
    attach = world.attach

    def gone(*given):
        attachment = attach(*given)
        del world.attachments[attachment.id]
        return attachment

    monkeypatch.setattr(world, "attach", gone)
    asked = await lab.boss.slash(lab.channel, "read", {"file": ("notes.csv", None, b"milk")})
    assert "could not be fetched" in (await asked.answered()).text


async def test_without_a_file_it_is_asked_for_in_words(lab):
    asked = await lab.boss.slash(lab.channel, "read", {}, check=False)
    assert "needs file" in (await asked.answered()).text and asked.modal is None
