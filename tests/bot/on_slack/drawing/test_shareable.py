"""What a share button carries is ours, and for one person."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from zlib import compress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.on_slack.drawing.render import Drawn, draw
from bot.on_slack.drawing.shareable import LONGEST_VALUE, pack, sealing_key, unpack
from handlers.types import Bar, Button, Language, Reply, UserError

KEY = sealing_key("xoxb-1", "U1")
BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "hi"}}]


def controls(drawn: Drawn) -> list[dict]:
    return [each for row in drawn.controls for each in row["elements"]]


def test_the_button_carries_the_answer_without_its_controls() -> None:
    buttons = (Button("fb:1:right", "Right"),)
    reply = Reply("긍정", "t", (Bar("긍정", 0.9),), controls=buttons, footer={"model": "a@1"})
    drawn = draw(reply, Language.KOREAN, is_shareable=True, key=KEY)
    blocks, text = unpack(controls(drawn)[-1]["value"], KEY)
    assert blocks == [b for b in drawn.blocks if b["type"] != "actions"]
    assert text == drawn.text


def test_an_answer_too_large_for_a_button_has_none() -> None:
    code = "".join(chr(0xAC00 + n * 7919 % 11_172) for n in range(2_000))
    assert not controls(draw(Reply(code=code), Language.ENGLISH, is_shareable=True, key=KEY))


@given(st.text(max_size=200))
def test_a_forged_value_is_refused(value: str) -> None:
    for forged in (value, urlsafe_b64encode(compress(value.encode())).decode()):
        with pytest.raises(UserError, match="unknown_control"):
            unpack(forged, KEY)


@pytest.mark.parametrize("where", [0, 15, 16, -1])
def test_a_changed_value_is_refused(where: int) -> None:
    sealed = bytearray(urlsafe_b64decode(pack(BLOCKS, "hi", KEY)))
    sealed[where] ^= 1
    with pytest.raises(UserError, match="unknown_control"):
        unpack(urlsafe_b64encode(sealed).decode(), KEY)


@pytest.mark.parametrize(
    "key", [sealing_key("xoxb-1", "U2"), sealing_key("xoxb-2", "U1"), sealing_key(None, "U1")]
)
def test_an_answer_to_somebody_else_is_refused(key: bytes) -> None:
    with pytest.raises(UserError, match="unknown_control"):
        unpack(pack(BLOCKS, "hi", KEY), key)


def test_without_a_token_nothing_is_taken_for_ours() -> None:
    nothing = sealing_key(None, "U1")
    with pytest.raises(UserError, match="unknown_control"):
        unpack(pack(BLOCKS, "hi", nothing), nothing)


def test_a_value_fits_a_button() -> None:
    assert 0 < len(pack(BLOCKS, "hi", KEY)) <= LONGEST_VALUE
