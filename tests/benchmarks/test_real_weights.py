"""The serving benchmark on trained weights: what the page says, and a quick run."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.serving import machine
from benchmarks.serving.inputs import trained
from benchmarks.serving.inputs.examples import Missing, opinions, rows, texts_for
from benchmarks.serving.page import draw
from benchmarks.serving.plan import FASTEST, NAIVE
from benchmarks.serving.results import Absent, Judgement, Way
from benchmarks.serving.runs.ways import FLOAT32, rounded
from benchmarks.serving.targets import targets
from tests.benchmarks.test_serving import A_RUN, quick, results


def way(name: str, is_enough: bool, is_ours: bool = True, kept: float = 1.0) -> Way:
    judged = Judgement(250, kept, kept, 0.03, 0.5, is_enough)
    return Way("trec-head", name, is_ours, 0.0, judged, judged, [2.0], [4.0])


def test_the_first_of_our_ways_that_passes_answers():
    found = results()
    found.ways += [way("full range", True, is_ours=False), way("smoothed", False, kept=0.95)]
    found.ways.append(way(FLOAT32, True))
    found.checkpoints["trec-head"] = {"is_head_only": True, "right": 0.88}
    page = draw(found)
    assert "| `trec-head` | a head for TREC, body frozen, 88% right | onnx-fp32 |" in page
    assert "Refused in whole numbers: `trec-head`" in page
    assert "| *full range* |" in page
    assert "| **float32** |" in page
    assert "95.0% · 95.0% · 0.030 · 0.50 | no" in page
    found.ways.insert(2, way("smoothed, 19% of the products in float32", True))
    assert "Refused" not in draw(found)
    assert "onnx-int8" in draw(found)


def test_a_checkpoint_that_is_absent_is_named_with_the_reason():
    found = results()
    found.absent.append(Absent("trec", "", "no folder of public files was named (--data)"))
    assert "- `trec` is absent: no folder of public files was named (--data)." in draw(found)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"avx2", "fma"}, "AVX2 alone: no VNNI"),
        ({"avx2", "avx512f", "avx512_vnni"}, "AVX-512 with VNNI"),
        ({"avx2", "avx_vnni"}, "AVX2 with VNNI"),
        ({"avx2", "avx512f"}, "AVX-512 alone: no VNNI"),
        (set(), "not known"),
    ],
)
def test_instructions_are_said_in_words(flags: set[str], said: str):
    assert machine.instructions(flags) == said
    assert machine.has_vnni({"instructions": said}) == ("no VNNI" not in said)


def test_the_goals_without_vnni_are_lower():
    runs = [
        replace(
            A_RUN, callers=callers, contender=contender, engine="onnx-int8", messages_per_s=speed
        )
        for callers in (1, 64)
        for contender, speed in ((NAIVE, 50.0), (FASTEST, 240.0))
    ]
    found = results(*runs)
    found.machine["instructions"] = "AVX2 alone: no VNNI"
    goals = {each.name: each for each in targets(found)}
    whole = goals["throughput against naive, 64 callers, whole numbers"]
    assert (whole.goal, whole.measured, whole.remark) == (4.5, 4.8, "onnx-int8")
    assert goals["one caller, throughput against naive"].goal == 3
    assert "p95 at 64 callers against naive" not in goals


@pytest.mark.parametrize(("most", "coarser"), [(127, 1.0), (63, 127 / 63)])
def test_ways_that_are_here_only_round_a_column_by_itself(most: int, coarser: float):
    weights = np.random.default_rng(3).normal(0, 1, (64, 5)).astype(np.float32)
    steps, sizes = rounded(most)(weights)
    assert np.abs(steps).max() == most
    assert sizes == pytest.approx(np.abs(weights).max(axis=0) / 127 * coarser)
    assert np.abs(steps * sizes - weights).max() <= sizes.max() * 0.5001


def test_public_files_are_read_or_named_as_missing(tmp_path: Path):
    with gzip.open(tmp_path / "trec_train.csv.gz", "wt", encoding="utf-8") as file:
        file.write("text,label,label_name\nWhere is Busan ?,4,LOC\n")
    assert rows(tmp_path, "trec_train") == [("Where is Busan ?", "LOC")]
    with pytest.raises(Missing, match="no trec_test"):
        rows(tmp_path, "trec_test")
    with pytest.raises(Missing, match="--data"):
        rows(None, "trec_train")
    assert len(texts_for("sentiment", None, 30)) == 30


def test_opinions_have_four_labels_and_no_text_twice():
    learned, tested = opinions(400), opinions(80, seed=900)
    assert len({label for _, label in learned}) == 4
    assert len({text for text, _ in learned}) == 400
    assert not {text for text, _ in learned} >= {text for text, _ in tested}


@pytest.mark.figures
def test_a_quick_run_compares_ways_to_round(tmp_path: Path):
    found, _ = quick(tmp_path, "--contenders", "naive", "--ways", "sentiment")
    names = [each["name"] for each in found["ways"]]
    assert names[:4] == ["full range, ±127", "7 bits, ±63", "pairs under 16 bits", "smoothed"]
    assert names[-1] == FLOAT32
    assert [each["is_ours"] for each in found["ways"]][:4] == [False, False, False, True]
    errors = {each["name"]: each["own"]["largest_difference"] for each in found["ways"]}
    assert errors[FLOAT32] < 1e-4 < errors["7 bits, ±63"]
    assert all(each["to_float32"][0] > 0 for each in found["ways"])


@pytest.mark.figures
def test_a_quick_run_trains_real_weights_or_names_them_as_absent(tmp_path: Path):
    found, _ = quick(tmp_path, "--contenders", "naive", "--checkpoints", "opinions")
    try:
        trained.body_folder()
    except Missing as why:
        assert [each["reason"] for each in found["absent"]] == [str(why)]
        assert not found["runs"]
    else:
        assert found["checkpoints"]["opinions"]["hidden_size"] == 384
        assert {each["callers"] for each in found["runs"]} == {8}
