"""`/summarize`, `/translate`, `/generate`: written, told of as it comes, and stopped."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from handlers.commands import TABLE
from handlers.reading.grammar import parse
from handlers.reading.options import check
from handlers.types import Button, Reply, Role
from models.checkpoints.catalog import AllowedModel
from models.engines.protocol import Limits
from models.results import Written
from models.tasks.text_generation import Prompt
from models.tasks.text_to_text import Purpose, TextToRewrite
from tests.handlers.conftest import ELSEWHERE, Bot, running
from tests.models.writers import endless, writer
from tests.waiting import until

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")


ENDLESS = "/generate good movie model:endless length:512"


@pytest.fixture(scope="module")
def writers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("writers")
    endless(root / "endless")
    return root


def allowed(writers: Path, *kinds: str) -> list[AllowedModel]:
    return [AllowedModel(kind, folder=writer(writers, kind).folder) for kind in kinds]


@pytest_asyncio.fixture
async def author(tmp_path: Path, checkpoints: Path, writers: Path) -> AsyncIterator[Bot]:
    models = allowed(writers, "m2m100", "t5", "gpt2", "chat")
    models += [AllowedModel("endless", folder=writers / "endless")]
    async with running(tmp_path, checkpoints, models) as bot:
        yield bot


async def asked(bot: Bot, model: str, question: Prompt | TextToRewrite) -> Written:
    return await bot.services.models.ask(bot.services.models.find(model), question, "")


def stop_of(reply: Reply) -> str:
    (button,) = reply.controls
    assert isinstance(button, Button)
    return button.id


def some_text(bot: Bot) -> bool:
    """What is told of a load ends in dots as well."""
    told = (each.text for each in bot.progress)
    return any(each.endswith(" …") and "@" not in each for each in told)


async def test_a_summary_is_what_the_first_model_for_it_writes(author):
    expected = await asked(author, "t5", TextToRewrite("the good movie", Purpose.SUMMARY))
    reply = await author.ok("/summarize the good movie")
    assert reply.text.startswith(expected.text.strip())
    assert reply.footer["model"].startswith("t5@")
    assert author.progress[0].text == "Writing…"
    assert all(stop_of(each).startswith("write:") for each in author.progress)


async def test_a_translation_says_from_what_into_what(author):
    question = TextToRewrite("밥은 정말 맛있었다", Purpose.TRANSLATION, "en", "ko")
    expected = await asked(author, "m2m100", question)
    reply = await author.ok("/translate 밥은 정말 맛있었다 to:English")
    assert reply.title == "Korean → English"
    assert reply.text.startswith(expected.text.strip())
    korean = await author.korean().ok("/번역 밥은 정말 맛있었다 언어:영어 원문:한국어")
    assert (korean.title, korean.text.split()[0]) == ("한국어 → 영어", reply.text.split()[0])
    coded = await author.korean().ok("/번역 밥은 정말 맛있었다 언어:EN 원문:ko")
    assert (coded.title, coded.text.split()[0]) == (korean.title, korean.text.split()[0])
    (row, *_) = (await author.korean().ok("/기록")).table.rows
    assert row[2] == "/번역" and "맛있었다" in row[1] + row[3]


@pytest.mark.parametrize("typed", ["klingon", "tlh"])
async def test_a_language_that_the_model_lacks_is_said_with_those_it_has(author, typed):
    reply = await author.say(f"/translate good movie to:{typed}")
    assert reply.error.code == "language_missing"
    assert typed in reply.text and "Korean" in reply.text and "English" in reply.text
    reply = await author.korean().say("/번역 good movie 언어:한국어 모델:t5")
    assert reply.error.code == "language_missing"
    assert reply.text.endswith("배우지 않았어요: 한국어. 할 수 있는 언어: 독일어.")


async def test_a_prompt_is_gone_on_with_or_answered(author):
    expected = await asked(author, "gpt2", Prompt("good movie", Limits(6)))
    reply = await author.ok("/generate good movie length:6")
    assert reply.text.startswith("good movie" + expected.text.rstrip())
    assert reply.text.endswith("It ends here since 6 tokens were the most.")
    long = await author.ok(f"/generate {'good movie ' * 40} length:2")
    assert long.text.startswith("…" + ("good movie " * 40).strip()[-300:])
    expected = await asked(author, "chat", Prompt("good movie", Limits(6, beams=2)))
    reply = await author.korean().ok("/생성 good movie 길이:6 빔:2 모델:chat")
    assert reply.text.startswith(expected.text.strip())
    assert reply.text.endswith("6토큰까지만 쓸 수 있어서 여기서 끝나요.")
    expected = await asked(author, "t5", TextToRewrite("good movie", limits=Limits(6)))
    reply = await author.ok("/generate good movie length:6 model:t5")
    assert reply.text.startswith(expected.text.strip())


async def test_a_seed_says_what_chance_brings(author):
    line = "/generate good temperature:1.5 length:12"
    texts = [(await author.ok(f"{line} seed:{seed}")).text for seed in (1, 2, 1)]
    assert texts[0] == texts[2] != texts[1]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/generate good temperature:hot", "bad_temperature"),
        ("/generate good temperature:2.1", "bad_temperature"),
        ("/generate good temperature:nan", "bad_temperature"),
        ("/generate good length:513", "bad_number"),
        ("/generate good beams:9", "bad_number"),
        ("/generate good model:m2m100", "wrong_task"),
        ("/generate good model:sentiment", "wrong_task"),
        ("/generate good model:nothing", "unknown_model"),
        ("/summarize good model:m2m100", "wrong_task"),
        ("/summarize good model:gpt2", "wrong_task"),
        ("/translate good", "option_missing"),
        ("/translate good to:Korean model:gpt2", "wrong_task"),
        ("/classify good model:gpt2", "wrong_task"),
    ],
)
async def test_what_cannot_be_done_is_said(author, line, code):
    assert await author.code(line) == code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/generate good", "no_writer"),
        ("/summarize good", "no_summarizer"),
        ("/translate good to:Korean", "no_translator"),
        ("/ask question:who good movie", "no_answerer"),
    ],
)
async def test_a_machine_without_such_a_model_says_how_one_is_allowed(bot, line, code):
    reply = await bot.say(line)
    assert reply.error.code == code and "TOKKI_MODELS" in reply.text
    korean = await bot.korean().say(line)
    assert "/hub add" in reply.text and "/허브 넣기" in korean.text
    for told, search in (
        (reply, r"/hub search \w+ task:[\w-]+"),
        (korean, r"/허브 검색 \w+ 작업:\w+"),
    ):
        given = parse(re.search(search, told.text)[0], TABLE)
        assert check(given.command, given.options)["task"]
    elsewhere = await bot.by("mina", place=ELSEWHERE).say(line)
    assert "TOKKI_MODELS" in elsewhere.text and "/hub add" not in elsewhere.text


@pytest.mark.parametrize("word", ["text", "글"])
async def test_ask_says_which_of_its_two_texts_is_which(bot, word):
    reply = await bot.say(f"/ask {word}:good question:who")
    assert reply.error.code == "former_ask" and "context:" in reply.text
    reply = await bot.korean().say(f"/질문 {word}:누가")
    assert reply.error.code == "former_ask" and "본문:" in reply.text
    assert await bot.code(f"/ask {word} of mina question:who") == "no_answerer"


async def test_who_asked_stops_a_text_and_keeps_what_is_written(author):
    mina = author.by("mina")
    await asked(author, "endless", Prompt("good", Limits(1)))  # loaded: nothing else is told
    writing = asyncio.create_task(mina.say(ENDLESS))
    await until(lambda: writing.done() or some_text(mina), "some of the text")
    assert not writing.done()
    control = stop_of(mina.progress[-1])
    assert await mina.code("/generate bad movie") == "still_writing"
    other = author.by("jun")
    assert (await other.press(control)).error.code == "not_your_text"
    elsewhere = author.by("mina", place=ELSEWHERE)
    assert (await elsewhere.press(control)).error.code == "nothing_written"
    assert (await mina.press(control)).text == "It stops; what is written so far stays."
    reply = await writing
    assert reply.error is None
    assert "Stopped after" in reply.text
    code = await mina.press(reply.controls[-1].id)
    assert code.text == "That text was stopped before its end; this code goes on."
    assert (await mina.press(control)).error.code == "nothing_written"
    assert (await mina.press("write:zz:stop")).error.code == "unknown_control"


async def test_a_moderator_stops_what_waits_in_line_before_it_is_begun(author):
    people = [author.by(f"person-{n}") for n in range(3)]
    writing = [asyncio.create_task(each.say(ENDLESS.replace("512", "40"))) for each in people]
    last = people[-1]
    await until(lambda: last.progress, "the last of them in line")
    reply = await author.by("mod", Role.MODERATOR).press(stop_of(last.progress[-1]))
    assert reply.error is None
    assert (await writing[-1]).error.code == "stopped_before"
    for each in (await asyncio.gather(*writing))[:-1]:
        assert each.error is None


async def test_who_goes_away_frees_the_lane(author):
    writing = asyncio.create_task(author.say(ENDLESS))
    await until(lambda: some_text(author), "some of the text")
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert (await author.ok("/generate good length:2")).text


async def test_models_and_modelinfo_know_what_they_are_for(author):
    rows = {row[0].split("@")[0]: row for row in (await author.ok("/models")).table.rows}
    assert [rows[name][1] for name in ("m2m100", "t5", "gpt2")] == [
        "translations",
        "turning one text into another",
        "writing text",
    ]
    reply = await author.ok("/modelinfo gpt2")
    assert reply.text is None
    assert dict(reply.table.rows)["head"] == "GPT2LMHeadModel"


async def test_a_hundred_thousand_characters_are_cut_and_that_is_said(author):
    text = "good movie " * 9_000
    reply = await author.ok(f"/summarize {text}")
    assert "The text was cut: only the first 2,048 of its" in reply.text
    reply = await author.ok(f"/generate {text} length:4")
    assert "The prompt was cut: only the last" in reply.text
    assert await author.code(f"/generate {text}{text}") == "text_too_long"
