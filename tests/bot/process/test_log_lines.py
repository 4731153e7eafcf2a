"""Lines of the log: where they belong, without tokens, and none that wipe the others."""

import json
import logging
from pathlib import Path

import pytest

from bot.process.log_limits import MOST_A_MINUTE
from bot.process.logs import start_log
from handlers.guard.failures import crash
from handlers.guard.log_context import ASKED_IN
from handlers.types import Language, Place

TOKENS = (
    "xoxb-123456-abcdefgh",
    "xoxe.xoxp-1-Mi0yLTQ",
    "xapp-1-A0000-999-abc",
    "hf_abcdefghijklmnop",
    "MTA1NjQ4NzY1NDMyMTA5ODc2.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789",
)
PLACE = Place("discord", "discord:7", "general")
log = logging.getLogger("tokki.test")


@pytest.fixture
def started(tmp_path: Path, restored_log: logging.Logger):
    def start(*, as_json: bool = False) -> Path:
        start_log(tmp_path, "INFO", as_json=as_json)
        return tmp_path / "tokki.log"

    return start


@pytest.fixture
def asked():
    before = ASKED_IN.set(PLACE)
    yield
    ASKED_IN.reset(before)


def broken() -> Exception:
    try:
        raise ZeroDivisionError("oops")
    except ZeroDivisionError as error:
        return error


def test_people_read_where_it_was(started, asked):
    file = started()
    log.info("hello")
    assert "INFO tokki.test [discord:7]: hello" in file.read_text()


def test_programs_read_all_of_it(started, asked):
    file = started(as_json=True)
    reply = crash(broken(), "/classify", Language.ENGLISH)
    (line,) = map(json.loads, file.read_text().splitlines())
    assert line["reference"] == reply.error.reference
    assert (line["community"], line["door"], line["level"]) == ("discord:7", "discord", "ERROR")
    assert line["message"].startswith("/classify broke") and "ZeroDivisionError" in line["error"]


def test_outside_of_requests_nobody_is_named(started):
    file = started(as_json=True)
    log.info("토끼\nhello")
    line = json.loads(file.read_text())
    assert line["message"] == "토끼\nhello" and {"community", "door", "reference"}.isdisjoint(line)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("token", TOKENS)
def test_no_token_is_written(started, token, as_json):
    file = started(as_json=as_json)
    log.warning("refused: %s", token)
    log.error("broke", exc_info=ValueError(f"Authorization: Bearer {token}"))
    assert token not in file.read_text() and "***" in file.read_text()


def test_the_same_break_is_traced_once(started):
    file = started()
    for _ in range(20):
        crash(broken(), "/classify", Language.ENGLISH)
    said = file.read_text()
    assert said.count("Traceback") == 1
    assert said.count("ZeroDivisionError in broken") == 19
    assert said.count("reference") == 20


def test_one_line_of_code_cannot_fill_the_log(started):
    file = started()
    for _ in range(3 * MOST_A_MINUTE):
        log.warning("again")
    log.warning("something else")
    said = file.read_text()
    assert MOST_A_MINUTE <= said.count("again") <= 2 * MOST_A_MINUTE  # a minute may have ended
    assert "something else" in said
