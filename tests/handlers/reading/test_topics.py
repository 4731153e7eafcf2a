"""Words of the field: whoever types one is told the command."""

import pytest

from handlers.commands import TABLE
from handlers.reading.lookup import find_action
from handlers.reading.topics import TOPICS, topic_of


def test_each_leads_to_a_command_and_hides_none():
    names = {name for one in TABLE.commands for name in (one.name.en, one.name.ko)}
    for full_name, words in TOPICS.items():
        name, _, action = full_name.partition(" ")
        assert find_action(TABLE.find(name), action) if action else TABLE.find(name)
        assert names.isdisjoint(words.split()), full_name
    words = [word for words in TOPICS.values() for word in words.split()]
    assert len(words) == len(set(words))
    assert all(topic_of(word) for word in words)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/ner Mina works in Paris", "/entities"),
        ("/question-answering who?", "/ask"),
        ("/train name:mine", "/finetune"),
        ("/help Sentiment_Analysis", "/classify"),
        ("/help privacy", "/me"),
        ("/gradio", "/version publish"),
        ("/attention good", "/explain"),
        ("/양자화", "/모델정보"),
        ("/임베딩 버스가 늦게 와요", "/벡터"),
        ("/help 개체명인식", "/개체"),
        ("/미세조정", "/학습"),
        ("/개인정보", "/나"),
    ],
)
async def test_it_is_named(bot, line, meant):
    reply = await bot.say(line)
    assert reply.error.code == "unknown_command" and f"Did you mean {meant}?" in reply.text


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/dataset undo", "/jobs"),
        ("/dataset delete", "/dataset archive"),
        ("/데이터셋 되돌리기", "/작업"),
        ("/데이터셋 이름", "/데이터셋 바꾸기"),
        ("/버전 삭제", "/버전 지우기"),
        ("/dataset shwo", "show"),
    ],
)
async def test_so_is_a_word_that_is_no_action(bot, line, meant):
    reply = await bot.say(line)
    assert reply.error.code == "unknown_action" and f"Did you mean {meant}?" in reply.text


async def test_what_is_no_word_of_the_field_is_spelled_wrong(bot):
    assert "/classify" in (await bot.say("/clasify x")).text
    assert "Did you mean" not in (await bot.say("/xyzzy x")).text
