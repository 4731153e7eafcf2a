"""A version that was trained here answers without torch as with it, from the first question on."""

import json
from dataclasses import replace

import pytest

from models.checkpoints.certainty.letters import LETTERS_FILE
from models.checkpoints.folder_contents import CONFIG_FILE
from models.engines.onnx_engine import OnnxEngine
from models.exporting.agreement import agree
from models.exporting.shipped import SHIPPED_FILE, find_shipped, network_of
from models.exporting.trial import trial_of
from models.finetune.checks import checkpoint_in
from models.finetune.quality.agreement import state_agreement
from models.finetune.training import run
from models.finetune.wire import partial_folder
from models.releases.folder import files_of
from models.results import Checkpoint, Origin, Task


def found(folder):
    return find_shipped(Checkpoint("ours", "1", Origin.TRAINED, folder), Task.CLASSIFY)


@pytest.mark.parametrize("recipe", ["head", "full"])
def test_a_version_says_without_torch_what_it_says_with_it(plan, recipe) -> None:
    run(replace(plan, recipe=recipe, epochs=2), lambda _: None)
    folder = partial_folder(plan.output)
    record = found(folder)
    assert (folder / LETTERS_FILE).exists() is (recipe == "head")
    trial = trial_of(checkpoint_in(folder), Task.CLASSIFY, every=10)
    assert record and record.around == trial.around and record.engine.name == "onnx-fp32"
    network = network_of(folder, trial.export.heads)
    ours = trial.spec.assemble(
        OnnxEngine(network, 1, record.padding_position), trial.tokenizer, record.around
    )
    agreement = agree(trial.export, trial.expected, ours, trial.items)
    assert agreement.same_decided == 1.0 and agreement.largest_difference < 1e-4, str(agreement)
    assert SHIPPED_FILE not in {path.name for path in files_of(folder, "ours")}


def test_of_other_files_nothing_is_said(make_classifier) -> None:
    folder = make_classifier(("good", "bad"), seed=12)
    state_agreement(folder)
    assert found(folder)
    config = json.loads((folder / CONFIG_FILE).read_text("utf-8"))
    (folder / CONFIG_FILE).write_text(json.dumps(config | {"num_hidden_layers": 1}), "utf-8")
    assert found(folder) is None
