"""What is told of a version: the gate's word, figures with bounds, and where two models differ."""

from dataclasses import replace
from pathlib import Path

import pytest

from handlers.learning.gate.verdict import Fault, Finding, Judgement, Verdict
from handlers.texts import sentences
from handlers.training.charts.confusion import confusion_chart, needs_numbers
from handlers.training.charts.decisions import decisions_chart
from handlers.training.done import done_reply
from handlers.training.report import Decisions, as_json, from_json, report_of
from handlers.training.verdict_words import verdict_in_words
from handlers.types import Language, Role
from models.finetune.plan import Example, Said, Scores, TrainingOutcome, TrainingPlan
from storage.records import JobState, NewJob
from tests.handlers.conftest import ELSEWHERE
from tests.handlers.judging import ALL, gather_labels

HOME = "terminal:local"
ENGLISH = Language.ENGLISH
LABELS = ("bug", "idea")
KOREAN_LABELS = ("버그", "아이디어")
SCORES = Scores(0.5, 0.5, {})


def plan(truth, labels=LABELS) -> TrainingPlan:
    held_out = tuple(Example(f"text {n}", label) for n, label in enumerate(truth))
    where = {"base": Path("base"), "current": Path("live"), "output": Path("new")}
    return TrainingPlan(
        **where, base_name="b@0", name="n", labels=labels, train=(), held_out=held_out,
        epochs=1, seed=1,
    )  # fmt: skip


def outcome(new, live=None) -> TrainingOutcome:
    said = [
        None if one is None else Said(tuple(one), (0.8,) * len(one), 5.0) for one in (new, live)
    ]
    return TrainingOutcome(Path("new"), SCORES, None, said[0], said[1], 0.1, 1.0)


TRUTH = [0, 1] * 60
WRONG = [1, 0] * 60


async def test_it_comes_back_as_it_was_kept() -> None:
    report = await report_of(plan(TRUTH), outcome(TRUTH, WRONG), range(120), 3)
    assert from_json(as_json(report)) == report
    assert (report.texts, report.readings) == (120, 3)
    assert report.confusion == [[60, 0, 0], [0, 60, 0]]
    assert report.judgement and report.judgement.verdict is Verdict.BETTER
    assert report.live and report.live.accuracy.value == 0


async def test_without_a_model_to_compare_with_nothing_is_judged() -> None:
    report = await report_of(plan(TRUTH), outcome(TRUTH), range(120), 1)
    assert (report.judgement, report.live, report.differences) == (None, None, [])
    assert from_json(as_json(report)) == report


async def test_texts_that_one_of_them_gets_right_come_first_and_at_most_ten() -> None:
    """On the first twenty both are wrong, in their own ways."""
    labels = ("bug", "idea", "praise")
    truth, live = [0] * 40, [1] * 20 + [1] * 20
    new = [2] * 20 + [0] * 20
    report = await report_of(plan(truth, labels), outcome(new, live), range(100, 140), 1)
    assert [one.example_id for one in report.differences] == list(range(120, 130))


async def test_answers_that_are_no_label_have_their_own_column() -> None:
    report = await report_of(plan([0, 1, 1]), outcome([0, -1, 0]), (), 1)
    assert report.confusion == [[1, 0, 0], [1, 0, 1]]


@pytest.mark.parametrize("labels", [LABELS, KOREAN_LABELS, tuple(f"label {n}" for n in range(9))])
async def test_the_picture_is_drawn_and_told_in_words(labels) -> None:
    truth = [n % len(labels) for n in range(90)]
    said = [0, *truth[1:-1], 0]
    report = await report_of(plan(truth, labels), outcome(said), (), 1)
    picture = await confusion_chart(report, "ours@1", Language.KOREAN)
    assert picture and picture.content.startswith(b"\x89PNG")
    assert "89개" in picture.alt and labels[-1] in picture.alt and "ours@1" in picture.alt
    assert needs_numbers(labels) == (labels != LABELS)


async def test_too_many_labels_are_not_drawn() -> None:
    labels = tuple(f"label {n}" for n in range(30))
    report = await report_of(plan([0, 1], labels), outcome([0, 1]), (), 1)
    assert await confusion_chart(report, "ours@1", Language.ENGLISH) is None


JUDGEMENTS = [
    (Judgement(Verdict.BETTER, by=0.0123), ["better", "1.2"]),
    (Judgement(Verdict.WORSE, by=0.0123), ["worse", "1.2"]),
    (Judgement(Verdict.WORSE, findings=(Finding(Fault.RECALL, 0.2, "bug"),)), ["bug", "20.0"]),
    (
        Judgement(Verdict.WORSE, 0.05, findings=(Finding(Fault.SLOW, 1.5),)),
        ["worse", "5.0", "1.5 times"],
    ),
    (Judgement(Verdict.WORSE, findings=(Finding(Fault.MUST_PASS, 1),)), ["1 text "]),
    (Judgement(Verdict.WORSE, findings=(Finding(Fault.CALIBRATION, 0.1),)), ["10.0"]),
    (Judgement(Verdict.NOT_SHOWN, missing=321), ["not shown", "321", "120"]),
    (Judgement(Verdict.NOT_SHOWN), ["not shown", "3 points"]),
    (
        Judgement(Verdict.NOT_SHOWN, findings=(Finding(Fault.MACRO_F1, 0.009),)),
        ["not shown", "0.9"],
    ),
]


@pytest.mark.parametrize(("judgement", "parts"), JUDGEMENTS)
def test_each_verdict_is_a_sentence_in_both_languages(judgement, parts) -> None:
    names = {"name": "ours@2", "current": "ours@1"}
    english = verdict_in_words(judgement, names, 120, Language.ENGLISH)
    assert all(part in english for part in (*parts, "ours@2", "ours@1"))
    korean = verdict_in_words(judgement, names, 120, Language.KOREAN)
    assert "ours@2" in korean and korean != english


@pytest.mark.parametrize(
    ("judgement", "part"),
    [
        (Judgement(Verdict.BETTER, by=0.0123), "nearer"),
        (Judgement(Verdict.WORSE, by=0.0123), "farther"),
        (Judgement(Verdict.WORSE, 0.05, findings=(Finding(Fault.SLOW, 1.5),)), "farther"),
        (Judgement(Verdict.NOT_SHOWN, findings=(Finding(Fault.MACRO_F1, 0.009),)), "nearer"),
        (Judgement(Verdict.NOT_SHOWN, missing=321), "321"),
    ],
)
def test_of_sets_it_is_told_who_is_nearer(judgement, part) -> None:
    names = {"name": "ours@2", "current": "ours@1"}
    told = [
        verdict_in_words(judgement, names, 120, language, is_multi_label=True)
        for language in Language
    ]
    assert part in told[0] + told[1] and all("ours@1" in one for one in told)


async def test_sets_are_reported_by_label_and_come_back_as_they_were_kept() -> None:
    truth = [(), (0,), (1,), (0, 1)] * 30
    held_out = tuple(Example(f"text {n}", -1, held=one) for n, one in enumerate(truth))
    several = replace(plan([0]), held_out=held_out, is_multi_label=True)
    shares = tuple((0.9, 0.1) for _ in truth)
    says = [
        Said((0,) * 120, (0.9,) * 120, 5.0, tuple(one), shares) for one in (truth, [(0,)] * 120)
    ]
    done = TrainingOutcome(Path("new"), SCORES, None, *says, 0.1, 1.0)
    report = await report_of(several, done, range(100, 220), 2)
    assert from_json(as_json(report)) == report
    assert report.is_multi_label and report.texts == 120 and report.confusion == []
    assert report.decisions == [(60, 0, 0), (60, 0, 0)]
    assert report.judgement and report.judgement.verdict is Verdict.BETTER
    assert len(report.set_differences) == 10
    assert report.set_differences[0] == (102, (1,), (0,), (1,)), "two labels nearer comes first"
    picture = await decisions_chart(report, "ours@1", Language.KOREAN)
    assert picture and picture.content.startswith(b"\x89PNG") and "120개" in picture.alt
    told = await decisions_chart(
        replace(report, decisions=[Decisions(1, 2, 3), Decisions(4, 0, 0)]), "m", ENGLISH
    )
    assert "bug (missed 2, said wrongly 3)" in told.alt and "idea" not in told.alt


async def test_bars_of_too_many_labels_are_not_drawn() -> None:
    report = await report_of(plan([0, 1]), outcome([0, 1]), (), 1)
    many = replace(report, labels=tuple(map(str, range(30))))
    assert await decisions_chart(many, "ours@1", Language.ENGLISH) is None


def test_all_that_the_gate_can_say_is_said_somewhere_here() -> None:
    keys = {key for key in sentences(Language.ENGLISH) if key.startswith("gate.")}
    faults = {f"gate.{fault}" for fault in Fault}
    said = {"better", "worse", "worse_in", "worse_and", "not_shown", "not_better", "in_doubt"}
    said |= {"not_compared"}
    said |= {f"{each}_sets" for each in ("better", "worse", "worse_and", "in_doubt")}
    assert keys == faults | {f"gate.{each}" for each in said}


async def reported(bot, example_ids) -> str:
    """A job that ended with a report on these texts; returns the id of its button."""
    count = len(example_ids)
    report = await report_of(plan([0] * count), outcome([0] * count, [1] * count), example_ids, 1)
    jobs = bot.services.storage.jobs
    job = await jobs.start(NewJob(HOME, "ann", "finetune", {"name": "ours"}), "owner")
    await jobs.end(job.id, "owner", JobState.DONE, {"report": as_json(report)})
    return f"differ:{job.id}"


async def test_where_they_differ_is_told_to_admins_alone(bot) -> None:
    await gather_labels(bot, ALL[:3])
    button = await reported(bot, [1, 2, 3, 4])
    told = await bot.press(button)
    assert told.table.columns == ("text", "people", "new", "live")
    assert told.table.rows == tuple((text, "bug", "bug", "idea") for text, _ in ALL[:3])
    assert (await bot.by("m", Role.MODERATOR).press(button)).error.code == "role_admin"
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    assert (await stranger.press(button)).error.code == "unknown_job"


@pytest.mark.parametrize("button", ["differ:", "differ:x", "differ:1:2", "differ:9"])
async def test_a_button_that_is_not_ours_tells_nothing(bot, button) -> None:
    assert (await bot.press(button)).error.code in ("unknown_control", "unknown_job")


NEARLY = [*TRUTH[:-1], 0]
"""Wrong on one text: that is not shown to be worse, nor the other to be better."""


@pytest.mark.parametrize(
    ("new", "live", "offered"),
    [
        (TRUTH, WRONG, ["live:ours@2"]),
        (WRONG, TRUTH, []),
        (TRUTH, NEARLY, ["compare:ours@2"]),
    ],
)
async def test_a_version_is_offered_by_what_the_gate_says(bot, new, live, offered) -> None:
    report = await report_of(plan(TRUTH), outcome(new, live), (), 1)
    told = await told_of(bot, report)
    prefixes = ("live:", "compare:")
    assert [one.id for one in told.controls if one.id.startswith(prefixes)] == offered
    assert told.footer["held-out"] == "120"


async def test_a_label_that_was_not_measured_is_named(bot) -> None:
    labels = (*LABELS, "question")
    report = await report_of(plan([0, 1, 0, 1], labels), outcome([0, 1, 0, 1]), (), 1)
    assert "no held-out text has the label: question." in (await told_of(bot, report)).text
    korean = (await told_of(bot, report, Language.KOREAN)).text
    assert "question 라벨은 평가용 글이 없어서 재지 못했어요." in korean
    whole = await report_of(plan(TRUTH), outcome(TRUTH), (), 1)
    assert "Not measured" not in (await told_of(bot, whole)).text


async def told_of(bot, report, language=ENGLISH):
    """What is told at the end of the training that had such a report."""
    metrics = {"current_model": "ours@1", "live": "ours@1", "version": 2, "seconds": 3.0}
    jobs = bot.services.storage.jobs
    job = await jobs.start(NewJob(HOME, "ann", "finetune", {"name": "ours", "base": "b@0"}), "o")
    await jobs.end(job.id, "o", JobState.DONE, metrics | {"report": as_json(report)})
    return await done_reply(await jobs.get(HOME, job.id), language)
