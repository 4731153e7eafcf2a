"""Dropout with one mask for all tokens of a text."""

import torch
from transformers import BertConfig, BertForSequenceClassification

from models.finetune.network.shared_masks import SharedMask, shared_masks

TEXTS, TOKENS, FEATURES = 50, 7, 40


def test_all_tokens_of_a_text_lose_the_same_features():
    states = torch.ones(TEXTS, TOKENS, FEATURES)
    torch.manual_seed(0)
    found = SharedMask(0.25)(states)
    assert (found == found[:, :1]).all()
    assert not (found == found[:1]).all()
    assert set(found.unique().tolist()) == {0.0, torch.tensor(1 / 0.75).item()}
    assert abs(found.mean().item() - 1) < 0.1


def test_who_only_answers_drops_nothing():
    states = torch.rand(TEXTS, TOKENS, FEATURES)
    assert (SharedMask(0.5).eval()(states) == states).all()


def network(hidden_size):
    config = BertConfig(hidden_size=hidden_size, num_hidden_layers=1, num_attention_heads=2)
    return BertForSequenceClassification(config)


def test_a_narrow_network_keeps_its_own():
    model = network(64)
    with shared_masks(model):
        assert not any(isinstance(each, SharedMask) for each in model.modules())


def test_a_network_gets_its_own_dropout_back():
    model = network(128)
    before = [(name, module) for name, module in model.named_modules() if "dropout" in name]
    with shared_masks(model):
        inside = dict(model.named_modules())
        assert all(isinstance(inside[name], SharedMask) for name, _ in before)
        assert inside["bert.encoder.layer.0.attention.self.dropout"].p == 0
        model.eval()
    after = [(name, module) for name, module in model.named_modules() if "dropout" in name]
    assert [(name, id(each)) for name, each in before] == [(name, id(each)) for name, each in after]
    assert not any(module.training for _, module in after)
    assert after[0][1].p == model.config.hidden_dropout_prob
