"""Tokki is killed, confused and worn out, a little; `python -m benchmarks.faults` takes longer."""

import asyncio

import pytest

from benchmarks.faults import erasing, hostile, inputs, kills, restoring, soak, troubles
from benchmarks.faults.fronts import Discord
from benchmarks.faults.mishaps import MISHAPS
from benchmarks.faults.typed import nasty, typed
from benchmarks.figures.report import Report
from handlers.commands import COMMANDS
from tests.waiting import PATIENCE_S


def test_the_same_number_means_the_same_words():
    assert nasty(40, 1) == nasty(40, 1) != nasty(40, 2)


def test_each_option_of_each_command_is_reached():
    options = {
        (run.full_name.en, option.name.en)
        for command in COMMANDS
        for run in command.runs
        for option in run.options
    }
    reached = {(each.command, name) for each in typed(400, 0) for name in each.options}
    assert options == reached


@pytest.mark.figures
def test_words_that_mean_ill_are_answered_on_all_doors():
    report = Report(range(1))
    inputs.measure(report, 60)
    assert [figure.ours for figure in report.figures] == ["0"] * 4, report.absent
    assert "20 slack" in report.figures[0].remark


@pytest.mark.figures
def test_a_kill_loses_nothing(tmp_path):
    with Discord(tmp_path) as front:
        kept = kills.killed(front, tmp_path / kills.DATABASE_FILE, 2, 0)
    assert not kept.lost and not kept.half


@pytest.mark.figures
def test_models_that_mean_ill_stop_nobody():
    some = {case: hostile.CASES[case] for case in ("a pipe", "a letter that becomes a book")}
    found = asyncio.run(hostile.withstand(some, 0))
    assert not found.unanswered and found.waits and all(found.memory)


@pytest.mark.figures
def test_who_is_erased_is_found_before_and_not_after():
    done = asyncio.run(erasing.erase())
    assert not done.left and len(done.planted) > erasing.PEOPLE == len(done.seconds)


@pytest.mark.figures
def test_what_is_restored_is_what_was_there(tmp_path):
    found = restoring.restored(tmp_path)
    assert (found.missing, found.other, found.differing) == (0, 0, 0)
    assert found.before and found.during


@pytest.mark.figures
@pytest.mark.parametrize(("name", "seconds"), [("twice", 2), ("locked", 10)])
def test_nothing_is_lost_or_done_twice_and_everybody_is_told(name, seconds):
    (mishap,) = (each for each in MISHAPS if name in each.name)
    found = asyncio.run(troubles.endured(mishap, seconds))
    assert (found.lost, found.twice, found.silent) == ([], [], [])
    assert found.votes and bool(found.refused) == (name == "locked"), found.refused


@pytest.mark.figures
def test_half_a_minute_of_everybody():
    worn = asyncio.run(soak.wear(15, acknowledge_within_s=PATIENCE_S))
    assert not worn.unanswered, worn.unanswered[:3]
    assert not worn.warnings
    assert worn.resident and worn.descriptors and sum(worn.asked.values()) > 60
