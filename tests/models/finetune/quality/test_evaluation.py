"""Scores: labels go by name, and a wrong answer is wrong in whatever language it is."""

import pytest
import torch
from safetensors.torch import load_file, save_file

from models.checkpoints.certainty.calibration import Calibration, write_calibration
from models.finetune.plan import Example
from models.finetune.quality.evaluation import answers, p95_ms

LABELS = ("red", "green", "blue")
EXAMPLES = [Example("good", 1), Example("bad film", 1), Example("so", 0), Example("", 1)]


def always(make_classifier, answer, labels):
    """A classifier that gives one answer to everything."""
    folder = make_classifier(labels)
    weights = load_file(folder / "model.safetensors")
    weights["classifier.weight"].zero_()
    weights["classifier.bias"].copy_(torch.tensor([float(label == answer) for label in labels]))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.mark.parametrize("labels", [LABELS, LABELS[::-1], ("green", "other")])
def test_labels_are_matched_by_name(make_classifier, labels):
    scores = answers(always(make_classifier, "green", labels), LABELS, EXAMPLES).scores()
    assert scores.accuracy == 0.75
    assert scores.f1 == {"red": 0, "green": pytest.approx(6 / 7)}
    assert scores.macro_f1 == pytest.approx(3 / 7)


def test_an_answer_that_is_no_label_is_wrong(make_classifier):
    found = answers(always(make_classifier, "other", ("green", "other")), LABELS, EXAMPLES)
    scores = found.scores()
    assert scores.accuracy == scores.macro_f1 == 0


def test_a_classifier_of_other_things_is_not_compared(make_classifier):
    assert answers(make_classifier(("x", "y")), LABELS, EXAMPLES) is None


def test_what_was_said_is_read_as_the_classifier_reads_itself(make_classifier):
    folder = always(make_classifier, "green", LABELS[::-1])
    sure = answers(folder, LABELS, EXAMPLES).said(1.0)
    assert sure.labels == (1, 1, 1, 1)
    assert sure.confidence == pytest.approx([0.5761] * 4, abs=1e-4)
    write_calibration(folder, Calibration(temperature=2.0))
    assert answers(folder, LABELS, EXAMPLES).said(1.0).confidence == pytest.approx(
        [0.4519] * 4, abs=1e-4
    )


def test_answers_that_are_no_label_are_told_as_none(make_classifier):
    found = answers(always(make_classifier, "other", ("green", "other")), LABELS, EXAMPLES)
    assert set(found.said(1.0).labels) == {-1}


def test_each_classifier_is_timed_and_the_threads_are_left_as_they_were(make_classifier):
    threads = torch.get_num_threads()
    folder = make_classifier(LABELS)
    times = p95_ms([folder, folder], [example.text for example in EXAMPLES] * 10)
    assert len(times) == 2 and min(times) > 0
    assert torch.get_num_threads() == threads
