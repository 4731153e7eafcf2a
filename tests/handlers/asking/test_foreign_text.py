"""A model that has not learned a text's language says so, instead of seeming sure."""

import shutil

import pytest_asyncio

from models.checkpoints.catalog import AllowedModel
from tests.handlers.conftest import running
from tests.servers.hub import LoopbackHub

CARD = "---\nlanguage:\n{languages}\n---\n# A model\n"


@pytest_asyncio.fixture
async def bot(tmp_path, checkpoints):
    root = tmp_path / "bundled"
    shutil.copytree(checkpoints, root)
    for name, codes in {"sentiment": ["en"], "moods": ["en"], "fillmask": ["ko"]}.items():
        _write_card(root / name, codes)
    async with running(tmp_path, root) as bot:
        yield bot


def _write_card(folder, codes):
    languages = "\n".join(f"- {code}" for code in codes)
    (folder / "README.md").write_text(CARD.format(languages=languages), encoding="utf-8")


async def test_it_stands_under_the_answer_and_the_answer_is_unsure(bot):
    reply = await bot.ok("/classify 오늘 밥은 정말 맛있었다")
    assert reply.title.startswith("Unsure (best guess: ")
    assert "has learned only English:" in reply.text and "Hangul" in reply.text
    assert reply.bars and reply.controls


async def test_of_two_texts_either_makes_the_answer_unsure(bot):
    for line in ('/classify good movie pair:"오늘 밥"', "/classify 오늘 밥 pair:movie"):
        reply = await bot.ok(line)
        assert reply.title.startswith("Unsure (best guess: "), line
        assert "only English" in reply.text


async def test_it_is_said_in_the_readers_language(bot):
    reply = await bot.korean().ok("/분류 오늘 밥은 정말 맛있었다")
    assert reply.text == "이 모델은 영어 글만 배웠어요. 한글로 쓴 글에 대한 답은 믿기 어려워요."


async def test_of_several_lines_each_is_looked_at_and_it_is_said_once(bot):
    reply = await bot.ok("/classify good movie\n오늘 밥\n학교")
    titles = [row[2] for row in reply.table.rows]
    assert [title.startswith("Unsure") for title in titles[1:]] == [True, True]
    assert reply.text.count("only English") == 1
    assert "only" not in (await bot.ok("/classify good movie\nbad movie")).text


async def test_several_labels_are_no_surer(bot):
    title = (await bot.ok("/classify 오늘 밥 model:moods")).title
    assert title.startswith("Unsure") or title == "No label fits"


async def test_nothing_is_said_of_a_text_in_its_language(bot):
    for text in ("good movie", "12345", "good 🐰", "good movie 오늘"):
        assert (await bot.ok(f"/classify {text}")).text is None, text


async def test_a_language_of_the_same_letters_is_told_by_its_small_words(bot):
    reply = await bot.korean().ok("/분류 C'est un très bon film")
    assert "프랑스어로 쓴 글에 대한 답은" in reply.text and reply.title.startswith("잘 모르겠어요")


async def test_a_mask_is_no_word_of_the_text(bot):
    assert (await bot.ok("/fillmask 나 [MASK]")).text is None
    assert "only Korean" in (await bot.ok("/fillmask the [MASK] end")).text


async def test_a_cut_text_and_its_script_are_two_sentences(bot):
    text = (await bot.ok("/classify " + "오늘 " * 100)).text
    cut, foreign = text.splitlines()
    assert "was cut" in cut and "Hangul" in foreign


async def test_a_model_of_the_hub_is_known_by_its_card(tmp_path, checkpoints):
    made = tmp_path / "made"
    shutil.copytree(checkpoints / "sentiment", made)
    _write_card(made, ["de", "en"])
    async with LoopbackHub() as server:
        repo = server.add("org/tiny", made)
        allowed = [AllowedModel("org/tiny", repo_id="org/tiny", revision=repo.revision)]
        async with running(tmp_path, checkpoints, allowed, server.url) as bot:
            reply = await bot.ok("/classify 오늘 밥 model:org/tiny")
            assert "only German and English:" in reply.text
            assert (await bot.ok("/classify good model:org/tiny")).text is None
