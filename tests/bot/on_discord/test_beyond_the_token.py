"""What takes longer than Discord lets a private answer be edited, and is no job."""

import asyncio

import pytest
import pytest_asyncio

from handlers.reading.lookup import CommandTable
from handlers.table import Bilingual, Command, ControlFamily
from handlers.types import Button, Reply, Visibility
from tests.waiting import until

GO = Button("upload:go", "Publish")


class Upload:
    """A question, and a button under it whose work takes as long as a test lets it."""

    def __init__(self):
        self.may_end = asyncio.Event()
        command = Command(
            name=Bilingual("upload", "올리기"),
            description=Bilingual("Put something up", "무언가를 올려요"),
            handler=self.ask,
            visibility=Visibility.PRIVATE,
            example=Bilingual("/upload", "/올리기"),
        )
        family = ControlFamily("upload", self.press, is_in_place=True, is_long=True)
        self.table = CommandTable((command,), controls=(family,))

    async def ask(self, request, services):
        return Reply(text="Shall it go up?", controls=(GO,))

    async def press(self, press, services):
        await press.progress(Reply(text="on its way"))
        await self.may_end.wait()
        return Reply(title="mina/feedback", text="it is there", controls=(GO,))


@pytest.fixture
def upload():
    return Upload()


@pytest_asyncio.fixture
async def tokki(tokki, upload):
    tokki.table = upload.table
    return tokki


@pytest.mark.parametrize(
    ("who", "where"),
    [("boss", "You asked for this in Lab."), ("mina", "Lab에서 부탁한 일이에요.")],
)
async def test_its_end_is_told_in_their_conversation(lab, server, upload, who, where):
    person = getattr(lab, who)
    question = await (await person.slash(lab.channel, "upload")).answered()
    pressed = await person.press(question, GO.id)
    await pressed.until(lambda message: "on its way" in message.text)
    pressed.expire()
    upload.may_end.set()
    (told,) = await until(lambda: server.dm(person).messages, "the end is told")
    assert "it is there" in told.text and where in told.text
    assert not told.controls  # there, they would be of another community
    assert not lab.channel.messages
