"""One scenario through every door, with the bundled models: what a community does on its first day.

A door here is anything with `say`, `press` and `restart`; so far there is the terminal.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parity.terminal_door import TerminalDoor

DOORS = {"terminal": TerminalDoor}


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TerminalDoor]:
    with DOORS[request.param](tmp_path) as door:
        yield door


def test_the_first_day(door):
    answer = door.say("/classify I love this")
    assert answer["bars"][0]["label"] == "positive"
    assert answer["footer"]["model"] == "sentiment@0"
    right, wrong, undo = (control["id"] for control in answer["controls"])

    assert "positive" in door.press(right)["text"]
    door.restart()
    asked = door.press(wrong)
    assert asked["controls"][0]["options"] == ["negative"]
    assert "negative" in door.press(asked["controls"][0]["id"], "negative")["text"]
    assert "taken back" in door.press(undo)["text"]

    assert door.say("/분류 정말 최악이에요")["bars"][0]["label"] == "negative"
    assert door.say("/classify 삼성전자 새 반도체 공개 model:topics")["bars"]
    assert "gratitude" in door.say("/classify thank you so much model:emotions")["title"]
    filled = door.say("/fillmask 이 영화 정말 ___ top:3")
    assert len(filled["table"]["rows"]) == 3
    pieces = door.say("/tokenize 안녕하세요 👩‍👩‍👧 hello")
    assert "👩" in "".join(row[0] for row in pieces["table"]["rows"])
    info = dict(door.say("/modelinfo sentiment")["table"]["rows"])
    assert info["labels"] == "0=negative, 1=positive"
    assert info["licence"]
    assert len(door.say("/history")["table"]["rows"]) == 7
    assert {row[0] for row in door.say("/models")["table"]["rows"]} == {
        "sentiment@0",
        "topics@0",
        "emotions@0",
        "fillmask@0",
    }


def test_learning(door):
    for text, label in TAUGHT:
        answer = door.say(f"/classify {text}")
        door.press(answer["controls"][1]["id"].replace("wrong", "label"), label)

    door.write("/finetune name:ours epochs:2")
    door.write("/classify I love this model:ours@1")  # waits for the training to end
    answers = [door.read(), door.read()]
    done = next(a for a in answers if a["title"] == "ours@1 is trained")
    assert done["table"]["columns"][1:] == ["ours@1", "sentiment@0"]
    asked = next(a for a in answers if a is not done)
    assert asked["footer"]["model"] == "ours@1"

    door.write("/finetune name:again epochs:50")
    door.write("/classify I love this")
    assert door.read()["footer"]["model"] == "sentiment@0"
    assert "being stopped" in door.say("/finetune cancel")["text"]
    assert "cancelled" in door.read()["text"]
    assert door.say("/classify x model:again")["error"]["code"] == "unknown_model"


TAUGHT = [
    ("I love this", "positive"),
    ("what a lovely day", "positive"),
    ("this is great", "positive"),
    ("정말 좋아요", "positive"),
    ("최고의 하루였어요", "positive"),
    ("happy to see you", "positive"),
    ("I hate this", "negative"),
    ("what a terrible day", "negative"),
    ("this is awful", "negative"),
    ("정말 싫어요", "negative"),
    ("최악의 하루였어요", "negative"),
    ("sorry to see this go wrong", "negative"),
]
