"""What is written is what plain transformers write, to the letter, alone and in a crowd."""

import asyncio
import shutil
import threading
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from models.engines.protocol import Limits
from models.errors import BrokenCheckpoint, LanguageMissing, WrongTask
from models.reasons import Reason
from models.results import Checkpoint, Origin, StopReason, Written
from models.service.service import ModelService
from models.tasks.generation import MOST_READ, Pen
from models.tasks.text_generation import Prompt
from models.tasks.text_to_text import Purpose, TextToRewrite
from tests.models.engine_help import running
from tests.models.writers import LIMIT, WRITERS, endless, writer
from tests.waiting import PATIENCE_S, turns

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

TEXTS = [
    "the good movie",
    "오늘 나는 학교에 간다.",
    "bad",
    "밥은 정말 good food the end",
    "보고 싶어요",
]
LENGTH, LONG = 10, 1_000
TRANSLATIONS = {
    "marian": ("en", "ko"),
    "marian-romance": (None, "fr"),
    "m2m100": ("ko", "en"),
    "nllb": ("ko", "ja"),
    "mbart25": ("en", "ko"),
    "mbart50": ("ko", "en"),
    "t5": ("en", "de"),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("writers")


def plain(checkpoint: Checkpoint) -> tuple[Any, Any]:
    causal = checkpoint.name in ("gpt2", "chat")
    auto = transformers.AutoModelForCausalLM if causal else transformers.AutoModelForSeq2SeqLM
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint.folder)
    return tokenizer, auto.from_pretrained(checkpoint.folder).eval()


def generated(tokenizer: Any, model: Any, inputs: Any, **asked: Any) -> str:
    asked = {"max_new_tokens": LENGTH, **asked}
    with torch.inference_mode():
        output = model.generate(**inputs, **asked)[0]
    start = 0 if model.config.is_encoder_decoder else inputs["input_ids"].shape[1]
    return tokenizer.decode(output[start:], skip_special_tokens=True).strip("\ufffd")


def translated(kind: str, tokenizer: Any, model: Any, text: str) -> str:
    """As the documentation of each family does it."""
    match kind:
        case "m2m100":
            tokenizer.src_lang = "ko"
            forced = {"forced_bos_token_id": tokenizer.get_lang_id("en")}
        case "nllb":
            tokenizer.src_lang = "kor_Hang"
            forced = {"forced_bos_token_id": tokenizer.convert_tokens_to_ids("jpn_Jpan")}
        case "mbart25":
            tokenizer.src_lang = "en_XX"
            forced = {"forced_bos_token_id": tokenizer.convert_tokens_to_ids("ko_KR")}
        case "mbart50":
            tokenizer.src_lang = "ko_KR"
            forced = {"forced_bos_token_id": tokenizer.lang_code_to_id["en_XX"]}
        case "marian-romance":
            text, forced = f">>fra<< {text}", {}
        case "t5":
            text, forced = f"translate English to German: {text}", {}
        case _:
            forced = {}
    return generated(tokenizer, model, tokenizer(text, return_tensors="pt"), **forced)


async def told(service: ModelService, checkpoint: Checkpoint, question: Any) -> str:
    written: Written = await service.ask(checkpoint, question)
    return written.text


@pytest.mark.parametrize("kind", TRANSLATIONS)
async def test_a_translation_is_that_of_plain_transformers(kind: str, root: Path) -> None:
    checkpoint = writer(root, kind)
    source, target = TRANSLATIONS[kind]
    expected = [translated(kind, *plain(checkpoint), text) for text in TEXTS]
    limits = Limits(LENGTH)

    def question(text: str) -> TextToRewrite:
        return TextToRewrite(text, Purpose.TRANSLATION, target, source, limits)

    async with running(root) as service:
        alone = [await told(service, checkpoint, question(text)) for text in TEXTS]
    assert alone == expected
    assert len(set(expected)) > 1


async def test_a_summary_follows_the_checkpoint_s_own_settings(root: Path) -> None:
    checkpoint = writer(root, "t5")
    tokenizer, model = plain(checkpoint)
    async with running(root) as service:
        for text in TEXTS:
            inputs = tokenizer(f"summarize: {text}", return_tensors="pt")
            expected = generated(tokenizer, model, inputs, num_beams=2, max_new_tokens=24)
            asked = TextToRewrite(text, Purpose.SUMMARY)
            assert await told(service, checkpoint, asked) == expected


@pytest.mark.parametrize("beams", [None, 1, 4])
async def test_beams_are_the_checkpoint_s_unless_somebody_says(beams: int, root: Path) -> None:
    checkpoint = writer(root, "bart")
    tokenizer, model = plain(checkpoint)
    asked = {} if beams is None else {"num_beams": beams}
    async with running(root) as service:
        for text in TEXTS:
            inputs = tokenizer(text, return_tensors="pt")
            expected = generated(tokenizer, model, inputs, **asked)
            question = TextToRewrite(text, limits=Limits(LENGTH, beams=beams))
            assert await told(service, checkpoint, question) == expected


def prompted(tokenizer: Any, text: str) -> Any:
    if not tokenizer.chat_template:
        return tokenizer(text, return_tensors="pt")
    said = [{"role": "user", "content": text}]
    return tokenizer.apply_chat_template(
        said, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )


@pytest.mark.parametrize("kind", ["gpt2", "chat"])
async def test_a_prompt_is_gone_on_with_or_answered(kind: str, root: Path) -> None:
    checkpoint = writer(root, kind)
    tokenizer, model = plain(checkpoint)
    expected = [generated(tokenizer, model, prompted(tokenizer, text)) for text in TEXTS]
    async with running(root) as service:
        written = [await service.ask(checkpoint, Prompt(text, Limits(LENGTH))) for text in TEXTS]
    assert [each.text for each in written] == expected
    assert {each.goes_on for each in written} == {kind == "gpt2"}


@pytest.mark.parametrize("kind", ["gpt2", "chat"])
async def test_what_nobody_sees_of_a_prompt_is_not_read(kind: str, root: Path) -> None:
    checkpoint, seen = writer(root, kind), "a good 영화"
    async with running(root) as service:
        wanted = await service.ask(checkpoint, Prompt(seen, Limits(LENGTH)))
        unseen = unicodedata.normalize("NFD", seen).replace("good", "go\u200bod")
        found = await service.ask(checkpoint, Prompt(unseen, Limits(LENGTH)))
    assert (found.text, found.tokens) == (wanted.text, wanted.tokens)


@pytest.mark.parametrize("kind", ["gpt2", "chat"])
async def test_a_text_begins_where_nothing_is_seen_of_a_prompt(
    kind: str, root: Path, tmp_path: Path
) -> None:
    plain_one = writer(root, kind)
    assert plain_one.folder
    folder = shutil.copytree(plain_one.folder, tmp_path / "bare")
    if kind == "chat":
        (folder / "chat_template.jinja").write_text("{{ messages[0].content }}")
    async with running(root) as service:
        bare = Checkpoint("bare", "0", Origin.FOLDER, folder)
        found = await service.ask(bare, Prompt("\u200b", Limits(LENGTH)))
    assert found.tokens.total == 1 and found.length > 0


@pytest.mark.parametrize("kind", ["gpt2", "chat"])
async def test_a_token_without_an_embedding_is_the_checkpoint_s_fault(
    kind: str, root: Path, tmp_path: Path
) -> None:
    plain_one = writer(root, kind)
    assert plain_one.folder
    folder = shutil.copytree(plain_one.folder, tmp_path / "other")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    tokenizer.add_tokens(["zebra"])
    tokenizer.save_pretrained(folder)
    other = Checkpoint("other", "0", Origin.FOLDER, folder)
    async with running(root) as service:
        await told(service, other, Prompt("good", Limits(LENGTH)))
        with pytest.raises(BrokenCheckpoint) as raised:
            await service.ask(other, Prompt("a zebra", Limits(LENGTH)))
    assert raised.value.facts["reason"] == Reason.TOKENIZER_TOO_LARGE


async def test_a_template_that_fails_is_the_checkpoint_s_fault(root: Path, tmp_path: Path) -> None:
    plain_one = writer(root, "chat")
    assert plain_one.folder
    folder = shutil.copytree(plain_one.folder, tmp_path / "failing")
    (folder / "chat_template.jinja").write_text("{{ raise_exception('no') }}")
    async with running(root) as service:
        with pytest.raises(BrokenCheckpoint) as raised:
            failing = Checkpoint("failing", "0", Origin.FOLDER, folder)
            await service.ask(failing, Prompt("good", Limits(LENGTH)))
    assert raised.value.facts["reason"] == Reason.TEMPLATE_FAILS


@pytest.mark.parametrize("stripped", ["", "| trim"])
async def test_no_text_makes_a_template_do_what_it_did_not_do_when_tried(
    stripped: str, root: Path, tmp_path: Path
) -> None:
    plain_one = writer(root, "chat")
    assert plain_one.folder
    folder = shutil.copytree(plain_one.folder, tmp_path / "trap")
    (folder / "chat_template.jinja").write_text(
        "{% for message in messages %}<|user|>"
        f"{{{{ message.content {stripped} }}}}\n{{% endfor %}}"
        "{% if 'movie' in messages[0].content %}{{ 'bad ' * 30 }}{% endif %}<|assistant|>"
    )
    trap = Checkpoint("trap", "0", Origin.FOLDER, folder)
    async with running(root) as service:
        for said in ("  good ", "  good movie "):
            expected = said if not stripped else said.strip()
            wanted = await service.ask(plain_one, Prompt(expected, Limits(LENGTH)))
            found = await service.ask(trap, Prompt(said, Limits(LENGTH)))
            assert (found.text, found.tokens) == (wanted.text, wanted.tokens)


def asked_of(kind: str, text: str) -> Prompt | TextToRewrite:
    limits = Limits(LENGTH)
    if kind in ("gpt2", "chat"):
        return Prompt(text, limits)
    if kind == "bart":
        return TextToRewrite(text, limits=limits)
    source, target = TRANSLATIONS[kind]
    return TextToRewrite(text, Purpose.TRANSLATION, target, source, limits)


async def test_a_crowd_is_answered_as_each_of_it_alone(root: Path) -> None:
    kinds = [*WRITERS] * 7
    asked = [(kind, TEXTS[n % len(TEXTS)]) for n, kind in enumerate(kinds[:64])]
    async with running(root) as service:
        crowd = (told(service, writer(root, kind), asked_of(kind, text)) for kind, text in asked)
        together = await asyncio.gather(*crowd)
        for pair in set(asked):
            alone = await told(service, writer(root, pair[0]), asked_of(*pair))
            assert {alone} == {
                text for text, each in zip(together, asked, strict=True) if each == pair
            }


async def test_chance_is_that_of_a_seed_also_beside_others(root: Path) -> None:
    """torch has one source of chance for the process, from which others draw as well."""
    checkpoint = writer(root, "gpt2")
    tokenizer, model = plain(checkpoint)
    expected = []
    for seed in range(6):
        torch.manual_seed(seed)
        inputs = prompted(tokenizer, TEXTS[seed % len(TEXTS)])
        expected.append(generated(tokenizer, model, inputs, do_sample=True, temperature=0.8))
    async with running(root) as service:
        service._writers.count = 3
        crowd = (
            service.ask(
                checkpoint,
                Prompt(TEXTS[n % 6 % len(TEXTS)], Limits(LENGTH, temperature=0.8, seed=n % 6)),
            )
            for n in range(24)
        )
        written = await asyncio.gather(*crowd)
    assert [each.text for each in written] == [expected[n % 6] for n in range(24)]
    assert len(set(expected)) > 3


@pytest.mark.parametrize("kind", ["gpt2", "chat", "t5", "bart"])
async def test_a_text_comes_as_it_is_written(kind: str, root: Path) -> None:
    seen: list[str] = []
    checkpoint = writer(root, kind)
    pen = Pen(seen.append)
    limits = Limits(LENGTH, beams=1)
    causal = kind in ("gpt2", "chat")
    question = (
        Prompt("good", limits, pen) if causal else TextToRewrite("good", limits=limits, pen=pen)
    )
    async with running(root) as service:
        written = await service.ask(checkpoint, question)
    assert seen and all(written.text.startswith(each) for each in seen)


async def test_a_prompt_that_never_stops_ends_by_its_tokens_or_by_the_clock(root: Path) -> None:
    checkpoint = writer(root, "gpt2")
    async with running(root) as service:
        by_length = await service.ask(checkpoint, Prompt("good", Limits(5)))
        by_time = await service.ask(checkpoint, Prompt("good", Limits(LENGTH, most_s=0.0)))
    assert (by_length.reason, by_length.length) == (StopReason.LENGTH, 5)
    assert (by_time.reason, by_time.length) == (StopReason.TIME, 1)


class Held:
    """A pen that stays at the first of the text until it may go on."""

    def __init__(self) -> None:
        self.pen = Pen(self._look)
        self.may_go_on = threading.Event()
        self._is_written = threading.Event()

    async def begun(self) -> None:
        """Wait for the first of the text."""
        assert await asyncio.to_thread(self._is_written.wait, PATIENCE_S)

    def _look(self, _: str) -> None:
        self._is_written.set()
        self.may_go_on.wait(PATIENCE_S)


async def test_who_stops_keeps_what_is_written_and_frees_the_lane(root: Path) -> None:
    checkpoint, held = writer(root, "gpt2"), Held()
    async with running(root) as service:
        whole = await service.ask(checkpoint, Prompt("good", Limits(LENGTH)))
        question = Prompt("good", Limits(LENGTH), held.pen)
        asked = asyncio.create_task(service.ask(checkpoint, question))
        await held.begun()
        held.pen.stop()
        held.may_go_on.set()
        stopped = await asked
        assert stopped.reason is StopReason.STOPPED
        assert 0 < stopped.length < whole.length and whole.text.startswith(stopped.text)
        assert await service.ask(checkpoint, Prompt("good", Limits(LENGTH))) == whole


async def test_a_network_that_is_put_away_meanwhile_ends_its_text_and_says_so(root: Path) -> None:
    folder, held = endless(root / "endless"), Held()
    checkpoint = Checkpoint("endless", "0", Origin.FOLDER, folder)
    async with running(root) as service:
        question = Prompt("good", Limits(LONG), held.pen)
        asked = asyncio.create_task(service.ask(checkpoint, question))
        await held.begun()
        closing = asyncio.create_task(service.close())
        await turns()
        held.may_go_on.set()
        written = await asked
        await closing
    assert written.reason is StopReason.CLOSED
    assert written.length < LONG


@pytest.mark.parametrize("kind", ["gpt2", "chat", "t5", "bart", "m2m100", "marian"])
async def test_a_hundred_thousand_characters_are_read_as_far_as_they_fit(
    kind: str, root: Path
) -> None:
    checkpoint = writer(root, kind)
    text = "good movie " * 9_000
    purpose = Purpose.TRANSLATION if kind in ("m2m100", "marian") else Purpose.ANY
    question = (
        Prompt(text, Limits(8))
        if kind in ("gpt2", "chat")
        else TextToRewrite(text, purpose, "ko", limits=Limits(8))
    )
    async with running(root) as service:
        written = await service.ask(checkpoint, question)
    assert written.tokens.is_cut
    assert written.tokens.used <= (MOST_READ if kind == "t5" else LIMIT)


@pytest.mark.parametrize(
    ("kind", "source", "target", "missing", "has"),
    [
        ("marian", None, "fr", "fr", ["ko"]),
        ("marian", "ja", "ko", "ja", ["en"]),
        ("marian-romance", None, "ko", "ko", ["es", "fr"]),
        ("t5", None, "ko", "ko", ["de"]),
        ("m2m100", None, "tlh", "tlh", None),
        ("nllb", "tlh", "ko", "tlh", None),
        ("mbart50", None, "tlh_Piqd", "tlh", None),
    ],
)
async def test_a_language_that_it_lacks_is_told_with_those_it_has(
    kind: str, source: str, target: str, missing: str, has: list[str], root: Path
) -> None:
    question = TextToRewrite("good", Purpose.TRANSLATION, target, source)
    async with running(root) as service:
        with pytest.raises(LanguageMissing) as raised:
            await service.ask(writer(root, kind), question)
    assert raised.value.facts["language"] == missing
    found = raised.value.facts["languages"]
    assert found == has if has else {"ko", "en", "ja"} <= set(found)


async def test_what_is_not_made_for_it_is_refused_by_name(root: Path) -> None:
    async with running(root) as service:
        for kind, purpose in (("bart", Purpose.TRANSLATION), ("m2m100", Purpose.SUMMARY)):
            with pytest.raises(WrongTask) as raised:
                await service.ask(writer(root, kind), TextToRewrite("good", purpose, "ko"))
            assert raised.value.facts["wanted"] == purpose
        with pytest.raises(WrongTask):
            await service.ask(writer(root, "gpt2"), TextToRewrite("good"))
        with pytest.raises(WrongTask):
            await service.ask(writer(root, "t5"), Prompt("good"))


def test_all_families_are_tried() -> None:
    assert set(WRITERS) == {*TRANSLATIONS, "bart", "gpt2", "chat"}
