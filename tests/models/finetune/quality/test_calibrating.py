"""How sure a trained model may be: measured on rows that it has not seen, usual where few are."""

import json
from dataclasses import replace

import pytest
import torch

from models.checkpoints.certainty.calibration import CONFIG_KEY, read_calibration
from models.finetune.quality.calibrating import (
    FEWEST_ROWS,
    SURE_SHARE,
    TEMPERATURES,
    USUAL,
    Judged,
    calibrate,
    calibration_error,
    fit_temperature,
    surprise,
)
from models.finetune.training import run
from models.finetune.wire import partial_folder


def judged(rows: int, heat: float, labels: int = 3) -> Judged:
    """Logits `heat` times as large as what is true of them."""
    torch.manual_seed(rows)
    honest = 2 * torch.randn(rows, labels)
    drawn = torch.multinomial(honest.softmax(dim=1), 1).squeeze(1)
    truth = torch.nn.functional.one_hot(drawn, labels).float()
    return Judged(heat * honest, truth, is_multi_label=False)


def all_right(rows: int) -> Judged:
    """Sure to 99.9 %, and right every time."""
    truth = torch.eye(2)[torch.arange(rows) % 2]
    return Judged(7 * truth, truth, is_multi_label=False)


def test_many_rows_say_what_the_temperature_is():
    rows = judged(2_000, heat=4.0)
    found = calibrate(rows)
    assert found.temperature == pytest.approx(4.0, rel=0.1)
    assert found.rows == 2_000
    assert calibration_error(rows, found.temperature) < 0.05


@pytest.mark.parametrize("heat", [0.1, 0.7, 3.0, 20.0])
def test_no_temperature_surprises_less_than_the_one_that_is_found(heat):
    rows = judged(300, heat)
    best = min(TEMPERATURES, key=lambda each: surprise(rows, each))
    assert fit_temperature(rows) == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("rows", [1, 5, 12])
def test_a_handful_of_right_answers_is_no_reason_to_be_sure(rows):
    found = calibrate(all_right(rows))
    alone = fit_temperature(all_right(rows))
    assert alone < 0.3  # what the rows would say by themselves
    assert found.temperature > 1.0
    assert (found.unsure_below, found.rows) == (None, rows)


def test_one_wrong_answer_is_no_reason_to_know_nothing():
    truth = torch.tensor([[0.0, 1.0]])
    wrong = Judged(7 * (1 - truth), truth, is_multi_label=False)
    assert 1.0 < calibrate(wrong).temperature < 5.0


def test_from_the_threshold_on_nine_in_ten_are_right_and_few_usual_answers_are_below():
    rows = judged(2_000, heat=3.0, labels=2)
    found = calibrate(rows)
    said, right = rows.answers(found.temperature)
    assert 0.05 < (said < found.unsure_below).float().mean() <= 0.25
    assert right[said >= found.unsure_below].float().mean() >= SURE_SHARE - 0.01
    sure = all_right(200)
    found = calibrate(sure)
    said, _ = sure.answers(found.temperature)
    assert (said < found.unsure_below).float().mean() <= 0.05
    assert found.unsure_below > 0.9


def test_what_is_never_right_is_not_unsure_of_everything():
    truth = torch.eye(2)[torch.arange(60) % 2]
    heats = torch.linspace(1, 9, 60)[:, None]
    wrong = Judged(heats * (1 - truth), truth, is_multi_label=False)
    found = calibrate(wrong)
    unsure = (wrong.answers(found.temperature)[0] < found.unsure_below).float().mean()
    assert 0.2 < unsure <= 0.25


def test_a_training_leaves_it_in_the_new_folder(plan):
    run(replace(plan, epochs=5), lambda _: None)
    folder = partial_folder(plan.output)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    found = read_calibration(config[CONFIG_KEY])
    assert found.rows == len(plan.held_out) < FEWEST_ROWS
    assert found.temperature != 1.0 and found.unsure_below is None
    assert "held-out examples" in (folder / "README.md").read_text(encoding="utf-8")
    assert USUAL.centre > 0
