"""The labelling benchmark: its parts at a small size, and the page that they write."""

import asyncio

import numpy as np
import pytest

from benchmarks.figures.report import Figure, Report
from benchmarks.labelling import consensus, crowd, speed, steps
from benchmarks.labelling.__main__ import draw, main


def test_a_majority_that_ties_says_nothing():
    rng = np.random.default_rng(0)
    truth = rng.integers(7, size=200).tolist()
    votes = crowd.votes(rng, crowd.gathered(rng), truth, 7, 3)
    counted = consensus.majority(votes, 200)
    guessed = consensus.likeliest(votes)
    assert len(counted) < 200 and set(range(200)) <= set(guessed)
    right = [
        sum(told.get(n) == label for n, label in enumerate(truth)) for told in (counted, guessed)
    ]
    assert right[0] < right[1]


def test_liars_call_the_first_label_the_second():
    rng = np.random.default_rng(0)
    people = crowd.gathered(rng, 5)
    assert people.lies.sum() == 5 and people.guesses.sum() == 6
    (liar, *_) = np.flatnonzero(people.lies)
    assert {crowd.answer(rng, people, int(liar), 0, 7) for _ in range(20)} == {1}


def test_the_page_says_what_is_missing_and_what_is_missed():
    report = Report(range(2), [Figure("speed", "1", "other 2", "3", False)], ["speed: no file"])
    page = draw(report, 60)
    assert "| speed | 1 | other 2 | 3 | **no** |" in page
    assert "- speed: no file" in page and "seeds 0 to 1" in page


def test_without_data_it_measures_what_needs_none(capsys: pytest.CaptureFixture[str]):
    main(["--seeds", "1", "--only", "consensus", "errors"])
    said = capsys.readouterr().out
    assert "consensus accuracy, 3 votes" in said
    assert "errors: ynat_dev.csv.gz is not in the folder of --data" in said


def test_imports_and_figures_are_timed_in_processes_of_their_own():
    report = Report(range(1))
    speed.measure(report, 300)
    imported, shown = report.figures
    assert imported.name == "300 rows imported" and " MB" in imported.ours
    assert shown.name == "`show` with 300 examples and 900 votes"


def test_steps_are_counted_until_a_vote_is_in_the_file():
    report = Report(range(1))
    asyncio.run(steps.measure(report))
    (figure,) = report.figures
    assert (figure.ours, figure.is_met) == ("1 / 3", True) and figure.remark.endswith("one, 2")
