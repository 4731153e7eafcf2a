"""Temperature and thresholds of a checkpoint: applied where they make sense, else ignored."""

import json
import shutil

import numpy as np
import pytest
import torch

from bundled_recipe.heads.calibrating import ALLOWED_ERROR, best_cut, cautious_temperature, micro_f1
from models.checkpoints.certainty.calibration import (
    CONFIG_KEY,
    Calibration,
    read_calibration,
    write_calibration,
)
from models.finetune.network.checkpoint import load_base, save
from models.finetune.quality.calibrating import (
    Judged,
    calibration_error,
    fit_temperature,
    sure_from,
)
from models.results import Checkpoint, Origin
from models.service.service import ModelService
from models.tasks.classification import TextToClassify, sigmoid, softmax
from tests.models.tiny import Tiny

NONSENSE = [None, "hot", 3, [], {}, {"temperature": "2"}, {"temperature": None}]
NUMBERS = [0, -1, True, float("nan"), float("inf"), 1e-300, 10**400, 1e9, -(10**400)]


@pytest.mark.parametrize("value", [*NONSENSE, *({"temperature": number} for number in NUMBERS)])
def test_what_makes_no_sense_is_as_if_it_were_not_there(value: object):
    assert read_calibration(value) == Calibration()


def test_thresholds_are_probabilities():
    kept = {"temperature": 2, "unsure_below": 0.7, "likely_from": 0.3}
    assert read_calibration(kept) == Calibration(2.0, 0.7, 0.3)
    assert read_calibration({"unsure_below": 1.5, "likely_from": 0}) == Calibration()


def test_what_is_written_is_read_again(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "bert", "calibration": {"rows": -1}}')
    written = Calibration(1.5, unsure_below=0.6, rows=40)
    write_calibration(tmp_path, written)
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    assert read_calibration(config[CONFIG_KEY]) == written
    assert config["model_type"] == "bert" and "likely_from" not in config[CONFIG_KEY]


def test_a_temperature_changes_how_sure_and_never_what():
    logits = np.array([[2.0, 0.0, -1.0]], dtype=np.float32)
    assert softmax(logits, 2.0) == pytest.approx(softmax(logits / np.float32(2)))
    assert sigmoid(logits, 2.0) == pytest.approx(sigmoid(logits / np.float32(2)))
    huge = np.array([[3e38, -3e38]], dtype=np.float32)
    assert softmax(huge, 0.01).tolist() == [[1.0, 0.0]]


def calibrated(tiny: Tiny, kind: str, kept: object) -> Checkpoint:
    folder = tiny.root / f"{kind}-{len(list(tiny.root.iterdir()))}"
    shutil.copytree(tiny.get(kind).folder, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, CONFIG_KEY: kept}), encoding="utf-8")
    return Checkpoint(folder.name, "0", Origin.FOLDER, folder)


@pytest.mark.parametrize("kind", ["bert", "multi"])
async def test_the_engine_applies_the_temperature(service: ModelService, tiny: Tiny, kind: str):
    plain = await service.ask(tiny.get(kind), TextToClassify("good movie"))
    kept = {"temperature": 4.0, "unsure_below": 0.8, "likely_from": 0.2}
    milder = await service.ask(calibrated(tiny, kind, kept), TextToClassify("good movie"))
    assert [each.label for each in milder.scores] == [each.label for each in plain.scores]
    assert milder.scores[0].score < plain.scores[0].score
    assert (plain.unsure_below, plain.likely_from) == (None, None)
    assert (milder.unsure_below, milder.likely_from) == (0.8, 0.2)


async def test_a_strange_value_changes_nothing(service: ModelService, tiny: Tiny):
    plain = await service.ask(tiny.get("bert"), TextToClassify("good movie"))
    for kept in ("hot", {"temperature": -3}, {"temperature": "NaN", "unsure_below": 7}):
        assert (
            await service.ask(calibrated(tiny, "bert", kept), TextToClassify("good movie")) == plain
        )


def test_a_fine_tuned_model_starts_without_it(tiny: Tiny, tmp_path):
    base = calibrated(tiny, "bert", {"temperature": 4.0}).folder
    assert base is not None
    classifier, _ = load_base(base, ("a", "b"))
    save(classifier, base, tmp_path)
    assert CONFIG_KEY not in json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))


def overconfident(rows: int = 4000) -> Judged:
    """Logits three times as large as what is true of them."""
    torch.manual_seed(0)
    honest = torch.randn(rows, 4)
    drawn = torch.multinomial(honest.softmax(dim=1), 1).squeeze(1)
    truth = torch.nn.functional.one_hot(drawn, 4).float()
    return Judged(3 * honest, truth, is_multi_label=False)


def test_a_fitted_temperature_makes_probabilities_true():
    judged = overconfident()
    temperature = fit_temperature(judged)
    assert temperature == pytest.approx(3.0, rel=0.1)
    assert calibration_error(judged, temperature) < 0.03 < calibration_error(judged, 1.0)


def test_the_error_that_is_allowed_is_spent_on_caution():
    hard = overconfident()
    easy = Judged(hard.logits / 3, hard.truth, is_multi_label=False)
    temperature = cautious_temperature([easy])
    assert 1.0 < temperature < 2.0
    assert calibration_error(easy, temperature) == pytest.approx(ALLOWED_ERROR, abs=0.01)
    assert calibration_error(easy, temperature) <= ALLOWED_ERROR
    assert 1.0 < cautious_temperature([easy, hard]) < 3.0


def test_from_the_threshold_on_nine_in_ten_are_right():
    judged = overconfident(20_000)
    temperature = fit_temperature(judged)
    said, right = judged.answers(temperature)
    threshold = sure_from(judged, temperature)
    assert 0.7 < threshold < 0.95
    assert right[said >= threshold].float().mean() >= 0.9
    assert right[said >= threshold - 0.02].float().mean() < 0.9


def test_one_cut_for_all_labels():
    truth = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    shares = torch.tensor([[0.4, 0.1], [0.35, 0.3], [0.2, 0.1]])
    judged = Judged(torch.logit(shares), truth, is_multi_label=True)
    cut = best_cut(judged, 1.0)
    assert 0.2 < cut <= 0.3
    assert micro_f1(judged, 1.0, cut) == 1.0
    assert micro_f1(judged, 1.0, 0.5) == 0.0
