"""Replies as people see them in Slack."""

import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.on_slack.drawing.render import Drawn, draw, draw_window
from bot.on_slack.drawing.shareable import sealing_key, unpack
from bot.on_slack.incoming.origin import Origin
from bot.on_slack.showing.window import window_view
from handlers.types import (
    Actor,
    Bar,
    Button,
    Failure,
    File,
    Language,
    Mark,
    MarkedText,
    Reply,
    Role,
    Select,
    Table,
)
from tests.bot.on_slack.limits import assert_message, assert_view
from tests.bot.on_slack.replies import HOSTILE, REPLIES
from tests.servers.slack_server.checks.problem import units

KEY = sealing_key("xoxb-1", "U1")
EN, KO = Language.ENGLISH, Language.KOREAN
BUTTONS = (Button("fb:1:right", "Right", "good"), Button("fb:1:wrong", "Wrong", "bad"))


def texts(drawn: Drawn, kind: str = "section") -> list[str]:
    return [block["text"]["text"] for block in drawn.blocks if block["type"] == kind]


def small(drawn: Drawn) -> list[str]:
    return [b["elements"][0]["text"] for b in drawn.blocks if b["type"] == "context"]


def controls(drawn: Drawn) -> list[dict]:
    return [each for b in drawn.blocks if b["type"] == "actions" for each in b["elements"]]


@settings(max_examples=250)
@given(REPLIES, st.sampled_from(Language), st.booleans())
def test_any_reply_is_drawn_within_every_limit_and_nothing_in_it_acts(
    reply: Reply, language: Language, is_shareable: bool
) -> None:
    drawn = draw(reply, language, is_shareable=is_shareable, key=KEY)
    for form in drawn.forms():
        if form["blocks"]:
            assert_message(form["blocks"], form["text"])
    assert_message(drawn.blocks, drawn.text)
    assert len(drawn.files) <= 10 and all(file.content for file in drawn.files)
    names = [file.name for file in drawn.files]
    assert len(set(names)) == len(names)
    assert all("/" not in name and "\\" not in name and not name.startswith(".") for name in names)
    shares = [each for each in controls(drawn) if "value" in each]
    assert len(shares) <= is_shareable
    assert all(unpack(each["value"], KEY)[1] == drawn.text for each in shares)


@settings(max_examples=250)
@given(REPLIES, st.sampled_from(Language))
def test_any_reply_is_drawn_within_every_limit_of_a_window(
    reply: Reply, language: Language
) -> None:
    drawn, reader = draw_window(reply, language), Actor("U1", "mina", Role.MEMBER, language)
    assert not drawn.files
    for form in drawn.forms():
        if form["blocks"]:
            assert_view(window_view(form["blocks"], Origin(), reader))


def test_marked_places_stand_in_brackets() -> None:
    marked = MarkedText("미나는 <!channel>", (Mark(0, 2, "사람"),))
    drawn = draw(Reply(marked=marked, text="below"), KO)
    assert texts(drawn) == ["[미나 사람]는 <!channel>\nbelow"]


def test_a_classification() -> None:
    reply = Reply(
        title="긍정",
        text="The text was cut: used 512 of 1,340 tokens.",
        bars=(Bar("긍정", 0.925), Bar("negative", 0.0748), Bar("😀", 0.0001)),
        controls=BUTTONS,
        footer={"model": "sentiment@1", "time": "12 ms", "tokens": "5", "query": "#12"},
    )
    drawn = draw(reply, EN)
    assert texts(drawn, "header") == ["긍정"]
    assert texts(drawn) == [
        "The text was cut: used 512 of 1,340 tokens.",
        "`███████████░\u00a0\u00a092.5\u00a0%` 긍정\n"
        "`█░░░░░░░░░░░\u00a0\u00a0\u00a07.5\u00a0%` negative\n"
        "`░░░░░░░░░░░░\u00a0&lt;\u00a00.1\u00a0%` 😀",
    ]
    assert [c["action_id"] for c in controls(drawn)] == ["fb:1:right", "fb:1:wrong"]
    assert [c.get("style") for c in controls(drawn)] == ["primary", "danger"]
    assert small(drawn) == ["sentiment@1 · 12 ms · 5 tokens · #12"]
    assert drawn.text == (
        "긍정\nThe text was cut: used 512 of 1,340 tokens.\n"
        "긍정 92.5 %\nnegative 7.5 %\n😀 &lt; 0.1 %"
    )
    assert drawn.files == ()


@pytest.mark.parametrize("text", HOSTILE[:5])
def test_the_words_of_a_reply_stay_as_they_were_written(text: str) -> None:
    drawn = draw(Reply(title="t", text=text), EN)
    [section] = [b for b in drawn.blocks if b["type"] == "section"]
    assert section["text"] == {"type": "plain_text", "text": text, "emoji": False}


def test_markup_in_labels_and_cells_formats_nothing() -> None:
    markup = "*b* _i_ ~s~ `c` :tada: snake_case_name ___ 3:30"
    drawn = draw(Reply(bars=(Bar(markup, 1),), table=Table(("a", "b"), ((markup, markup),))), EN)
    inert = "∗b∗ ˍiˍ ∼s∼ ˋcˋ ∶tada∶ snake_case_name ___ 3:30"
    assert [inert in text for text in texts(drawn)] == [True, True]


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -1.0, 7.0])
def test_odd_scores_are_drawn(score: float) -> None:
    assert " a" in texts(draw(Reply(bars=(Bar("a", score),)), EN))[0]


def test_two_columns_become_pairs_in_bold() -> None:
    table = Table(
        ("what", "value"), (("layers", "6"), ("라벨", "긍정 & 부정"), ("", "x"), ("y", ""))
    )
    assert texts(draw(Reply(table=table), EN)) == ["*layers* 6\n*라벨* 긍정 &amp; 부정\nx\n*y*"]


def test_a_narrow_table_is_a_grid_that_counts_hangul_as_two() -> None:
    table = Table(("token", "id", "k"), (("한국", "1", "a"), ("a`````b", "1,024", "<")))
    [text] = texts(draw(Reply(table=table), EN))
    lines = text.replace("\u200b", "").split("\n")
    assert lines == [
        "```",
        "token       id  k",
        "───────  ─────  ─",
        "한국         1  a",
        "a`````b  1,024  &lt;",
        "```",
    ]
    assert "``" not in text[3:-3]


def test_a_wide_table_is_a_list_without_empty_cells() -> None:
    table = Table(
        ("no.", "text", "answer", "you said"),
        (("#12", "this one was really worth the wait", "positive 98%", ""),),
    )
    assert texts(draw(Reply(table=table), EN)) == [
        "*#12* — text: this one was really worth the wait · answer: positive 98%"
    ]


def test_a_table_that_does_not_fit_is_counted_and_attached_whole() -> None:
    rows = tuple((f"row {n}", "=HYPERLINK(1)" if n else "-12.5 %") for n in range(2_000))
    drawn = draw(Reply(table=Table(("열", "b"), rows)), EN)
    [file] = drawn.files
    assert file.name == "table.csv"
    assert file.content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(StringIO(file.content.decode("utf-8-sig"))))
    assert read[0] == ["열", "b"] and len(read) == 2_001
    assert read[1] == ["row 0", "-12.5 %"], "a number is no formula"
    assert read[2][1] == "'=HYPERLINK(1)"
    assert texts(draw(Reply(table=Table(("열", "b"), rows)), EN))[-1].endswith(" more")
    assert small(drawn) == ["Shortened here; in full: table.csv"]


def test_many_bars_are_counted_and_attached_whole() -> None:
    drawn = draw(Reply(bars=tuple(Bar(f"@label{n}", 0.5) for n in range(77))), KO)
    assert texts(drawn)[-1].endswith("… 47개 더 있어요")
    assert drawn.files[0].name == "labels.csv"
    assert "'@label76,0.5" in drawn.files[0].content.decode("utf-8-sig")


def test_long_text_takes_several_sections_and_then_a_file() -> None:
    text = "\n".join(f"line {n}" for n in range(500))
    drawn = draw(Reply(text=text), EN)
    assert len(texts(drawn)) == 2
    assert "".join(texts(drawn)) == text and not drawn.files
    longer = text * 4
    drawn = draw(Reply(text=longer), EN)
    assert drawn.files == (File("text.txt", longer.encode()),)
    assert texts(drawn)[-1].endswith("…")
    assert all(units(each) <= 3_000 for each in texts(drawn))


def test_a_window_has_room_for_more_and_promises_no_file() -> None:
    text = "\n".join(f"line {n}" for n in range(2_500))
    drawn = draw_window(Reply(text=text), EN)
    assert "".join(texts(drawn)) == text and not small(drawn)
    for cut in (Reply(text=text * 3), Reply(text=text, files=(File("a.csv", b"1"),))):
        drawn = draw_window(cut, EN)
        assert small(drawn) == ["Shortened: a Slack window has no room for the rest."]
        assert not drawn.files


def test_a_window_leaves_room_for_what_is_in_its_controls() -> None:
    options = tuple(f"{n}{'가' * 70}" for n in range(100))
    reply = Reply(text="가" * 60_000, controls=(Select("s", "?", options),))
    view = window_view(draw_window(reply, KO).blocks, Origin(), Actor("U1", "m", Role.MEMBER, KO))
    assert_view(view)
    assert units("".join(each for each in texts(draw_window(reply, KO)))) > 15_000


def test_a_long_title_is_told_whole() -> None:
    title = "word " * 60
    drawn = draw(Reply(title=title, text="t"), EN)
    assert units(texts(drawn, "header")[0]) <= 150
    assert texts(drawn) == [f"{title.strip()}\nt"]


def test_code_cannot_leave_its_fence() -> None:
    [text] = texts(draw(Reply(code="a\n```\n<!channel> ``` b"), EN))
    assert text.startswith("```\n") and text.endswith("\n```")
    assert "``" not in text[3:-3] and "&lt;!channel&gt;" in text


def test_long_code_is_attached() -> None:
    drawn = draw(Reply(code="`" * 5_000), EN)
    assert drawn.files == (File("code.txt", b"`" * 5_000),)


def test_an_error_is_marked_and_says_its_reference_once() -> None:
    error = Failure("crash", "for programs", "K3F9Q2")
    assert texts(draw(Reply(text="It broke.", error=error), EN)) == [
        "⚠️ It broke.\nReference K3F9Q2"
    ]
    assert texts(draw(Reply(text="Broke, K3F9Q2.", error=error), EN)) == ["⚠️ Broke, K3F9Q2."]
    assert texts(draw(Reply(error=Failure("x", "for people")), EN)) == ["⚠️ for people"]
    titled = draw(Reply(title="No", text="so", error=error), EN)
    assert texts(titled, "header") == ["⚠️ No"]


def test_files_keep_readable_names_of_their_own() -> None:
    files = tuple(File(name, b"") for name in ("토큰.csv", "../../토큰.csv", "a b?.txt", ".."))
    drawn = draw(Reply(files=files), EN)
    assert [f.name for f in drawn.files] == ["토큰.csv", "토큰-2.csv", "a_b.txt", "file"]
    assert drawn.text == "토큰.csv, 토큰-2.csv, a_b.txt, file"


def test_an_empty_reply_still_says_something() -> None:
    drawn = draw(Reply(), KO)
    assert (texts(drawn), drawn.text) == (["보여 줄 것이 없어요."], "보여 줄 것이 없어요.")


class TestControls:
    def test_a_select_stands_in_a_row_of_its_own(self) -> None:
        select = Select("fb:1:label", "Which?", ("긍정", "부정", "긍정"))
        drawn = draw(Reply(text="t", controls=(select, BUTTONS[0])), EN, is_shareable=True)
        rows = [b["elements"] for b in drawn.blocks if b["type"] == "actions"]
        assert [[e["action_id"] for e in row] for row in rows] == [
            ["fb:1:label"],
            ["fb:1:right", "share"],
        ]
        assert [o["value"] for o in rows[0][0]["options"]] == ["긍정", "부정"]

    @pytest.mark.parametrize(
        "options", [tuple(f"l{n}" for n in range(101)), ("ok", "x" * 151), ("ok", "a\x00b")]
    )
    def test_what_a_select_cannot_offer_can_be_typed(self, options: tuple[str, ...]) -> None:
        drawn = draw(Reply(text="t", controls=(Select("fb:1:label", "?", options),)), EN)
        select, more = controls(drawn)
        assert len(select["options"]) == min(len(options) - 1, 100)
        assert more["action_id"] == "more:fb:1:label"

    def test_a_select_without_options_is_a_button_or_nothing(self) -> None:
        assert not controls(draw(Reply(text="t", controls=(Select("s", "?", ()),)), EN))
        only = Select("s", "?", ("x" * 200,))
        assert [c["type"] for c in controls(draw(Reply(text="t", controls=(only,)), EN))] == [
            "button"
        ]

    def test_controls_that_slack_does_not_take_are_counted(self) -> None:
        drawn = draw(Reply(text="t", controls=(Button("x" * 256, "a"), Button("y", " "))), EN)
        assert [c["text"]["text"] for c in controls(drawn)] == ["–"]
        assert small(drawn) == ["1 button or list more does not fit here."]


def test_what_every_row_has_is_said_once() -> None:
    rows = tuple((f"#{n}", f"text number {n}, quite long", "sentiment@1") for n in range(3))
    [text] = texts(draw(Reply(table=Table(("no.", "text", "model"), rows)), EN))
    assert text.split("\n") == [
        "In every row: model: sentiment@1",
        "```",
        "no.  text",
        "───  ─────────────────────────",
        " #0  text number 0, quite long",
        " #1  text number 1, quite long",
        " #2  text number 2, quite long",
        "```",
    ]


def test_ever_plainer_forms_say_the_same_and_keep_the_controls() -> None:
    drawn = draw(Reply(title="긍정", text="*a* <b> & :tada:", controls=BUTTONS), EN)
    _, plainer, plainest = drawn.forms()
    assert plainer["blocks"][0]["text"]["text"] == "긍정\n*a* <b> & :tada:"
    assert plainer["blocks"][-1]["elements"] == controls(drawn)
    assert not plainest["blocks"]
    assert (plainest["parse"], plainest["mrkdwn"]) == ("none", False)
