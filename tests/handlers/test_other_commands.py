from handlers.types import Role
from tests.handlers.conftest import ELSEWHERE


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


async def test_model_info_warns_of_a_fresh_head(bot):
    reply = await bot.ok("/modelinfo body")
    assert "no trained weights" in reply.text


async def test_models_lists_all_with_their_state(bot):
    rows = {row[0]: row for row in (await bot.ok("/models")).table.rows}
    assert rows["sentiment@0"][1:3] == ("text-classification", "ready to load")
    assert rows["fillmask@0"][1] == "fill-mask"
    await bot.ok("/classify good")
    rows = {row[0]: row for row in (await bot.ok("/models")).table.rows}
    assert rows["sentiment@0"][2] == "loaded"


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
    assert admin - member == {"/finetune", "/settings"}
    one = await bot.ok("/help classify")
    assert one.title == "/classify text [model] [top]"
    assert await bot.code("/help clasify") == "unknown_command"


async def test_roles_are_held(bot):
    assert await bot.by("m").code("/finetune") == "role_admin"
    assert await bot.by("m", Role.MODERATOR).code("/finetune") == "role_admin"


async def test_many_masks_in_a_book_do_not_make_a_library(bot):
    assert await bot.code("/fillmask " + "___ " * 11) == "too_many_masks"
    reply = await bot.ok("/fillmask good ___ " + "가" * 90_000 + " top:50")
    sentences = [row[-1] for row in reply.table.rows]
    assert all(len(sentence) < 400 and sentence.endswith("…") for sentence in sentences)
    assert sentences[0].startswith("good ")
