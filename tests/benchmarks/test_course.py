"""The course's table: what is compared is equal, what differs is said, and the page has it all."""

from pathlib import Path

import pytest

from benchmarks.course import afternoon, results, walking
from benchmarks.course.classroom import classroom
from benchmarks.course.comparing import letter, near
from benchmarks.course.features import CHAPTERS
from benchmarks.course.page import draw
from benchmarks.course.results import Results
from benchmarks.course.rows import Answer, Compared, Row
from handlers.commands import TABLE
from handlers.reading.grammar import parse
from handlers.types import Reply

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "course.md").read_text("utf-8")
ROWS = [*walking.rows()]
QUICK = ("their ids", "token_type", "logits", "from_pretrained at")


def test_the_page_is_drawn_from_what_was_kept():
    assert draw(results.read()) == PAGE


def test_all_that_was_compared_is_equal():
    kept = results.read().rows
    checked = {row.feature.en: bool(row.check) for row in ROWS}
    assert len(ROWS) == len(checked) >= 40
    assert sum(checked.values()) >= 30
    assert {name: each.is_equal for name, each in kept.items() if each.is_equal is not None} == {
        name: True for name in kept if checked[name]
    }


def test_what_is_not_measured_says_so():
    page = draw(Results())
    assert page.count("| not measured yet | – | – |") == len(ROWS)
    assert f"Of {len(ROWS)} features 0 are compared" in page
    assert f"{len(ROWS)} are not measured yet" in page
    assert "아직은 명령과 설명만 있어요" in page


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.feature.en)
def test_both_commands_of_a_row_are_the_same(row: Row):
    meant = [parse(command, TABLE) for command in (row.command.en, row.command.ko)]
    assert len({id(each.command) for each in meant}) == 1
    assert len({tuple(each.options) for each in meant}) == 1


@pytest.mark.parametrize("step", afternoon.STEPS, ids=lambda step: step.command)
def test_each_step_of_the_afternoon_can_be_read(step: afternoon.Step):
    parse(step.command, TABLE)


@pytest.mark.figures
async def test_commands_and_code_say_the_same():
    wanted = [*walking.rows(QUICK)]
    async with classroom() as room:
        shown = await walking.walk(room, wanted)
        seen = await afternoon.spend(room, afternoon.STEPS[:2])
    assert [each.compared.is_equal for each in shown] == [True] * len(wanted)
    page = draw(Results().and_now(shown, seen))
    assert f"{len(wanted)} are compared" in page.replace("\n", " ")
    assert "token_type_ids" in seen[1].shown
    assert all(f"tokki> {each.step.command}\n{each.shown}\n" in page for each in seen)


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (near(lambda _: {"good": 0.5}), "good: 0.5003"),
        (near(lambda _: {"good": 0.5}), "bad: 0.5"),
        (near(lambda _: {}), ""),
        (letter(lambda _: [1, 2], lambda said: [int(each) for each in said]), "13"),
        (letter(lambda _: "", str), ""),
    ],
)
def test_what_differs_is_not_equal(check, said):
    compared = check(Answer(Reply(), {}), said)
    assert compared.is_equal is False


def test_a_row_that_differs_stands_out():
    row = CHAPTERS[0].rows[0]
    shown = walking.Shown(row, Compared("1", "2", False, "to the letter"))
    page = draw(Results().and_now([shown], []))
    assert "| 1 | 2 | **no** |" in page and "1 are compared" in page and "and 0 are equal" in page
