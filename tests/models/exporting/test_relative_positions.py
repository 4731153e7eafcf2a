"""How far apart two tokens stand, in the steps of transformers' own networks."""

import numpy as np
import torch
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

from models.exporting.relative_positions import bucketed


def test_buckets_of_any_distance_are_those_of_mpnet() -> None:
    away = np.arange(-9000, 9001)
    expected = MPNetEncoder.relative_position_bucket(torch.from_numpy(away))
    assert (bucketed(away) == expected.numpy()).all()
