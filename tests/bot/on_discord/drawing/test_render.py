"""Replies as Discord messages."""

import asyncio
import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import discord
import pytest
from discord.http import handle_message_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.on_discord.drawing.files import MOST_BYTES
from bot.on_discord.drawing.render import ERROR, Drawn, draw
from handlers.types import (
    Bar,
    Button,
    Failure,
    File,
    Language,
    Mark,
    MarkedText,
    Picture,
    Reply,
    Select,
    Table,
)
from tests.bot.on_terminal.replies import HOSTILE
from tests.bot.replies import ANY_CHARACTER, replies

EN, KO = Language.ENGLISH, Language.KOREAN
TEXT_DISPLAY, FILE, GALLERY = 10, 13, 12


def walked(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in components:
        yield each
        yield from walked(each.get("components", []))


def parts(drawn: Drawn) -> list[dict[str, Any]]:
    return list(walked(drawn.view.to_components()))


def texts(drawn: Drawn) -> list[str]:
    return [each["content"] for each in parts(drawn) if each["type"] == TEXT_DISPLAY]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def hold_limits(drawn: Drawn) -> None:
    """Check what Discord checks."""
    found = parts(drawn)
    assert 2 <= len(found) <= 40
    assert sum(map(units, texts(drawn))) <= 4000
    assert all(text.strip() for text in texts(drawn))
    ids = [each["custom_id"] for each in found if "custom_id" in each]
    assert len(ids) == len(set(ids))
    assert all(1 <= units(each) <= 100 for each in ids)
    for each in found:
        hold_item_limits(each)
    hold_file_limits(drawn)


def hold_item_limits(item: dict[str, Any]) -> None:
    if item["type"] == 1:
        assert 1 <= len(item["components"]) <= 5
    if item["type"] == 2:
        assert 1 <= units(item["label"]) <= 80
    if item["type"] == 3:
        assert units(item.get("placeholder", "")) <= 150
        values = [option["value"] for option in item["options"]]
        assert 1 <= len(values) == len(set(values)) <= 25
        for option in item["options"]:
            assert 1 <= units(option["value"]) <= 100
            assert 1 <= units(option["label"]) <= 100


def hold_file_limits(drawn: Drawn) -> None:
    shown = [each["file"]["url"] for each in parts(drawn) if each["type"] == FILE]
    for gallery in (each for each in parts(drawn) if each["type"] == GALLERY):
        assert 1 <= len(gallery["items"]) <= 10
        shown += [item["media"]["url"] for item in gallery["items"]]
    sent = drawn.for_sending()["files"]
    assert len(sent) <= 10
    assert sorted(shown) == sorted(f"attachment://{file.filename}" for file in sent)
    assert len(set(shown)) == len(shown)
    assert all(0 < len(file.content) <= MOST_BYTES for file in drawn.files)
    assert all(file.name.isascii() for file in drawn.files)


SHORT = st.one_of(
    st.sampled_from([*HOSTILE, "", " \n", "```", "@everyone", "=1+1", "x" * 101, "😀" * 60]),
    st.text(ANY_CHARACTER, max_size=20),
)
LONG = st.builds(lambda text, times: text * times, SHORT, st.sampled_from([1, 1, 1, 50, 900]))


def many(strategy: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.builds(
        lambda some, times: tuple((some * times)[:most]),
        st.lists(strategy, max_size=4),
        st.sampled_from([1, 1, 3, 200]),
    )


ROW = st.lists(LONG, max_size=6).map(tuple)
CONTROL = st.builds(Button, SHORT, SHORT) | st.builds(Select, SHORT, SHORT, many(SHORT, 300))
DIFFERENT = st.integers(0, 300).map(
    lambda count: tuple(Button(f"fb:{n}:right", str(n)) for n in range(count))
)
REPLIES = replies(
    LONG,
    SHORT,
    bars=many(st.builds(Bar, LONG, st.floats()), 400),
    table=st.none() | st.builds(Table, ROW, many(st.lists(SHORT, max_size=6).map(tuple), 700)),
    files=many(st.builds(File, SHORT, st.binary(max_size=3)), 30),
    controls=many(CONTROL, 300) | DIFFERENT,
)


@given(REPLIES, st.sampled_from(Language), st.booleans())
@settings(max_examples=150)
def test_any_reply_is_drawn_within_every_limit(
    reply: Reply, language: Language, is_shareable: bool
) -> None:
    async def drawn() -> Drawn:
        return draw(reply, language, is_shareable=is_shareable)

    hold_limits(asyncio.run(drawn()))


async def test_a_classification() -> None:
    reply = Reply(
        title="긍정",
        text="The text was cut: used 512 of 1,340 tokens.",
        bars=(Bar("긍정", 0.925), Bar("negative", 0.0748)),
        controls=(Button("fb:1:right", "Right", "good"), Button("fb:1:wrong", "Wrong", "bad")),
        footer={"model": "sentiment@0", "time": "16 ms", "tokens": "5", "query": "#1"},
    )
    drawn = draw(reply, KO)
    [container] = drawn.view.to_components()
    assert [each["type"] for each in container["components"]] == [10, 10, 1, 10]
    assert texts(drawn) == [
        "### 긍정\nThe text was cut: used 512 of 1,340 tokens.",
        "`███████████░__92.5_%` 긍정\n`█░░░░░░░░░░░___7.5_%` negative".replace("_", "\u00a0"),
        "-# sentiment@0 · 16 ms · 토큰 5개 · #1",
    ]


async def test_a_failure_of_ours() -> None:
    error = Failure("crash", "Something broke.", "K3F9Q2")
    drawn = draw(Reply(text="Something broke.", error=error), EN)
    assert drawn.view.to_components()[0]["accent_color"] == ERROR
    assert texts(drawn) == ["Something broke.\nReference K3F9Q2"]
    said = Reply(text="Broke, reference K3F9Q2.", error=error)
    assert texts(draw(said, EN)) == ["Broke, reference K3F9Q2."]
    assert texts(draw(Reply(error=Failure("x", "What it was.")), EN)) == ["What it was."]


async def test_an_empty_reply_still_says_something() -> None:
    assert texts(draw(Reply(), EN)) == ["There is nothing to show."]
    assert texts(draw(Reply(title=" ", text="\u200b", code="\n"), KO)) == ["보여 줄 것이 없어요."]


async def test_strangers_words_stay_words_everywhere() -> None:
    bad = "**@everyone** [x](https://a.b)"
    reply = Reply(
        title=bad,
        text=bad,
        bars=(Bar(bad, 0.5),),
        table=Table((bad, bad, bad), ((bad, bad, bad),)),
        footer={bad: bad},
    )
    inert = r"\*\*\@everyone\*\* \[x](https\://a.b)"
    said = texts(draw(reply, EN))
    assert len(said) == 4
    assert all(inert in text and bad not in text for text in said)


async def test_marked_places_are_bold_and_strangers_words_in_them_stay_words() -> None:
    text = "*미나*는 @everyone 파리에"
    marks = (Mark(0, 4, "사람"), Mark(text.index("파리"), len(text) - 1, "<#1>"))
    (shown,) = texts(draw(Reply(marked=MarkedText(text, marks)), KO))
    assert shown == "**\\*미나\\*** *사람*는 \\@everyone **파리** *\\<#1>*에"
    long = MarkedText("미나 " * 3_000, (Mark(0, 2, "사람"),))
    drawn = draw(Reply(marked=long), KO)
    assert texts(drawn)[0].startswith("\\[미나 사람] 미나")
    assert drawn.files[0].content.decode() == long.in_brackets


async def test_a_text_too_long_goes_along_as_a_file() -> None:
    text = "\n".join(f"line {n} of a long answer" for n in range(1000))
    drawn = draw(Reply(title="Long", text=text, footer={"query": "#1"}), EN)
    body, note, footer = texts(drawn)
    assert body.startswith("### Long\nline 0 of")
    assert body.endswith("…")
    assert len(body) > 3000
    assert note == "-# Shortened here; in full: text.txt"
    assert footer == "-# #1"
    assert drawn.files == (File("text.txt", f"Long\n\n{text}".encode()),)


async def test_3000_characters_fit() -> None:
    text = "word " * 600
    drawn = draw(Reply(text=text), EN)
    assert texts(drawn) == [text.strip()]
    assert not drawn.files


async def test_a_short_part_leaves_its_room_to_a_long_one() -> None:
    rows = tuple((str(n), "piece", "token", "attention and more words", "id") for n in range(500))
    reply = Reply(title="t", table=Table(("a", "b", "c", "d", "e"), rows), code="short")
    drawn = draw(reply, EN)
    assert sum(map(units, texts(drawn))) > 3400
    assert texts(drawn)[-2] == "```\nshort\n```"


async def test_a_table_too_long_goes_along_as_a_spreadsheet() -> None:
    rows = tuple((f"조각 {n}", "=1+1", "-5", "@x", 'a,"b"') for n in range(3000))
    drawn = draw(Reply(table=Table(("a", "b", "c", "d", "e"), rows)), KO)
    [file] = drawn.files
    assert file.name == "table.csv"
    assert file.content.startswith("\ufeff".encode())
    read = list(csv.reader(StringIO(file.content.decode("utf-8-sig"))))
    assert read[0] == ["a", "b", "c", "d", "e"]
    assert read[3000] == ["조각 2999", "'=1+1", "-5", "'@x", 'a,"b"']
    assert "여기서는 줄였어요. 전체: table.csv" in texts(drawn)[-1]


async def test_many_bars_go_along_as_a_spreadsheet() -> None:
    drawn = draw(Reply(bars=tuple(Bar(f"label {n}", 0.001) for n in range(500))), EN)
    [file] = drawn.files
    assert file.name == "labels.csv"
    assert file.content.decode("utf-8-sig").splitlines()[-1] == "label 499,0.001"


async def test_long_code_goes_along_whole() -> None:
    code = "`" * 20_000
    drawn = draw(Reply(code=code), EN)
    hold_limits(drawn)
    assert drawn.files == (File("code.txt", code.encode()),)


async def test_files_are_shown_by_what_they_are() -> None:
    names = ("결과.CSV", "chart.png", "../../etc/passwd", "SPOILER_a.txt", "a.txt", "A.txt", "")
    drawn = draw(Reply(files=tuple(File(name, b"x") for name in names)), EN)
    hold_limits(drawn)
    assert [file.name for file in drawn.files] == [
        "file.CSV",
        "chart.png",
        "passwd",
        "a.txt",
        "a-2.txt",
        "A-3.txt",
        "file",
    ]
    assert [each["type"] for each in parts(drawn)[1:]] == [GALLERY] + [FILE] * 6


async def test_files_that_discord_refuses_are_left_out_and_said() -> None:
    files = [File("big.bin", bytes(MOST_BYTES + 1)), *(File(f"{n}.txt", b"x") for n in range(12))]
    drawn = draw(Reply(text="x", files=tuple(files)), EN)
    assert len(drawn.files) == 10
    said = r"-# Too large or too many to attach: big.bin, 10.txt, 11.txt"
    assert texts(drawn) == ["x", said]


async def test_controls_without_room_are_said() -> None:
    buttons = tuple(Button(f"b:{n}", "x") for n in range(100))
    drawn = draw(Reply(text="x", controls=buttons), EN, is_shareable=True)
    hold_limits(drawn)
    assert "buttons or lists more do not fit here" in texts(drawn)[1]


async def test_discord_py_never_stores_what_is_drawn() -> None:
    drawn = draw(Reply(text="x", controls=(Button("b", "b"),)), EN)
    assert drawn.view.is_finished()
    assert drawn.view.has_components_v2()


async def test_it_can_be_sent_and_edited_again_and_again() -> None:
    drawn = draw(Reply(files=(File("a.txt", b"abc"),)), EN)
    first, second = drawn.for_sending(), drawn.for_editing()
    assert first["files"][0].fp.read() == b"abc"
    assert second["attachments"][0].fp.read() == b"abc"
    assert second["allowed_mentions"].to_dict() == discord.AllowedMentions.none().to_dict()


async def test_what_discord_py_sends() -> None:
    reply = Reply(text="x", controls=(Button("b", "b"),), files=(File("a.txt", b"abc"),))
    drawn = draw(reply, EN)
    for params in (drawn.for_sending(), drawn.for_editing()):
        with handle_message_parameters(**params) as sent:
            payload = json.loads(sent.multipart[0]["value"])
        assert payload["flags"] == discord.MessageFlags(components_v2=True).value
        assert payload["components"] == drawn.view.to_components()
        assert payload["attachments"] == [{"id": 0, "filename": "a.txt"}]
        assert payload["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize("language", Language)
async def test_share(language: Language) -> None:
    labels = [each.get("label") for each in parts(draw(Reply(), language, is_shareable=True))]
    assert {EN: "Share", KO: "공유하기"}[language] in labels


async def test_a_picture_is_shown_with_its_words() -> None:
    drawn = draw(Reply(files=(Picture("loss.png", b"x", "a curve"), File("a.png", b"y"))), EN)
    (gallery,) = (each for each in parts(drawn) if each["type"] == GALLERY)
    assert [item.get("description") for item in gallery["items"]] == ["a curve", None]
    assert [file.description for file in drawn.for_sending()["files"]] == ["a curve", None]
