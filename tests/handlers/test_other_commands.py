import shutil
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import Split

import models.bundled
from handlers.commands import TABLE
from handlers.training import command as finetune
from handlers.types import Actor, Language, Request, Role
from models.checkpoints.catalog import AllowedModel
from storage.records import JobState, NewJob
from tests.handlers.conftest import ELSEWHERE, running
from tests.models.tiny import KINDS


async def test_fill_mask_shows_the_whole_sentence_with_each_candidate(bot):
    reply = await bot.ok("/fillmask good ___ and the [MASK] top:3")
    assert len(reply.table.rows) == 6
    for number, candidate, _, sentence in reply.table.rows:
        assert number in ("1", "2")
        assert candidate in sentence and sentence.startswith("good")
        assert "___" not in sentence and "[MASK]" not in sentence


async def test_one_mask_is_drawn_as_bars(bot):
    reply = await bot.ok("/fillmask good <mask>")
    assert len(reply.bars) == 5
    assert reply.title == reply.table.rows[0][-1]


async def test_tokenize_shows_pieces_ids_and_what_is_special(bot):
    reply = await bot.ok("/tokenize 오늘 밥 🐰")
    pieces = [row[0] for row in reply.table.rows]
    assert pieces[1:-1] == ["오늘", "밥", "🐰"]
    assert reply.table.rows[0][-1] == "special"
    assert "[CLS]" in reply.code and "without special tokens: 오늘 밥 🐰" in reply.code
    assert reply.title == "5 tokens of 40"


async def test_tokenize_says_how_it_cuts_and_not_which_class_does(bot):
    assert "Split by WordPiece." in (await bot.ok("/tokenize good")).text
    assert "WordPiece로 나눴어요." in (await bot.korean().ok("/토큰 good")).text


async def test_tokenize_pads_a_batch_of_lines_visibly(bot):
    reply = await bot.ok("/tokenize good movie\nbad")
    assert reply.table.columns[0] == "line"
    assert [row[-1] for row in reply.table.rows].count("padding") == 1
    same = await bot.ok('/tokenize text:"good movie\\nbad"')
    assert same.table == reply.table


async def test_tokenize_knows_a_sentence_pair(bot):
    reply = await bot.ok("/tokenize good pair:bad")
    assert [row[4] for row in reply.table.rows] == ["0", "0", "0", "1", "1"]


async def test_tokenize_compares_two_tokenizers(bot):
    reply = await bot.ok("/tokenize good movie compare:fillmask")
    assert reply.table.columns == ("#", "sentiment@0", "id", "fillmask@0", "id")
    assert len(reply.table.rows) == 4
    assert not reply.files
    reply = await bot.ok("/tokenize " + "movie " * 500 + "compare:fillmask")
    assert len(reply.table.rows) == 60 and "the file has them all" in reply.text
    assert reply.files[0].content.decode().count("\n") == 502


async def test_tokenize_says_which_of_two_tells_a_pair_apart(tmp_path):
    asked = "/tokenize good movies pair:bad compare:roberta-bytes model:bert-wordpiece"
    async with running(tmp_path, Path(models.bundled.__file__).parent) as bot:
        reply = await bot.ok(asked)
    assert reply.table.columns[1:4] == ("bert-wordpiece@0", "id", "type")
    assert {row[3] for row in reply.table.rows} <= {"0", "1", ""}
    assert {row[6] for row in reply.table.rows} <= {"–", ""}
    assert "[CLS] … [SEP] … [SEP]" in reply.text and "<s> … </s> </s> … </s>" in reply.text
    assert "roberta-bytes@0: none" in reply.text
    assert any(cell.startswith("Ġ") for cell in (row[4] for row in reply.table.rows))


async def test_tokenize_of_much_text_goes_into_a_file(bot):
    reply = await bot.ok("/tokenize " + "movie " * 500)
    assert len(reply.table.rows) == 60
    assert reply.files[0].content.decode().count("\n") == 502
    assert "Over the model's limit of 40" in reply.text


async def test_tokenize_refuses_too_many_lines(bot):
    assert await bot.code("/tokenize " + "a\n" * 100) == "too_many_lines"


async def test_tokenize_refuses_a_batch_that_padding_would_blow_up(bot):
    assert await bot.code("/tokenize " + "a\n" * 10 + "b" * 50_000) == "batch_too_large"
    assert await bot.code("/tokenize pair:" + "b" * 50_000 + " " + "a\n" * 10) == "batch_too_large"
    await bot.ok("/tokenize pair:" + "b" * 99_000 + " " + "a" * 99_000)


async def test_model_info_tells_what_a_model_is_made_of(bot):
    await bot.ok("/classify good")
    await bot.ok("/classify bad")
    reply = await bot.ok("/modelinfo sentiment")
    facts = dict(reply.table.rows)
    assert facts["model type"] == "bert"
    assert facts["labels"] == "0=negative, 1=neutral, 2=positive"
    assert facts["layers"] == "2" and facts["hidden size"] == "32"
    assert facts["loaded"] == "yes" and facts["cache hits"] == "1"
    assert facts["came from"] == "bundled with Tokki"
    assert facts["engine"] == "torch"
    assert reply.text is None


async def test_model_info_tells_of_a_body_alone(bot):
    reply = await bot.ok("/modelinfo body")
    assert reply.text.startswith("A body without a head") and "/finetune model:body" in reply.text
    assert dict(reply.table.rows)["head"] == "BertModel"


async def test_models_lists_all_with_their_state(bot):
    rows = {row[0]: row for row in (await bot.ok("/models")).table.rows}
    assert rows["sentiment@0"][-1] == "ready to load, /classify asks it by default"
    assert rows["fillmask@0"][-1] == "ready to load, /fillmask asks it by default"
    assert rows["moods@0"][-1] == "ready to load"
    await bot.ok("/classify good")
    rows = {row[0]: row for row in (await bot.ok("/models")).table.rows}
    assert rows["sentiment@0"][-1].startswith("loaded, ")


async def test_history_is_ones_own_and_of_this_community(bot):
    await bot.ok("/classify good movie")
    await bot.press("fb:1:right")
    (row,) = (await bot.ok("/history")).table.rows
    assert row[0] == "#1" and row[3] == "good movie" and row[5] == "Right"
    assert (await bot.by("other").ok("/history")).table is None
    assert (await bot.by("admin", place=ELSEWHERE).ok("/history")).table is None


async def test_history_is_told_in_korean_too(bot):
    korean = bot.korean()
    await korean.ok("/토큰 오늘 밥")
    assert (await korean.ok("/기록")).table.rows[0][4] == "4토큰"


async def test_help_shows_what_the_one_who_asks_may(bot):
    admin = {row[0].split()[0] for row in (await bot.ok("/help")).table.rows}
    member = {row[0].split()[0] for row in (await bot.by("m").ok("/help")).table.rows}
    assert admin - member == {"/audit", "/finetune", "/settings", "/status"}
    one = await bot.ok("/help classify")
    assert one.title.startswith("/classify text/file [pair] [model] [top]")
    assert await bot.code("/help clasify") == "unknown_command"


@pytest.mark.parametrize(
    ("language", "word"), [(Language.ENGLISH, "help"), (Language.KOREAN, "도움말")]
)
async def test_help_tells_of_each_command_in_both_languages(bot, language, word):
    for run in (run for one in TABLE.commands for run in one.runs):
        name = run.full_name.to(language)
        actor = Actor(name, name, Role.ADMIN, language)  # so many are too fast for one person
        told = await replace(bot, actor=actor).ok(f"/{word} {name}")
        assert run.description.to(language) in told.text
        assert len(told.table.rows if told.table else ()) == len(run.options)


async def test_roles_are_held(bot):
    assert await bot.by("m").code("/finetune") == "role_admin"
    assert await bot.by("m", Role.MODERATOR).code("/finetune") == "role_admin"


async def test_many_masks_in_a_book_do_not_make_a_library(bot):
    assert await bot.code("/fillmask " + "___ " * 11) == "too_many_masks"
    reply = await bot.ok("/fillmask good ___ " + "가" * 90_000 + " top:50")
    sentences = [row[-1] for row in reply.table.rows]
    assert all(len(sentence) < 400 and sentence.endswith("…") for sentence in sentences)
    assert sentences[0].startswith("good ")


async def test_models_lists_a_training_however_many_have_ended_since(bot):
    jobs, community = bot.services.storage.jobs, bot.place.community

    async def start(name):
        job = NewJob(community, "admin", "finetune", {"name": name}, scope=name)
        return (await jobs.start(job, "me")).id

    await start("long")
    for number in range(6):
        await jobs.end(await start(f"short-{number}"), "me", JobState.FAILED)
    rows = (await bot.ok("/models")).table.rows
    assert [row[0] for row in rows if row[-1] == "in training"] == ["long"]


async def test_models_tells_what_each_is_for_in_the_readers_language(bot):
    reply = await bot.ok("/models")
    assert reply.table.columns[1:5] == ("what it does", "labels", "languages", "measured")
    rows = {row[0]: row for row in reply.table.rows}
    assert rows["sentiment@0"][1] == "Whether a sentence of chat is negative or positive"
    assert rows["sentiment@0"][2] == "negative, neutral, positive"
    assert rows["moods@0"][1] == "classification"
    assert rows["body@0"][1] == "turning a text into a vector"
    korean = {row[0]: row for row in (await bot.korean().ok("/모델목록")).table.rows}
    assert korean["sentiment@0"][1] == "채팅 문장이 부정인지 긍정인지 가려요"
    assert korean["sentiment@0"][-1] == "불러올 수 있음, /분류 기본 모델"
    assert korean["moods@0"][1] == "분류"


async def test_models_tells_what_is_broken_or_gone(tmp_path, checkpoints):
    KINDS["bert"](tmp_path / "ours")
    allowed = [AllowedModel("ours", folder=tmp_path / "ours")]
    async with running(tmp_path, checkpoints, allowed) as bot:
        card = tmp_path / "ours" / "README.md"
        card.write_text(CARD, "utf-8")
        rows = {row[0].split("@")[0]: row for row in (await bot.ok("/models")).table.rows}
        assert rows["ours"][1:5] == (
            "What students ask (classification)",
            "negative, neutral, positive",
            "Korean, French",
            "91.5% accuracy (our own exam)",
        )
        shutil.rmtree(tmp_path / "ours")
        rows = {row[0].split("@")[0]: row for row in (await bot.ok("/models")).table.rows}
        assert rows["ours"][-1] == "cannot be used"


async def test_models_tells_of_a_tokenizer_alone(tmp_path, checkpoints):
    KINDS["bert"](tmp_path / "whole")
    (tmp_path / "alone").mkdir()
    for file in (tmp_path / "whole").glob("tokenizer*"):
        file.rename(tmp_path / "alone" / file.name)
    allowed = [AllowedModel("alone", folder=tmp_path / "alone")]
    async with running(tmp_path, checkpoints, allowed) as bot:
        rows = {row[0].split("@")[0]: row for row in (await bot.ok("/models")).table.rows}
    assert rows["alone"][1] == "splitting text into tokens"
    assert rows["alone"][-1] == "ready to load"


CARD = """---
language: [ko, fr]
model-index:
- name: ours
  results:
  - dataset: {name: our own exam}
    metrics:
    - {type: loss, value: 0.2}
    - {type: accuracy, value: 91.5}
---

# What students ask
"""


@pytest.mark.parametrize("line", ["help", "?", "Help", "도움말", "/?", "  help  ", "？"])
async def test_who_knows_no_slash_is_helped(bot, line):
    assert (await bot.ok(line)).title == "What Tokki can do"


async def test_help_without_a_slash_tells_of_one_command_too(bot):
    assert "text/file [pair] [model] [top]" in (await bot.ok("help classify")).title
    assert "text/file [pair] [model] [top]" in (await bot.ok("도움말 분류")).title
    assert await bot.code("help me with this sentence") == "not_a_command"


async def test_history_speaks_the_language_of_its_reader(bot):
    korean = bot.korean()
    await korean.ok("/빈칸 오늘 ___")
    await korean.ok("/tokenize 오늘")
    commands = [row[2] for row in (await korean.ok("/기록")).table.rows]
    assert commands == ["/토큰", "/빈칸"]


async def test_times_are_those_of_the_readers_clock(bot):
    seoul = replace(bot, actor=replace(bot.actor, zone=ZoneInfo("Asia/Seoul")))
    await seoul.ok("/tokenize good")
    here, there = (await bot.ok("/history")).table, (await seoul.ok("/history")).table
    assert (here.columns[1], there.columns[1]) == ("time (UTC)", "time (KST)")
    told = [datetime.fromisoformat(table.rows[0][1]) for table in (here, there)]
    assert told[1] - told[0] == timedelta(hours=9)


async def test_words_that_differ_by_a_space_only_are_one_candidate(tmp_path, checkpoints):
    KINDS["roberta-mlm"](tmp_path / "spaced")
    allowed = [AllowedModel("spaced", folder=tmp_path / "spaced")]
    async with running(tmp_path, checkpoints, allowed) as bot:
        reply = await bot.ok("/fillmask good ___ movie model:spaced top:50")
    words = [row[1] for row in reply.table.rows]
    assert len(words) == len(set(words)) > 1


async def test_decomposed_hangul_keeps_its_letters(bot):
    decomposed = unicodedata.normalize("NFD", "오늘 밥")
    pieces = [row[0] for row in (await bot.ok(f"/tokenize {decomposed}")).table.rows]
    assert "".join(pieces[1:-1]).replace(" ", "") == decomposed.replace(" ", "")


async def test_a_tokenizer_that_has_to_be_loaded_is_told_of(bot):
    await bot.ok("/tokenize good")
    assert [each.text for each in bot.progress] == ["Loading sentiment@0 …"]
    await bot.ok("/tokenize good again")
    assert len(bot.progress) == 1


async def test_a_panic_is_a_reply(bot):
    panic = await _panic()

    async def panics(request, services):
        raise panic

    models = bot.dispatcher.table.find("models")
    request = Request(replace(models, handler=panics), {}, bot.actor, bot.place, _quiet)
    assert (await bot.dispatcher.run(request)).error.code == "crash"


async def _quiet(_reply) -> None: ...


async def _panic() -> BaseException:
    """What a tokenizer raises where Rust panics, which is no Exception."""
    broken = Tokenizer(BPE())
    broken.pre_tokenizer = Split(Regex("^(a+)+$"), "isolated")
    try:
        broken.encode("a" * 40 + "!")
    except BaseException as error:
        assert not isinstance(error, Exception)
        return error
    raise AssertionError("it did not panic")


async def test_a_training_that_takes_long_to_plan_says_that_it_looks(bot, monkeypatch):
    monkeypatch.setattr(finetune, "_SILENT_S", 0.0)
    assert await bot.code("/finetune") == "no_labels"
    assert bot.progress[0].text == "Looking at the labels and at the model to begin from …"
