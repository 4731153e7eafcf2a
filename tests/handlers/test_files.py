"""Files that come with a command: looked at before they are fetched."""

import os
from dataclasses import dataclass, field, replace

import pytest

from bot.on_discord.setup.commands import payloads
from bot.on_slack.setup.manifest import SCOPES, manifest
from bot.on_terminal.conversation import Conversation
from bot.on_terminal.user_input import CommandLine
from handlers.reading.files import fetch_files
from handlers.types import Attachment, File, Language, Request, UserError
from tests.bot.example_table import EXAMPLES, MOST_BYTES, READ
from tests.handlers.conftest import ADMIN, running


@pytest.fixture
async def reader(tmp_path, checkpoints):
    async with running(tmp_path, checkpoints, table=EXAMPLES) as bot:
        yield bot


@dataclass
class Given:
    """A file as a platform gives it; notes whether it was fetched."""

    name: str = "notes.csv"
    content: bytes = b"milk"
    size: int | None = None
    fetched: list[int] = field(default_factory=list)

    def attachment(self):
        async def fetch(most_bytes):
            self.fetched.append(most_bytes)
            return self.content

        return Attachment(self.name, len(self.content) if self.size is None else self.size, fetch)


async def quiet(_reply):
    pass


async def run(reader, value):
    request = Request(READ, {"file": value}, ADMIN, reader.place, quiet)
    return await reader.dispatcher.run(request)


async def test_a_handler_gets_name_type_and_bytes(reader):
    given = Given("Notes.CSV", b"milk")
    assert (await run(reader, given.attachment())).text == "Notes.CSV (csv): milk"
    assert given.fetched == [MOST_BYTES]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Given(size=MOST_BYTES + 1), "file_too_large"),
        (Given(name="notes.exe"), "file_type"),
        (Given(name="csv"), "file_type"),
        (Given(name=".csv"), "file_type"),
        (Given(content=b""), "file_empty"),
        (Given(size=-1), "file_empty"),
    ],
)
async def test_what_cannot_be_read_is_not_even_fetched(reader, given, code):
    reply = await run(reader, given.attachment())
    assert reply.error.code == code
    assert not given.fetched


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Given(content=b"x" * (MOST_BYTES + 1), size=4), "file_too_large"),
        (Given(content=b"", size=4), "file_empty"),
    ],
)
async def test_what_a_platform_says_of_a_file_may_be_false(reader, given, code):
    assert (await run(reader, given.attachment())).error.code == code


@pytest.mark.parametrize("name", ["../../etc/notes.csv", "C:\\temp\\notes.csv", "/notes.csv"])
async def test_a_name_never_leads_anywhere(reader, name):
    assert (await run(reader, Given(name).attachment())).text == "notes.csv (csv): milk"


async def test_words_are_no_file(reader):
    assert (await run(reader, "notes.csv")).error.code == "no_file"
    assert await reader.code("/read") == "option_missing"


def test_the_type_is_what_the_name_ends_in():
    types = [File(name, b"").type for name in ("a.tar.GZ", "a", ".a", "a.", "")]
    assert types == ["gz", "", "", "", ""]


async def test_help_says_what_is_taken(reader):
    rows = (await reader.ok("/help read")).table.rows
    assert rows[0][1] == "a file: csv, txt; up to 0.001 MB"


def test_discord_is_asked_for_an_attachment():
    (option,) = payloads([READ], [])[0]["options"]
    assert (option["type"], option["required"]) == (11, True)


def test_slack_is_asked_for_the_right_to_read_files_only_where_there_are_some():
    assert "files:read" in SCOPES, "/dataset import takes one"
    assert "files:read" not in manifest(commands=[])["oauth_config"]["scopes"]["bot"]
    assert "files:read" in manifest(commands=[READ])["oauth_config"]["scopes"]["bot"]
    command = manifest(languages=(Language.ENGLISH,), commands=[READ])["features"]
    assert "usage_hint" not in command["slash_commands"][0]


async def test_a_handler_that_finds_out_the_encoding_gets_the_bytes_as_they_came(reader):
    content = "우유".encode("cp949")
    (option,) = READ.options
    raw = replace(READ, options=(replace(option, is_raw=True),))
    fetched = await fetch_files(raw, {"file": Given("notes.csv", content).attachment()})
    assert fetched["file"] == File("notes.csv", content)


class TestTerminal:
    @pytest.fixture
    def at(self, reader):
        async def at(path):
            conversation = Conversation(reader.dispatcher, ADMIN, reader.place, ADMIN.language)
            order = conversation.understand(CommandLine(f'/read file:"{path}"'))
            return await conversation.answer(order, quiet)

        return at

    async def test_a_path_is_read(self, at, tmp_path):
        (tmp_path / "my notes.txt").write_text("차", "utf-8")
        assert (await at(tmp_path / "my notes.txt")).text == "my notes.txt (txt): 차"

    async def test_a_text_is_decoded_strictly(self, at, reader, tmp_path):
        path = tmp_path / "notes.txt"
        path.write_bytes("우유\n정말 좋아요".encode("cp949"))
        refused = await at(path)
        assert refused.error.code == "file_looks_like"
        assert "line 1" in refused.text and "--encoding cp949" in refused.text
        path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10")
        assert (await at(path)).error.code == "file_encoding"
        for encoding in ("utf-8-sig", "utf-16"):
            path.write_bytes("차".encode(encoding))
            assert (await at(path)).text == "notes.txt (txt): 차"

    async def test_another_encoding_is_read_if_somebody_says_so(self, reader, tmp_path):
        path = tmp_path / "notes.txt"
        path.write_bytes("우유".encode("cp949"))
        conversation = Conversation(
            reader.dispatcher, ADMIN, reader.place, ADMIN.language, encoding="cp949"
        )
        order = conversation.understand(CommandLine(f"/read file:{path}"))
        assert (await conversation.answer(order, quiet)).text == "notes.txt (txt): 우유"

    async def test_what_is_no_file_is_not_opened(self, at, tmp_path):
        os.mkfifo(tmp_path / "pipe.csv")
        (tmp_path / "folder.csv").mkdir()
        codes = [
            (await at(path)).error.code
            for path in ("/dev/zero", "/dev/null", tmp_path / "pipe.csv", tmp_path / "folder.csv")
        ]
        assert codes == ["file_not_regular"] * 4

    async def test_what_is_not_there_is_said(self, at, tmp_path):
        for path in (tmp_path / "none.csv", "x" * 5000 + ".csv", "~nobody-has-this-name/x.csv"):
            assert (await at(path)).error.code == "file_not_there"

    async def test_too_large_too_little_and_of_another_type(self, at, tmp_path):
        (tmp_path / "large.csv").write_bytes(b"x" * (MOST_BYTES + 1))
        (tmp_path / "empty.csv").touch()
        (tmp_path / "notes.exe").write_bytes(b"x")
        codes = [
            (await at(tmp_path / name)).error.code
            for name in ("large.csv", "empty.csv", "notes.exe")
        ]
        assert codes == ["file_too_large", "file_empty", "file_type"]


async def test_a_file_that_is_gone_is_said(reader):
    async def gone(most_bytes):
        raise UserError("file_gone", name="notes.csv")

    assert (await run(reader, Attachment("notes.csv", 4, gone))).error.code == "file_gone"
