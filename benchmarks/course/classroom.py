"""Where the course is walked through: Tokki, a Hub on loopback, and a folder to paste code in."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, chdir
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
import transformers

from benchmarks.course.rows import Answer, Row
from bot.on_terminal.conversation import Conversation
from bot.on_terminal.user_input import read_input
from handlers.reading.grammar import Parsed
from handlers.table import Action
from handlers.types import Actor, Language, Reply, Role
from models.checkpoints.catalog import AllowedModel
from tests.handlers.coding.pasted import code_under, kept, run_pasted
from tests.handlers.coding.test_scripts import collected
from tests.handlers.conftest import Bot, running
from tests.handlers.hub.data.test_rows import FEATURES, ROWS, jsonl
from tests.models.tasks.test_question_answering import make as make_answerer
from tests.models.tiny import KINDS, LIMIT, wordpiece
from tests.models.writers import writer
from tests.servers.hub import LoopbackHub

_BUNDLED = Path(str(files("models.bundled")))
_TOKEN = "hf_writer"
_KINDS = {
    "tiny-classifier": "bert",
    "tiny-stars": "regression",
    "tiny-roberta": "roberta-mlm",
    "tiny-mlm": "mlm",
}
_WRITERS = {f"tiny-{kind}": kind for kind in ("t5", "m2m100", "gpt2", "chat")}
_TEXTS = "no,text\n1,I love this\n2,I hate this\n3,정말 재미있어요\n"


@dataclass(frozen=True, slots=True)
class Classroom:
    """Speaks as a student does, in English or in Korean."""

    bot: Bot
    endpoint: str
    desk: Path
    """Where code is pasted, and where paths begin."""

    def speaking(self, language: Language) -> Bot:
        """Return the student with another language."""
        actor = Actor("student", "student", Role.ADMIN, language)
        return Bot(self.bot.dispatcher, self.bot.services, self.bot.place, actor)

    async def ask(self, line: str, language: Language) -> Reply:
        """Give a line as at a terminal, and return what came of it.

        Raises:
            AssertionError: it was refused.
        """
        bot = self.speaking(language)
        talk = Conversation(bot.dispatcher, bot.actor, bot.place, language)

        async def progress(_: Reply) -> None:
            pass

        reply = await talk.answer(talk.understand(read_input(line)), progress)
        assert reply.error is None, (line, reply.error)
        return reply

    def means(self, line: str) -> Action:
        """Return the command that a line gives.

        Raises:
            AssertionError: it cannot be read.
        """
        read = self.bot.dispatcher.read(line)
        assert isinstance(read, Parsed), read
        return read.command

    async def press(self, reply: Reply, family: str, language: Language) -> Reply:
        """Press the first button of a family."""
        control = next(one for one in reply.controls if one.id.startswith(f"{family}:"))
        pressed = await self.speaking(language).press(control.id)
        assert pressed.error is None, (family, pressed.error)
        return pressed

    async def answer(self, row: Row, line: str, language: Language) -> Answer:
        """Give a row's command, and press its buttons one under the other."""
        reply = await self.ask(line, language)
        shown: Reply | None = None
        for family in row.buttons:
            shown = await self.press(shown or reply, family, language)
        is_one = reply.footer.get("query", "").removeprefix("#").isdecimal()
        return Answer(reply, await kept(self.speaking(language), reply) if is_one else {}, shown)

    async def code(self, row: Row, answer: Answer) -> str:
        """Return the plain code of a row: what the button shows, or what was written for it."""
        if row.plain:
            return row.plain
        shown = await code_under(self.speaking(Language.ENGLISH), answer.reply)
        return shown + row.prints

    async def paste(self, codes: Mapping[str, str]) -> dict[str, str]:
        """Run code in a process of its own; returns what it says."""
        hub = {"HF_ENDPOINT": self.endpoint, "HF_HOME": str(self.desk / "cache")}
        return await asyncio.to_thread(run_pasted, codes, self.desk, **hub)


@asynccontextmanager
async def classroom() -> AsyncIterator[Classroom]:
    """Open it: everything that is made lies in a folder that goes away."""
    with tempfile.TemporaryDirectory() as made:
        root, desk, data = (Path(made) / name for name in ("models", "desk", "data"))
        for folder in (root, desk, data):
            folder.mkdir()
        (desk / "texts.csv").write_text(_TEXTS, "utf-8")
        async with LoopbackHub() as hub:
            hub.uploads.writers[_TOKEN] = "student"
            allowed = await asyncio.to_thread(_fill, hub, root)
            async with running(data, _BUNDLED, allowed, hub.url, token=_TOKEN) as bot:
                room = Classroom(bot, hub.url, desk)
                await collected(room.speaking(Language.ENGLISH), desk, "feedback", "single")
                with chdir(desk):
                    yield room


def _fill(hub: LoopbackHub, root: Path) -> Sequence[AllowedModel]:
    """Put tiny models and a data set on the Hub; returns the models that may be asked."""
    for name, kind in _KINDS.items():
        KINDS[kind](root / name)
    for name, kind in _WRITERS.items():
        shutil.copytree(writer(root / "written", kind).folder, root / name)
    make_answerer(root / "tiny-answerer")
    _make_judge(root / "tiny-nli")
    repos = {
        name: hub.add(f"org/{name}", root / name)
        for name in (*_KINDS, *_WRITERS, "tiny-answerer", "tiny-nli")
    }
    hub.add("org/tiny-other", root / "tiny-classifier")
    rows = hub.add("org/rows", {"train.jsonl": jsonl().encode()}, is_dataset=True)
    hub.viewer.show(rows, FEATURES, ROWS)
    return [AllowedModel(name, repo.repo_id, repo.revision) for name, repo in repos.items()]


def _make_judge(folder: Path) -> None:
    """A head that says whether one text follows from another."""
    torch.manual_seed(3)
    labels = {0: "contradiction", 1: "neutral", 2: "entailment"}
    tokenizer = wordpiece()
    sizes: dict[str, Any] = {"hidden_size": 32, "num_hidden_layers": 2, "intermediate_size": 64}
    config = transformers.BertConfig(
        vocab_size=len(tokenizer),
        num_attention_heads=2,
        initializer_range=0.5,
        max_position_embeddings=LIMIT,
        id2label=labels,
        label2id={label: place for place, label in labels.items()},
        **sizes,
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
