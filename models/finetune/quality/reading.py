"""How a classifier that was trained here is to be read, by rows that it has not seen."""

import math

import torch

from models.checkpoints.certainty.calibration import Calibration
from models.finetune.network.checkpoint import TrainableClassifier
from models.finetune.network.head import last_layer
from models.finetune.quality.calibrating import USUAL_OF_SEVERAL, Judged, calibrate, fit_temperature


def settle(classifier: TrainableClassifier, unseen: Judged) -> Calibration:
    """Return how to read it.

    Where several labels may hold, the bias of its last layer is moved so that each holds from a
    half on: any program that takes them from there gives the same labels.
    """
    found = calibrate(unseen)
    layer = last_layer(classifier.model, len(classifier.labels))
    if found.likely_from is None or layer.bias is None:
        return found
    moved = found.temperature * math.log(found.likely_from / (1 - found.likely_from))
    with torch.no_grad():
        layer.bias.sub_(moved)
    judged = Judged(unseen.logits - moved, unseen.truth, is_multi_label=True)
    return Calibration(fit_temperature(judged, USUAL_OF_SEVERAL), rows=found.rows)
