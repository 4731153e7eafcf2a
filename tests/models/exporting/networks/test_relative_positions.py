"""How far apart two tokens stand, in the steps of transformers' own networks."""

import numpy as np
import pytest
import torch
from transformers.models.deberta_v2.modeling_deberta_v2 import make_log_bucket_position
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

from models.exporting.networks.relative_positions import bucketed, in_log_buckets


def test_buckets_of_any_distance_are_those_of_mpnet() -> None:
    away = np.arange(-9000, 9001)
    expected = MPNetEncoder.relative_position_bucket(torch.from_numpy(away))
    assert (bucketed(away) == expected.numpy()).all()


@pytest.mark.parametrize("farthest", [129, 512, 1024])
@pytest.mark.parametrize("buckets", [2, 48, 256])
def test_signed_buckets_of_any_distance_are_those_of_deberta(buckets: int, farthest: int) -> None:
    away = np.arange(1 - farthest, farthest)
    expected = make_log_bucket_position(torch.from_numpy(away), buckets, farthest).long()
    assert (in_log_buckets(away, buckets, farthest) == expected.numpy()).all()
