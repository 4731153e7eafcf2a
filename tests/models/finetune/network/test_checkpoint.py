"""Reading bases: which heads are kept, how long a text may be, and what is refused."""

import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.testing import assert_close
from transformers import GPT2Config, GPT2LMHeadModel, RobertaConfig, RobertaForMaskedLM

from models.engines.torch_engine import class_logits
from models.errors import BrokenCheckpoint, UnsafeWeights
from models.finetune.checks import TrainingError
from models.finetune.network.checkpoint import load_base, load_trained, save
from models.finetune.network.head import Head
from models.reasons import Reason

LABELS = ("red", "green", "blue")
TEXTS = ["the film was good", "so bad", ""]


def logits(classifier, text):
    with torch.inference_mode():
        rows = classifier.encode([text])
        return class_logits(classifier.model.eval(), classifier.padding, rows)[0]


def test_a_body_gets_a_fresh_head(base):
    classifier, head = load_base(base, LABELS)
    assert head is Head.FRESH
    assert classifier.labels == LABELS
    assert classifier.model.config.label2id == {"red": 0, "green": 1, "blue": 2}
    assert classifier.model.config.problem_type == "single_label_classification"


def test_a_head_for_the_same_labels_is_kept(make_classifier):
    folder = make_classifier(LABELS)
    classifier, head = load_base(folder, LABELS)
    assert head is Head.KEPT
    assert_close(logits(classifier, TEXTS[0]), logits(load_trained(folder), TEXTS[0]))


def test_a_head_for_the_same_labels_is_reordered(make_classifier):
    folder = make_classifier(LABELS)
    classifier, head = load_base(folder, ("blue", "red", "green"))
    assert head is Head.REORDERED
    before = logits(load_trained(folder), TEXTS[0])
    assert_close(logits(classifier, TEXTS[0]), before[[2, 0, 1]])


@pytest.mark.parametrize("labels", [("cyan", "pink", "yellow"), tuple("abcdef")])
def test_a_head_for_other_labels_is_made_fresh(make_classifier, labels):
    folder = make_classifier(LABELS)
    torch.manual_seed(1)
    classifier, head = load_base(folder, labels)
    assert head is Head.FRESH
    assert classifier.labels == labels
    weight = load_file(folder / "model.safetensors")["classifier.weight"]
    assert not any((classifier.model.classifier.weight == row).all() for row in weight[:1])
    assert classifier.model.classifier.bias.count_nonzero() == 0


def test_new_labels_join_and_the_rows_of_the_others_are_as_they_were(make_classifier):
    folder = make_classifier(LABELS)
    before = load_file(folder / "model.safetensors")
    classifier, head = load_base(folder, ("blue", "mint", "red", "cyan"))
    assert (head, classifier.fresh) == (Head.JOINED, ("mint", "cyan"))
    layer = classifier.model.classifier
    assert torch.equal(layer.weight[[0, 2]], before["classifier.weight"][[2, 0]])
    assert torch.equal(layer.bias[[0, 2]], before["classifier.bias"][[2, 0]])
    assert layer.bias[[1, 3]].count_nonzero() == 0
    body = {name: weight for name, weight in before.items() if not name.startswith("classifier.")}
    after = classifier.model.state_dict()
    assert all(torch.equal(after[name], weight) for name, weight in body.items())
    assert classifier.model.config.num_labels == 4


@pytest.mark.parametrize(
    ("labels", "renamed", "rows"),
    [
        (("rouge", "green", "blue"), {"red": "rouge"}, [0, 1, 2]),
        (("green", "blue"), {"red": "green"}, [1, 2]),  # merged: who kept the name goes on
        (("green", "blue"), {}, [1, 2]),  # retired
        (("red", "green", "blue"), {"red": "green", "green": "red"}, [1, 0, 2]),  # swapped
        (("teal", "red"), {"green": "teal", "blue": "teal"}, [2, 0]),  # two became a new one
    ],
)
def test_labels_that_were_renamed_merged_or_retired(make_classifier, labels, renamed, rows):
    folder = make_classifier(LABELS)
    before = load_file(folder / "model.safetensors")["classifier.weight"]
    classifier, head = load_base(folder, labels, renamed=renamed)
    assert head in (Head.JOINED, Head.REORDERED, Head.KEPT) and classifier.fresh == ()
    assert torch.equal(classifier.model.classifier.weight, before[rows])


def test_who_chooses_one_does_not_go_on_from_who_decides_about_each(make_classifier):
    classifier, head = load_base(make_classifier(LABELS), LABELS, is_multi_label=True)
    assert (head, classifier.fresh) == (Head.FRESH, LABELS)
    assert classifier.model.config.problem_type == "multi_label_classification"


def test_what_is_saved_has_all_its_weights_and_the_same_tokenizer(base, tmp_path):
    classifier, _ = load_base(base, LABELS)
    save(classifier, base, tmp_path)
    again = load_trained(tmp_path)
    assert again.encode(TEXTS) == classifier.encode(TEXTS)
    assert_close(logits(again, TEXTS[0]), logits(classifier, TEXTS[0]))
    assert_close(again.model.state_dict(), classifier.model.state_dict(), rtol=0, atol=0)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / name).read_bytes() == (base / name).read_bytes()


def test_half_precision_is_trained_and_saved_in_full(base, tmp_path):
    half = tmp_path / "half"
    shutil.copytree(base, half)
    weights = load_file(base / "model.safetensors")
    narrow = {name: weight.half() for name, weight in weights.items()}
    save_file(narrow, half / "model.safetensors", metadata={"format": "pt"})
    classifier, _ = load_base(half, LABELS)
    save(classifier, half, tmp_path / "saved")
    saved = load_file(tmp_path / "saved" / "model.safetensors")
    assert {weight.dtype for weight in saved.values()} == {torch.float32}
    assert load_trained(tmp_path / "saved").model.dtype == torch.float32


def test_texts_are_cut_at_the_positions_there_are(base):
    classifier, _ = load_base(base, LABELS)
    assert [len(row.ids) for row in classifier.encode(["good " * 100_000, "good", ""])] == [
        64,
        3,
        2,
    ]


def test_half_a_surrogate_is_a_text_too(base):
    classifier, _ = load_base(base, LABELS)
    assert len(classifier.encode(["good \ud83d"])[0].ids) == 4


def test_roberta_has_two_positions_fewer(tmp_path, write_tokenizer):
    config = RobertaConfig(
        vocab_size=20,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=34,
        bos_token_id=2,
        eos_token_id=3,
        pad_token_id=1,
    )
    RobertaForMaskedLM(config).save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    classifier, head = load_base(tmp_path, LABELS)
    assert head is Head.FRESH
    assert classifier.encoder.limit == 32
    assert logits(classifier, "good " * 100).shape == (3,)


def test_a_decoder_without_padding_can_be_trained_too(tmp_path, write_tokenizer):
    config = GPT2Config(
        vocab_size=20,
        n_embd=16,
        n_layer=1,
        n_head=2,
        n_positions=16,
        bos_token_id=2,
        eos_token_id=3,
    )
    GPT2LMHeadModel(config).save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    classifier, _ = load_base(tmp_path, LABELS)
    assert classifier.encoder.limit == 16
    assert logits(classifier, "good bad").shape == (3,)


def test_a_body_with_a_hole_is_refused(make_classifier):
    folder = make_classifier(LABELS)
    weights = load_file(folder / "model.safetensors")
    del weights["bert.encoder.layer.0.output.dense.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(BrokenCheckpoint, match=Reason.WEIGHTS_UNFIT):
        load_base(folder, LABELS)


def test_pickled_weights_are_not_opened(make_classifier):
    folder = make_classifier(LABELS)
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    with pytest.raises(UnsafeWeights):
        load_base(folder, LABELS)


def test_a_body_is_no_classifier_to_compare_with(base):
    with pytest.raises(TrainingError, match=Reason.CURRENT_WITHOUT_HEAD):
        load_trained(base)
