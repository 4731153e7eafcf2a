"""Buttons and selects."""

from typing import Any

import pytest

from bot.on_discord.drawing.controls import draw_controls
from handlers.types import Button, Control, Language, Select

EN, KO = Language.ENGLISH, Language.KOREAN

pytestmark = pytest.mark.asyncio
"""discord.py makes its items in a running loop."""


def rows(*controls: Control, room: int = 25, **how: Any) -> list[list[dict[str, Any]]]:
    drawn = draw_controls(controls, how.pop("language", EN), room, **how)
    return [row.to_component_dict()["components"] for row in drawn.rows]


def ids(*controls: Control, **how: Any) -> list[list[str]]:
    return [[item["custom_id"] for item in row] for row in rows(*controls, **how)]


async def test_styles() -> None:
    [row] = rows(Button("a", "맞아요", "good"), Button("b", "Wrong", "bad"), Button("c", "Undo"))
    assert [item["style"] for item in row] == [3, 4, 2]
    assert row[0]["label"] == "맞아요"


async def test_five_buttons_a_row_and_a_select_in_its_own() -> None:
    buttons = [Button(str(n), "x") for n in range(6)]
    select = Select("s", "Which?", ("a", "b"))
    assert ids(*buttons, select, Button("z", "z")) == [
        ["0", "1", "2", "3", "4"],
        ["5"],
        ["s"],
        ["z"],
    ]


async def test_a_select() -> None:
    [[select]] = rows(Select("s", "Which label\nis right?", ("긍정", "부정", "긍정")))
    assert select["placeholder"] == "Which label⏎is right?"
    assert [(each["label"], each["value"]) for each in select["options"]] == [
        ("긍정", "긍정"),
        ("부정", "부정"),
    ]


async def test_more_options_than_a_select_takes() -> None:
    many = Select("fb:1:label", "?", tuple(f"label {n}" for n in range(28)))
    [[select], [more]] = rows(many, language=KO)
    assert len(select["options"]) == 25
    assert (more["custom_id"], more["label"]) == ("more:fb:1:label", "다른 라벨…")
    assert len(rows(Select("s", "?", many.options[:25]))) == 1


async def test_a_label_that_a_select_cannot_give_back_is_typed() -> None:
    odd = ("x" * 101, "", " ", "a\nb", "\ud83d", "fine")
    [[select], [more]] = rows(Select("s", "?", odd))
    assert [each["value"] for each in select["options"]] == ["fine"]
    assert more["custom_id"] == "more:s"
    assert ids(Select("s", "?", odd[:-1])) == [["more:s"]]
    assert ids(Select("s", "?", ())) == []


async def test_what_discord_would_refuse_is_left_out() -> None:
    bad = [Button("x" * 101, "a"), Button("", "b"), Button("\ud83d", "c")]
    drawn = draw_controls([*bad, Button("ok", ""), Button("ok", "again")], EN, 25)
    [row] = [each.to_component_dict()["components"] for each in drawn.rows]
    assert [(item["custom_id"], item["label"]) for item in row] == [("ok", "–")]
    assert drawn.left_out == 3


async def test_long_labels_are_shortened() -> None:
    [[button], [select]] = rows(Button("b", "😀" * 80), Select("s", "word " * 100, ("o",)))
    assert len(button["label"].encode("utf-16-le")) // 2 <= 80
    assert len(select["placeholder"]) <= 150


async def test_share_comes_last_and_always_has_room() -> None:
    many = [Button(str(n), "x") for n in range(100)]
    drawn = draw_controls([Button("share", "mine"), *many], KO, 12, is_shareable=True)
    items = [item for row in drawn.rows for item in row.to_component_dict()["components"]]
    assert [(items[-1]["custom_id"], items[-1]["label"])] == [("share", "공유하기")]
    assert len(items) + len(drawn.rows) <= 12
    assert drawn.left_out == 100 - (len(items) - 1)
