"""The serving benchmark: its arithmetic, and a quick run of everything."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.serving import pages
from benchmarks.serving.figures import Figures, Spread, p95, throughput
from benchmarks.serving.inputs import texts, words
from benchmarks.serving.page import draw
from benchmarks.serving.plan import FASTEST, MINILM, NAIVE
from benchmarks.serving.results import Peak, Results, Run
from benchmarks.serving.runs.closed_loop import Answer, Load, run
from benchmarks.serving.runs.rounds import agreement
from benchmarks.serving.runs.shares import gflop
from benchmarks.serving.targets import targets

ROOT = Path(__file__).parents[2]
SIZES = {"hidden_size": 384, "num_hidden_layers": 6, "intermediate_size": 1536, "labels": 7}
A_RUN = Run(
    checkpoint=MINILM,
    texts="distinct",
    callers=64,
    round=0,
    contender=NAIVE,
    engine="torch",
    messages=128,
    seconds=2.0,
    messages_per_s=50.0,
    p50_ms=90.0,
    p95_ms=100.0,
    p99_ms=110.0,
    lag_999_ms=1.0,
    lag_worst_ms=2.0,
    peak_bytes=10**8,
    gflop_per_s=None,
)


class Echo:
    """Answers at once, after one turn of the loop."""

    def __init__(self):
        self.at_once = self.most_at_once = 0

    async def ask(self, text):
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return Answer({text: 0.9, "other": 0.1}, tokens=len(text))

    def about(self):
        return {"engine": "torch"}


def results(*runs: Run) -> Results:
    sizes = {MINILM: SIZES | {"title": "MiniLM size"}}
    machine = {"cores_used": 2}
    return Results(machine, "command", "date", rounds=2, checkpoints=sizes, runs=list(runs))


def test_texts_are_distinct_and_as_long_as_in_a_chat():
    said = texts.distinct(words.speak_of(), 1, 2_000)
    lengths = [len(text.split()) for text in said]
    assert len(set(said)) == len(said)
    assert np.median(lengths) == pytest.approx(texts.MEDIAN_WORDS, abs=1)
    assert 0.005 < np.mean([length > 100 for length in lengths]) < 0.02
    assert said == texts.distinct(words.speak_of(), 1, 2_000)


def test_every_block_of_texts_is_equally_long():
    said = texts.distinct(words.speak_of(), 2, 4 * texts.BLOCK)
    totals = {
        sum(len(text.split()) for text in said[start : start + texts.BLOCK])
        for start in range(0, len(said), texts.BLOCK)
    }
    assert max(totals) - min(totals) <= 0.02 * max(totals)


def test_texts_are_never_like_those_of_an_earlier_case():
    first = texts.distinct(words.speak_opinions, 3, 500)
    second = texts.distinct(words.speak_opinions, 3, 500, set(first))
    assert not set(first) & set(second)


def test_repeated_texts_repeat_themselves():
    assert texts.repetition(texts.repeated(words.speak_of(), 4, 1_000)) > 0.5
    assert texts.repetition(texts.with_one_long(words.speak_of(), 4, 128)) == 0


async def test_callers_ask_at_once_and_end_with_a_whole_block():
    echo = Echo()
    load = Load([f"text {place}" for place in range(500)], 8, 20, 0.0, 16, keep=5)
    outcome = await run(echo, load)
    assert echo.most_at_once == 8
    assert len(outcome.latencies) == len(outcome.tokens) == 32
    assert sorted(outcome.answers) == [0, 1, 2, 3, 4]
    assert outcome.answers[3]["text 3"] == 0.9


async def test_callers_go_on_for_as_long_as_they_should():
    load = Load(["text"] * 1_000_000, 2, 1, 0.05, 1, keep=0)
    outcome = await run(Echo(), load)
    assert 0.05 <= outcome.seconds < 5


async def test_callers_end_with_the_texts():
    outcome = await run(Echo(), Load(["text"] * 10, 4, 100, 60.0, 64, keep=0))
    assert len(outcome.latencies) == 10


def test_a_token_costs_minilm_21_megaflop():
    assert gflop(SIZES, [1] * 1000) == pytest.approx(21.5, rel=0.03)
    assert gflop(SIZES, [512]) > 512 * gflop(SIZES, [1])


def test_agreement_counts_labels_and_differences():
    expected = {"0": {"a": 0.9, "b": 0.1}, "1": {"a": 0.6, "b": 0.4}, "2": {"a": 1.0, "b": 0.0}}
    given = {"0": {"a": 0.8, "b": 0.2}, "1": {"a": 0.4, "b": 0.6}}
    compared, labels, difference = agreement(expected, given)
    assert (compared, labels) == (2, 1)
    assert difference == pytest.approx(0.2)


def test_ratios_are_to_naive_of_the_same_round():
    ours = replace(A_RUN, contender=FASTEST, messages_per_s=400.0, p95_ms=10.0)
    second = [replace(A_RUN, round=1, messages_per_s=100.0), replace(ours, round=1)]
    figures = Figures(results(A_RUN, ours, *second), MINILM)
    assert figures.ratio(throughput, "distinct", 64, FASTEST) == Spread(6.0, 4.0, 8.0)
    assert figures.ratio(p95, "distinct", 64, FASTEST) == Spread(0.1, 0.1, 0.1)
    assert figures.ratio(p95, "distinct", 8, FASTEST) is None


def test_the_share_is_of_the_limit_of_the_engines_own_numbers():
    ours = replace(A_RUN, contender=FASTEST, engine="onnx-int8", gflop_per_s=200.0)
    found = results(A_RUN, ours)
    found.peaks += [Peak(MINILM, 0, "fp32", "", 150.0), Peak(MINILM, 0, "int8", "", 400.0)]
    share = Figures(found, MINILM).share("distinct", 64, FASTEST)
    assert share is not None
    assert share.median == 0.5


def test_targets_are_met_missed_or_not_measured():
    runs = [
        replace(A_RUN, callers=callers, contender=contender, messages_per_s=speed)
        for callers in (64, 256)
        for contender, speed in ((NAIVE, 50.0), (FASTEST, 10.0 * callers))
    ]
    met = {each.name: each.is_met for each in targets(results(*runs))}
    assert met["throughput against naive, 64 and 256 callers, fastest"] is True
    assert met["p95 at 64 callers against naive"] is False
    assert met["one caller, BERT-base size"] is None


def test_the_page_keeps_the_remarks():
    page = draw(results(A_RUN), "## What was tried\n\nMuch.")
    assert "## What was tried\n\nMuch." in page
    assert "| `naive` | 1.00 |" in page


def test_a_page_is_named_after_what_multiplies_there():
    flags = ["avx2", "avx512f", "avx512_vnni"]
    assert pages.page_of(flags).name == "avx512-vnni.md"
    assert pages.page_of(["avx2"]).name == "avx2.md"
    assert pages.page_of([]).name == "other.md"


def test_the_index_marks_what_another_engine_has_measured(tmp_path):
    found = results(A_RUN)
    for name, engine in (("new", pages.engine_digest()), ("old", "0" * 12)):
        found.machine = {"cores_used": 2, "engine": engine}
        (tmp_path / f"{name}.md").write_text(draw(found), "utf-8")
    new, old = (line for line in pages.index(tmp_path).splitlines() if line.startswith("| ["))
    assert "this one" in new
    assert "older than the engine" in old


def test_the_index_is_that_of_the_pages():
    assert pages.INDEX.read_text("utf-8") == pages.index(), "python -m benchmarks.serving.pages"


def quick(work: Path, *words: object) -> tuple[dict[str, Any], str]:
    """Run it; the environment of the tests may have a Hub, but the benchmark must need none."""
    command = [sys.executable, "-m", "benchmarks.serving", "--quick", "--json", "--no-starts"]
    done = subprocess.run(
        [*command, *words, "--work", work],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stdout


@pytest.mark.figures
def test_a_quick_run_measures_everybody(tmp_path):
    who = ["--contenders", "naive", "tokki torch", "plain onnxruntime", "infinity-emb"]
    found, said = quick(tmp_path, *who, "--infinity-python", sys.executable)
    there = {"naive", "tokki torch", "plain onnxruntime"}
    assert {each["contender"] for each in found["runs"]} >= there
    assert all(each["seconds"] > 0 for each in found["runs"])
    exact = {"tokki torch", "plain onnxruntime"}
    ours = [each for each in found["agreements"] if each["contender"] in exact]
    assert {each["contender"] for each in ours} == exact
    assert all(each["different_labels"] == 0 for each in ours)
    assert all(each["largest_difference"] < 1e-4 for each in ours)
    [absent] = found["absent"]
    assert absent["contender"] == "infinity-emb"
    assert "infinity_emb" in absent["reason"]
    assert str(tmp_path) not in said
