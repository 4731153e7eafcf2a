"""The gate on trained weights: all-MiniLM-L6-v2, as a package carries it that is no dependency."""

from copy import deepcopy
from pathlib import Path

import pytest
import torch

from benchmarks.serving.inputs.examples import Missing, opinions
from benchmarks.serving.inputs.trained import PACKAGE, Pupil, body_folder
from models.exporting.child import export
from models.exporting.exports import ExportOrder, ExportRecord, Refusal, read_record
from models.exporting.texts import trial_texts
from models.results import Checkpoint, Origin, Task

_LABELS = ("Korean", "complaint", "made up", "praise")
_STEPS = 4
_LAYERS = 3
"""Of six: rounding errs in each as in any other, and each costs seconds."""
_FAINT = 60
"""Of 251 directions, those in which the texts differ most in front."""


def is_here() -> bool:
    try:
        return body_folder().is_dir()
    except Missing:
        return False


pytestmark = [
    pytest.mark.skipif(not is_here(), reason=f"{PACKAGE} is not installed"),
    pytest.mark.xdist_group("real weights"),
]


@pytest.fixture(scope="module")
def learned() -> Pupil:
    pupil = Pupil(_LABELS)
    del pupil.model.bert.encoder.layer[_LAYERS:]
    pupil.model.config.num_hidden_layers = _LAYERS
    pupil.fine_tune([(text[:30], label) for text, label in opinions(256)], _STEPS)
    return pupil


def exported(pupil: Pupil, root: Path) -> ExportRecord | Refusal:
    pupil.save(root / "checkpoint")
    checkpoint = Checkpoint("minilm", "0", Origin.FOLDER, root / "checkpoint")
    folder = root / "exports" / "minilm" / "export"
    export(ExportOrder(checkpoint, Task.CLASSIFY, "auto", folder))
    record = read_record(folder)
    assert record is not None
    return record


def test_what_was_fine_tuned_answers_in_whole_numbers(learned: Pupil, tmp_path: Path) -> None:
    record = exported(learned, tmp_path)
    assert isinstance(record, ExportRecord)
    report = record.engine
    assert report.name == "onnx-int8"
    assert report.same_labels is not None
    assert report.same_labels >= 0.97
    assert report.largest_difference is not None
    assert 0 < report.largest_difference <= 0.05
    assert report.largest_batch_difference is not None
    assert report.largest_batch_difference <= 0.01
    assert record.around.labels == _LABELS


def amplify_what_is_faint(pupil: Pupil) -> None:
    """Let the labels hang on a direction in which our texts hardly differ."""
    classifier = pupil.model.classifier
    with torch.no_grad():
        pooled = pupil.pooled(trial_texts())
        centred = pooled - pooled.mean(dim=0)
        direction = torch.linalg.svd(centred, full_matrices=False).Vh[_FAINT]
        direction /= (centred @ direction).std()
        classifier.weight.copy_(torch.arange(len(_LABELS))[:, None] * direction)
        classifier.bias.copy_(-classifier.weight @ pooled.mean(dim=0))


def test_a_head_that_amplifies_what_rounding_does_stays_in_float32(
    learned: Pupil, tmp_path: Path
) -> None:
    noisy = deepcopy(learned)
    amplify_what_is_faint(noisy)
    record = exported(noisy, tmp_path)
    assert isinstance(record, ExportRecord)
    assert record.engine.name == "onnx-fp32"
    assert record.engine.same_labels == 1.0
