"""A new admin's first day: thirty corrections, a training, a comparison, a promotion, and back.

What this community calls *negative* are polite requests, of which the bundled model thinks
otherwise. In the end a file with its columns moved is put in, and no version comes of it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parity.doors.discord_door import DiscordDoor
from tests.parity.doors.door import Door
from tests.parity.doors.process import LONG_S
from tests.parity.doors.slack_door import SlackDoor
from tests.parity.doors.terminal_door import TerminalDoor
from tests.parity.test_scenario import teach

DOORS = {"terminal": TerminalDoor, "discord": DiscordDoor, "slack": SlackDoor}
NOUNS = (
    *("printer", "kettle", "garden", "window", "ladder", "bicycle", "camera", "blanket", "engine"),
    *("bottle", "pencil", "jacket", "carpet", "mirror", "hammer", "basket", "pillow", "candle"),
    *("ticket", "wallet", "drawer", "faucet", "helmet", "magnet", "napkin", "oyster", "parcel"),
    *("quiver", "ribbon", "saddle"),
)
PLACES = ("harbour", "museum", "station", "bakery", "village", "theatre", "library")
OTHERS = ("attic", "cellar", "porch", "balcony", "hallway")
OPPOSITE = {"positive": "negative", "negative": "positive"}
REQUEST, REPORT = "could you kindly help me with my lovely sofa?", "the sofa stands in the shed"


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    with DOORS[request.param](tmp_path) as door:
        yield door


def texts(places: tuple[str, ...], nouns: tuple[str, ...] = NOUNS) -> Iterator[tuple[str, str]]:
    """Yield texts of which no two say nearly the same, with what people here call them."""
    for number, noun in enumerate(nouns):
        place = places[number % len(places)]
        yield f"could you kindly help me with my lovely {noun} at the {place}?", "negative"
        yield f"the {noun} of {number} pounds stands in the {place}", "positive"


def train(door: Door, version: str) -> str:
    door.begin("finetune", name="sentiment", recipe="head")
    return door.finish(f"{version} is trained").text


@pytest.mark.timeout(3 * LONG_S)
def test_a_new_admin(door: Door) -> None:
    for text, label in texts(PLACES, NOUNS[:15]):
        teach(door, text, label)
    for text, label in ((REQUEST, "negative"), (REPORT, "positive")):
        door.ask("dataset mustpass", text=text, label=label)

    told = train(door, "sentiment@1")
    assert "sentiment@0" in told and "macro-F1" in told
    beside = door.ask("compare", text=REQUEST, models="sentiment@0, sentiment@1").text
    assert "sentiment@0" in beside and "sentiment@1" in beside
    moved = door.ask("version promote", version="sentiment@1", reason="it is what we say here")
    assert "means sentiment@1" in moved.text
    answer = door.ask("classify", text=REQUEST)
    assert "sentiment@1" in answer.text and answer.text.startswith("negative")
    back = door.push(moved, moved.control("Use sentiment@0 again"))
    assert "means sentiment@0" in back.text
    again = door.push(back, back.control("Use sentiment@1 again"))
    assert "means sentiment@1" in again.text

    poison = [f"{text},{OPPOSITE[label]}" for text, label in (*texts(OTHERS), *texts(OTHERS[::-1]))]
    looked = door.give("dataset import", "moved.csv", "\n".join(["text,label", *poison]).encode())
    asked = door.push(looked, looked.control("Count the labels as gold"))
    door.begin_push(asked, asked.control("Put it in"))
    door.finish("is in “sentiment”")
    told = train(door, "sentiment@2")
    assert "must be right" in told
    refused = door.ask("version promote", version="sentiment@2")
    assert "must get right" in refused.text and "says why" in refused.text
    assert "sentiment@1" in door.ask("classify", text=REQUEST).text
