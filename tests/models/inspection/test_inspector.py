"""Folders of strangers: each is refused in one sentence, and others are answered before and after.

What would freeze, fill or end a process is read in one that may.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from models.engines.protocol import Limits
from models.errors import BrokenCheckpoint
from models.inspection.inspector import Inspector
from models.reasons import Reason
from models.results import Checkpoint
from models.service.service import ModelService
from models.tasks.classification import TextToClassify
from models.tasks.text_generation import Prompt
from models.tasks.text_to_text import TextToRewrite
from models.tasks.tokenization import LinesToTokenize
from tests.models.engine_help import running
from tests.models.inspection import folders
from tests.models.inspection.folders import Spoil, changed, header, replacing, shaped, spoiled
from tests.models.writers import writer

SECRET = Path(__file__)
"""Of no checkpoint, at least."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def careful(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ModelService]:
    """A service whose processes stay for the next test: what they import takes seconds."""
    root = tmp_path_factory.mktemp("careful")
    async with running(root, inspector=Inspector()) as service:
        yield service


TO_CLASSIFY: dict[str, tuple[Spoil, str]] = {
    "a name for each of so many labels": (
        changed("config.json", id2label=None, label2id=None, num_labels=600_000_000),
        Reason.CONFIG_ABSURD.of("num_labels"),
    ),
    "numbers that fill a page": (
        header(shaped(",".join(["8" * 3_000] * 900))),
        Reason.WEIGHTS_HEADER_UNREADABLE,
    ),
    "more dimensions than there are": (
        header(shaped(",".join(["1"] * 5_000))),
        Reason.WEIGHTS_HEADER_UNREADABLE,
    ),
    "an end that is no number": (header(shaped("1", "1e999")), Reason.WEIGHTS_HEADER_UNREADABLE),
    "tensors without an end": (header(folders.tensors(60_000)), Reason.WEIGHTS_HEADER_ABSURD),
    "groups built one by one": (
        changed("config.json", model_type="albert", num_hidden_groups=700_000, embedding_size=8),
        Reason.CONFIG_ABSURD.of("num_hidden_groups"),
    ),
    "a config in a config in a config": (
        lambda folder: (folder / "config.json").write_text('{"c":' * 300 + "{}" + "}" * 300),
        Reason.FILE_ABSURD.of("config.json"),
    ),
}
TO_TOKENIZE: dict[str, tuple[Spoil, str]] = {
    "a letter that becomes a book": (
        changed("tokenizer.json", normalizer=replacing(("o", "u" * 700_000))),
        Reason.FILE_ABSURD.of("tokenizer.json"),
    ),
    "a letter that becomes a page of pages": (
        changed("tokenizer.json", normalizer=replacing(("o", "p" * 90), ("p", "q" * 90))),
        Reason.FILE_ABSURD.of("tokenizer.json"),
    ),
    "a book before each text": (
        changed("tokenizer.json", normalizer={"type": "Prepend", "prepend": "u" * 700_000}),
        Reason.FILE_ABSURD.of("tokenizer.json"),
    ),
    "more extra words than words": (
        changed("tokenizer_config.json", tokenizer_class="T5Tokenizer", extra_ids=70_000_000),
        Reason.FILE_ABSURD.of("tokenizer_config.json"),
    ),
}
UNFIT_TEMPLATES = {
    "it raises": "{{ raise_exception('no') }}",
    "it says something else": "{{ 'good' }}",
    "it says a message twice": "{{ messages[0].content }}{{ messages[0].content }}",
    "it puts a book around a message": "{{ 'a ' * 20000 }}{{ messages[0].content }}",
}
ODD_FILES: dict[str, tuple[Spoil, str]] = {
    "a pipe": (folders.pipe("README.md"), Reason.FILE_NO_FILE.of("README.md")),
    "a link to elsewhere": (
        folders.link("README.md", SECRET),
        Reason.FILE_ASTRAY.of("README.md"),
    ),
}


def templated(root: Path, kind: str, template: str) -> Checkpoint:
    """A network that writes, with a template of a stranger's."""
    checkpoint = writer(root, kind)
    (root / kind / "chat_template.jinja").write_text(template)
    return checkpoint


@pytest.mark.asyncio(loop_scope="module")
class TestStrangers:
    """All with the same two processes."""

    async def test_an_honest_one_is_answered_and_described(
        self, careful: ModelService, stranger: Checkpoint
    ) -> None:
        assert await careful.ask(stranger, TextToClassify("good movie"))
        assert (await careful.describe(stranger)).model_type == "bert"
        overview = await careful.overview(stranger)
        assert overview is not None
        assert overview.labels == ("negative", "neutral", "positive")

    @pytest.mark.parametrize("case", TO_CLASSIFY)
    async def test_a_network(self, careful: ModelService, stranger: Checkpoint, case: str) -> None:
        spoil, reason = TO_CLASSIFY[case]
        with pytest.raises(BrokenCheckpoint) as caught:
            await careful.ask(spoiled(stranger, spoil), TextToClassify("good"))
        assert caught.value.facts["reason"] == reason

    async def test_the_template_of_a_chat(self, careful: ModelService, tmp_path: Path) -> None:
        checkpoint = writer(tmp_path, "chat")
        assert (await careful.ask(checkpoint, Prompt("good", Limits(2)))).length == 2

    async def test_a_template_that_draws_is_run_once_for_all_loads(
        self, careful: ModelService, tmp_path: Path
    ) -> None:
        """What it does another time nobody has tried: it may make gigabytes, or never end."""
        checkpoint = templated(
            tmp_path, "chat", "{{ lipsum(n=3, html=false) }}{{ messages[0].content }}"
        )
        read = set()
        for _ in range(3):
            read.add((await careful.ask(checkpoint, Prompt("good", Limits(2)))).tokens)
            await careful.discard(checkpoint)
        assert len(read) == 1

    @pytest.mark.parametrize("case", UNFIT_TEMPLATES)
    async def test_a_template_that_makes_nothing_of_use(
        self, careful: ModelService, tmp_path: Path, case: str
    ) -> None:
        checkpoint = templated(tmp_path, "chat", UNFIT_TEMPLATES[case])
        with pytest.raises(BrokenCheckpoint) as caught:
            await careful.ask(checkpoint, Prompt("good", Limits(2)))
        assert caught.value.facts["reason"] == Reason.TEMPLATE_FAILS

    async def test_a_template_with_half_a_letter(
        self, careful: ModelService, tmp_path: Path
    ) -> None:
        checkpoint = templated(tmp_path, "chat", "{{ '\\ud83d' }}{{ messages[0].content }}")
        assert (await careful.ask(checkpoint, Prompt("good", Limits(2)))).length == 2

    async def test_a_template_that_no_task_asks_for_is_not_run(
        self, careful: ModelService, tmp_path: Path
    ) -> None:
        checkpoint = templated(tmp_path, "bart", "{{ 'a' * 10000000000 }}")
        assert await careful.ask(checkpoint, TextToRewrite("good", limits=Limits(2)))

    async def test_settings_that_fill_a_book(self, careful: ModelService, tmp_path: Path) -> None:
        checkpoint = writer(tmp_path, "chat")
        (tmp_path / "chat/generation_config.json").write_text("{}" + " " * 8_000_000)
        with pytest.raises(BrokenCheckpoint) as caught:
            await careful.ask(checkpoint, Prompt("good", Limits(2)))
        reason = Reason.FILE_TOO_LARGE.of("generation_config.json")
        assert caught.value.facts["reason"] == reason

    @pytest.mark.parametrize("case", TO_TOKENIZE)
    async def test_a_tokenizer(
        self, careful: ModelService, stranger: Checkpoint, case: str
    ) -> None:
        spoil, reason = TO_TOKENIZE[case]
        with pytest.raises(BrokenCheckpoint) as caught:
            await careful.ask(spoiled(stranger, spoil), LinesToTokenize(("hello",)))
        assert caught.value.facts["reason"] == reason

    @pytest.mark.parametrize("case", ODD_FILES)
    async def test_what_is_no_file_of_its_own(
        self, careful: ModelService, stranger: Checkpoint, case: str
    ) -> None:
        spoil, reason = ODD_FILES[case]
        spoiled(stranger, spoil)
        for asked in (careful.describe(stranger), careful.overview(stranger)):
            with pytest.raises(BrokenCheckpoint) as caught:
                await asked
            assert caught.value.facts["reason"] == reason

    async def test_a_card_of_merged_aliases_says_nothing(
        self, careful: ModelService, stranger: Checkpoint
    ) -> None:
        found = await careful.describe(spoiled(stranger, folders.merged_aliases))
        assert found.licence is None

    async def test_a_folder_that_was_mended_is_looked_at_again(
        self, careful: ModelService, stranger: Checkpoint
    ) -> None:
        assert stranger.folder
        config = (stranger.folder / "config.json").read_bytes()
        spoiled(stranger, changed("config.json", architectures=None, model_type="nothing"))
        with pytest.raises(BrokenCheckpoint):
            await careful.ask(stranger, TextToClassify("good"))
        (stranger.folder / "config.json").write_bytes(config)
        assert await careful.ask(stranger, TextToClassify("good"))

    async def test_a_template_that_fills_the_memory(
        self, careful: ModelService, tmp_path: Path
    ) -> None:
        """It is a program, which may make gigabytes of a word; what read it is ended."""
        checkpoint = writer(tmp_path, "chat")
        (tmp_path / "chat/chat_template.jinja").write_text("{{ 'a' * 10000000000 }}")
        with pytest.raises(BrokenCheckpoint) as caught:
            await careful.ask(checkpoint, Prompt("good", Limits(2)))
        assert caught.value.facts["reason"] == Reason.FILES_TOO_HEAVY
