"""Steps computed in bfloat16 on weights that are kept in float32."""

import torch
from transformers import BertConfig, BertForTokenClassification

from bundled_recipe.half import HalfTraining


def tiny_tagger() -> BertForTokenClassification:
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32}
    return BertForTokenClassification(BertConfig(vocab_size=40, num_hidden_layers=1, **sizes))


def test_steps_too_small_for_bfloat16_are_not_lost():
    training = HalfTraining(tiny_tagger(), learning_rate=1e-5)
    before = training.model.classifier.bias.detach().clone()
    for _ in range(20):
        logits = training.working(input_ids=torch.arange(12).view(2, 6)).logits
        training.take_step(logits.float().logsumexp(dim=2).mean(), 1e-5)
    moved = training.model.classifier.bias.detach() - before
    assert moved.dtype == torch.float32
    assert 1e-4 < moved.abs().max() < 3e-4


def test_it_computes_with_the_weights_that_were_loaded():
    training = HalfTraining(tiny_tagger(), learning_rate=1e-3)
    training.model.classifier.bias.data.fill_(2.0)
    training.refresh()
    assert torch.all(training.working.classifier.bias == 2.0)
