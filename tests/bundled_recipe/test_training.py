"""The program behind the bundled checkpoints, on text made up on the spot."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from bundled_recipe import train
from bundled_recipe.body import network, pretraining, stage
from bundled_recipe.body.blocks import Stream, encode_passages
from bundled_recipe.body.rewording import reworded
from bundled_recipe.body.stage import Workshop
from bundled_recipe.body.vocabulary import (
    FIRST_PIECE,
    SPECIAL_TOKENS,
    encode,
    load_tokenizer,
    save_tokenizer,
    train_tokenizer,
)
from bundled_recipe.heads.students import first_student
from bundled_recipe.heads.tasks import sentiment_task, topics_task
from bundled_recipe.heads.teacher import Teacher, best_mix
from bundled_recipe.heads.tuning import TuningSettings, new_classifier, tune
from bundled_recipe.precision import fastest_arithmetic
from bundled_recipe.texts import plain
from bundled_recipe.texts.corpus import KEPT_OUT_EVERY, Source, read_corpus
from bundled_recipe.texts.english_remarks import in_company, remarks, spoken_alike
from bundled_recipe.texts.examples import (
    SENTIMENTS,
    TOPICS,
    labelled,
    read_emotions,
    read_neutral,
    read_polarity,
    split,
    without,
)
from tests.bundled_recipe.tiny import write_lines, write_measured, write_rows

KOREAN = [
    f"{thing} {mood} {number}번"
    for number in range(20)
    for thing in ("밥", "비", "봄")
    for mood in ("좋다", "싫다")
]
ENGLISH = [
    f"the {thing} is {mood} {number}"
    for number in range(20)
    for thing in ("tea", "rain")
    for mood in ("good", "bad")
]

SMALL = {
    "hidden_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 128,
}
"""Of a body that goes through the recipe in seconds; it has every head that starts aimed."""


def test_only_the_named_ranges_are_read(tmp_path: Path):
    path = write_lines(tmp_path / "text.gz", [f"line {number}" for number in range(1, 21)])
    sources = (Source(3, 5, "a", "x"), Source(10, 11, "b", "y", weight=2))
    corpus = read_corpus(path, sources, frozenset())
    assert sorted(corpus.train) == [("line 11", 2), ("line 4", 1), ("line 5", 1)]
    assert sorted(corpus.kept_out) == ["line 10", "line 3"]


def test_kept_out_passages_are_never_trained_on_even_when_repeated(tmp_path: Path):
    lines = ["again", *[f"line {number}" for number in range(KEPT_OUT_EVERY)], "again", "last"]
    path = write_lines(tmp_path / "text.gz", lines)
    corpus = read_corpus(path, (Source(1, len(lines), "a", "x"),), frozenset())
    assert "again" in corpus.kept_out
    assert not set(corpus.kept_out) & {passage for passage, _ in corpus.train}


def test_what_is_measured_on_is_not_even_plain_text(tmp_path: Path):
    path = write_lines(tmp_path / "text.gz", ["first", "Seen", "other"])
    corpus = read_corpus(path, (Source(1, 3, "a", "x"),), frozenset({"seen"}))
    assert corpus.train == [("other", 1)]


def test_only_rows_of_one_polarity_are_kept(tmp_path: Path):
    rows = [
        ("yes", "0 1", "joy love"),
        ("no", "2", "anger"),
        ("both", "0 2", "joy anger"),
        ("plain", "27", "neutral"),
        ("mixed with surprise", "0 3", "joy surprise"),
    ]
    path = write_rows(tmp_path / "rows.gz", ("text", "labels", "label_names"), rows)
    found = read_polarity(path)
    assert [(each.text, each.label) for each in found] == [("yes", 1), ("no", 0)]
    assert [sum(each.target) for each in read_emotions(path)] == [2, 1, 2, 1, 2]
    assert read_neutral(path) == ["plain"]


def test_measured_texts_leave_the_training_rows():
    good, bad = labelled("Good ", 1, SENTIMENTS), labelled("bad", 0, SENTIMENTS)
    assert without([good, bad], [labelled("good", 1, SENTIMENTS)]) == [bad]
    rows = [labelled(f"text {number % 50}", number % 2, SENTIMENTS) for number in range(100)]
    train_rows, held_out = split(rows, 10)
    assert len(held_out) == 10
    assert not {row.text for row in train_rows} & {row.text for row in held_out}


@pytest.mark.parametrize("words", [plain.ENGLISH, plain.KOREAN])
def test_plain_sentences_are_balanced_different_and_repeatable(words: plain.Words):
    made = plain.plain_sentences(words, 400)
    assert made == plain.plain_sentences(words, 400)
    assert len({sentence.text for sentence in made}) == 400
    assert sum(sentence.mood for sentence in made) == 200
    assert not any("{" in sentence.text for sentence in made)


def test_remarks_are_balanced_different_and_repeatable():
    made = remarks(400)
    assert made == remarks(400)
    assert len({text for text, _ in made}) == 400
    assert sum(mood for _, mood in made) == 200
    assert not any("{" in text for text, _ in made)


def test_company_takes_no_side():
    made, passages = [("so dull!", 0), ("a joy", 1)], ["He went home to eat.", "What a joy it was!"]
    found = in_company(made, passages)
    assert [mood for _, mood in found] == [0, 1]
    for (text, _), (remark, _) in zip(found, made, strict=True):
        assert remark.rstrip("!") in text
        assert len(text) > len(remark)
        assert "was" not in text
    assert in_company(made, []) == made


def test_text_that_speaks_alike_is_clear_or_left_out():
    clear = "A charming and witty letter, full of warmth."
    blame = "What a dull and tedious evening."
    unclear = ["A charming but dull evening.", "not witty and not charming", "He went home."]
    assert spoken_alike([clear, blame, *unclear]) == [(clear, 1), (blame, 0)]


def test_first_heads_start_by_looking_at_neighbours():
    model = network.new_body(FIRST_PIECE + 100)
    blocks = torch.arange(5, 45).unsqueeze(0)
    with torch.inference_mode():
        attention = model.bert(blocks, output_attentions=True).attentions[0][0]
    for head, offset in enumerate((-1, 1, -2, 2)):
        towards = attention[head].diagonal(offset).mean()
        assert towards > 3 * attention[head].diagonal(-offset).mean()
        assert towards > 5 / blocks.numel()


def test_special_tokens_are_never_hidden():
    torch.manual_seed(0)
    blocks = torch.randint(0, FIRST_PIECE + 50, (200, 64))
    inputs, places = network.hide(blocks, FIRST_PIECE + 50)
    truth, shown = blocks.flatten()[places], inputs.flatten()[places]
    assert len(places) == round(network.HIDDEN_SHARE * blocks.numel())
    assert bool((truth >= len(SPECIAL_TOKENS)).all())
    untouched = torch.ones(blocks.numel(), dtype=torch.bool)
    untouched[places] = False
    assert torch.equal(inputs.flatten()[untouched], blocks.flatten()[untouched])
    masked = shown == SPECIAL_TOKENS.index("[MASK]")
    assert 0.75 < masked.float().mean().item() < 0.85


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer([*KOREAN, *ENGLISH] * 10)


def test_no_character_is_unknown_and_none_is_lost(tokenizer, tmp_path: Path):
    texts = ["밥 좋다😊", "뷁쀍 🫠", "日本 ñandú", "ㅋㅋㅋㅋ ㅠㅠ 굿굿!!", "sooo (good) ~^^;"]
    save_tokenizer(tokenizer, tmp_path)
    for text, ids in zip(texts, encode(load_tokenizer(tmp_path), texts, 512), strict=True):
        assert tokenizer.unk_token_id not in ids
        assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_decomposed_hangul_and_case_are_one_spelling(tokenizer):
    ids = encode(tokenizer, ["밥 좋다", "\u1107\u1161\u11b8 좋다", "THE tea", "the TEA"], 512)
    assert ids[0] == ids[1]
    assert ids[2] == ids[3]


def test_dropout_spells_a_text_otherwise_and_only_there(tokenizer):
    usual = encode(tokenizer, ["the tea is good"] * 20, 512)
    torn = encode(tokenizer, ["the tea is good"] * 20, 512, dropout=0.5)
    assert len({tuple(ids) for ids in torn}) > 1
    assert {tokenizer.decode(ids, skip_special_tokens=True) for ids in torn} == {"the tea is good"}
    assert encode(tokenizer, ["the tea is good"] * 20, 512) == usual


def test_the_mask_takes_its_space_along(tokenizer):
    with_mask, without_it = encode(tokenizer, ["the [MASK] is good", "the is good"], 512)
    assert with_mask == [*without_it[:2], tokenizer.mask_token_id, *without_it[2:]]


def test_an_epoch_has_each_passage_as_often_as_it_weighs(tokenizer):
    passages = encode_passages(tokenizer, [("tea", 1), ("rain is bad", 3)])
    stream = Stream(passages, seed=0)
    tokens = stream.blocks(1, 2 + 1 * 2 + 3 * 4)[0].tolist()
    rain, tea = encode(tokenizer, ["rain", "tea"], 512)
    assert (tokens.count(rain[1]), tokens.count(tea[1])) == (3, 1)
    assert (tokens[0], tokens[-1]) == (2, 3)


def test_a_skipped_stream_goes_on_like_one_that_was_read(tokenizer):
    passages = encode_passages(tokenizer, [(text, 1) for text in ENGLISH])
    read, skipped = Stream(passages, seed=0), Stream(passages, seed=0)
    for _ in range(10):
        read.blocks(2, 22)
    skipped.skip(400)
    assert torch.equal(read.blocks(1, 12), skipped.blocks(1, 12))


def test_fast_arithmetic_answers_with_the_weights_of_now(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bundled_recipe.precision.has_fast_bfloat16", lambda _: True)
    layer, ones = torch.nn.Linear(4, 1, bias=False), torch.ones(1, 4)
    with fastest_arithmetic(torch.device("cpu")):
        for value in (1.0, 2.0):
            with torch.no_grad():
                layer.weight.fill_(value)
            answer = layer(ones)
            assert answer.dtype == torch.bfloat16
            assert answer.item() == 4 * value


def test_the_teacher_learns_and_the_better_one_counts_more():
    rows = [labelled(text, number % 2, SENTIMENTS) for number, text in enumerate(ENGLISH)]
    shares = Teacher(rows, balance=True).shares(["the tea is good 3", "the tea is bad 3"])
    assert shares.argmax(axis=1).tolist() == [0, 1]
    sure, unsure = np.array([[0.9, 0.1]]), np.array([[0.5, 0.5]])
    assert best_mix(sure, unsure, [0]) == 1.0
    assert best_mix(sure, unsure, [1]) == 0.0


def test_a_reworded_text_keeps_most_of_its_pieces(tokenizer, tmp_path: Path):
    torch.manual_seed(0)
    save_tokenizer(tokenizer, tmp_path)
    network.new_body(len(tokenizer)).save_pretrained(tmp_path)
    texts = [f"the tea is good and the rain is bad {number}" for number in range(20)]
    found = reworded(tmp_path, texts)
    assert found == reworded(tmp_path, texts) != reworded(tmp_path, texts, seed=1)
    assert len(found) == len(texts)
    kept = [sum(word in text for word in ("tea", "good", "rain", "bad")) for text in found]
    assert 0.4 < sum(kept) / (4 * len(texts)) < 0.95


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of the public data's names and shapes."""
    folder = tmp_path / "data"
    folder.mkdir()
    sources = {}
    for language, lines in {"ko": KOREAN, "en": ENGLISH}.items():
        write_lines(folder / f"mlm_{language}.txt.gz", lines)
        sources[language] = (Source(1, len(lines), "ours", "CC0 1.0"),) * 2
    monkeypatch.setattr(stage, "LANGUAGES", sources)
    monkeypatch.setattr("bundled_recipe.cards.benchmark.LANGUAGES", sources)
    monkeypatch.setattr("bundled_recipe.heads.tasks.KOREAN_SOURCES", sources["ko"])
    monkeypatch.setattr("bundled_recipe.heads.tasks.ENGLISH_SOURCES", sources["en"])
    monkeypatch.setattr("bundled_recipe.heads.tasks.HELD_OUT", 20)
    for module in ("corpus", "unsided"):
        monkeypatch.setattr(f"bundled_recipe.texts.{module}.KOREAN_SOURCES", sources["ko"])
        monkeypatch.setattr(f"bundled_recipe.texts.{module}.ENGLISH_SOURCES", sources["en"])
    monkeypatch.setattr("bundled_recipe.heads.doubting.ENGLISH_SOURCES", sources["en"])
    monkeypatch.setattr("bundled_recipe.heads.doubting.HELD_OUT", 20)
    monkeypatch.setattr("bundled_recipe.heads.tasks.FEW", 60)
    monkeypatch.setattr("bundled_recipe.heads.tasks._PLAIN_SENTENCES", 50)
    monkeypatch.setattr("bundled_recipe.heads.tasks._REMARKS", 50)
    monkeypatch.setattr(pretraining, "compiled", lambda function: function)
    monkeypatch.setattr(network, "SIZES", SMALL)
    rows = [(f"{text}!", number % 2) for number, text in enumerate([*KOREAN, *ENGLISH])]
    for name in ("nsmc_train", "ynat_train"):
        write_rows(folder / f"{name}.csv.gz", ("text", "label"), rows)
    intents = [(*row, ("statement", "question")[row[1]]) for row in rows]
    header = ("text", "label", "label_name")
    write_rows(folder / "intent3i4k_train.csv.gz", header, intents)
    write_rows(folder / "chatbot_ko.csv.gz", ("text", "label"), rows)
    write_measured(folder)
    for name in ("train", "dev", "test"):
        emotions = [(f"{name} day {n}", "0", ("joy", "anger")[n % 2]) for n in range(60)]
        path = folder / f"go_emotions_{name}.csv.gz"
        write_rows(path, ("text", "labels", "label_names"), emotions)
    return folder


def test_everything_is_trained_and_one_is_trained_further(data: Path, tmp_path: Path):
    shop = Workshop(data, tmp_path / "work", tmp_path / "out")
    train.train_everything(shop, seconds=0.5)
    weights = {path.parent.name: path.read_bytes() for path in shop.out.glob("*/model.safetensors")}
    assert set(weights) == {"fillmask", "sentiment", "topics", "emotions"}
    for file in ("README.md", "unsure.json"):
        assert all((shop.out / name / file).exists() for name in weights)
    topics = shop.out / "topics"
    assert "no words" in (topics / "README.md").read_text(encoding="utf-8")
    first = json.loads((topics / "metrics.json").read_text(encoding="utf-8"))
    train.take_up(shop, "topics")
    train.take_up(shop, "topics")
    (shop.out / "sentiment" / "README.md").unlink()
    train.train_everything(shop, seconds=0.5)
    assert (shop.out / "sentiment" / "README.md").exists()
    for name in ("fillmask", "sentiment"):
        assert (shop.out / name / "model.safetensors").read_bytes() == weights[name]
    second = json.loads((topics / "metrics.json").read_text(encoding="utf-8"))
    assert (first["before"], second["before"]) == ([], [first["training"]])
    assert second["tests"] and second["first"] == first["first"]
    assert "Then followed" in (topics / "README.md").read_text(encoding="utf-8")


def test_adversarial_training_moves_the_words_and_puts_them_back(data: Path, tmp_path: Path):
    shop = Workshop(data, tmp_path / "work", tmp_path / "out")
    stage.body_stage(shop, seconds=0.5)
    folder, rows = shop.out / "fillmask", topics_task(data).train

    def trained(settings: TuningSettings) -> tuple[float, Tensor]:
        model = new_classifier(folder, TOPICS, settings)
        tuned = tune(model, load_tokenizer(folder), rows, settings, seconds=60.0)
        return tuned.steps, model.bert.embeddings.word_embeddings.weight

    plain = TuningSettings(epochs=1, batch_size=32)
    still = trained(replace(plain, learning_rate=0.0, adversarial=5.0))[1]
    before = new_classifier(folder, TOPICS, plain).bert.embeddings.word_embeddings.weight
    assert torch.allclose(still, before, atol=1e-5)
    (steps, without), (same, with_it) = trained(plain), trained(replace(plain, adversarial=5.0))
    assert steps == same
    assert not torch.allclose(without, with_it, atol=1e-5)


def test_students_differ_by_chance_and_are_found_again(data: Path, tmp_path: Path):
    shop = Workshop(data, tmp_path / "work", tmp_path / "out")
    stage.body_stage(shop, seconds=0.5)
    task, kept = topics_task(data), shop.students / "topics"
    body = shop.out / "fillmask"
    first, second, again = (first_student(task, body, kept, 0.2, seed) for seed in (0, 1, 0))
    heads = [each.classifier.weight for each in (first, second, again)]
    assert torch.equal(heads[0], heads[2])
    assert not torch.equal(heads[0], heads[1])
    assert {path.name for path in kept.iterdir()} == {"0", "1"}
    train.forget(shop)
    assert not shop.students.exists()


def test_what_takes_no_side_is_as_likely_either(data: Path):
    task = sentiment_task(data)
    undecided = [row for row in task.train if row.target == (0.5, 0.5)]
    questions = {text for number, text in enumerate([*KOREAN, *ENGLISH]) if number % 2}
    assert {row.text.removesuffix("!") for row in undecided} == questions
    assert all(max(row.target) > 0.8 for pool in task.pools for row in pool.taught)


def test_a_body_goes_on_where_it_was_stopped(data: Path, tmp_path: Path):
    shop = Workshop(data, tmp_path / "work", tmp_path / "out")
    stage.body_stage(shop, seconds=0.5)
    first = json.loads((shop.out / "fillmask" / "metrics.json").read_text(encoding="utf-8"))
    stage.body_stage(shop, seconds=first["training"]["seconds"] + 0.5)
    second = json.loads((shop.out / "fillmask" / "metrics.json").read_text(encoding="utf-8"))
    assert second["training"]["steps"] > first["training"]["steps"]
    assert second["training"]["seconds"] > first["training"]["seconds"]


def test_a_finished_body_is_trained_further(data: Path, tmp_path: Path):
    shop = Workshop(data, tmp_path / "work", tmp_path / "out")
    stage.body_stage(shop, seconds=0.5)
    figures = shop.out / "fillmask" / "metrics.json"
    first = json.loads(figures.read_text(encoding="utf-8"))["training"]
    train.take_up(shop, "fillmask")
    assert not figures.exists()
    stage.body_stage(shop, seconds=0.5)
    second = json.loads(figures.read_text(encoding="utf-8"))
    assert second["before"] == [first]
    assert second["training"]["loss"] < first["loss"]
    assert not (shop.work / "vocabulary").exists() or not [*(shop.work / "vocabulary").iterdir()]


def test_time_in_which_a_run_was_stopped_is_not_counted(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pretraining, "_LONGEST_STEP_S", 0.001)
    shop = Workshop(data, tmp_path / "work", tmp_path / "out")
    stage.body_stage(shop, seconds=0.002)
    figures = json.loads((shop.out / "fillmask" / "metrics.json").read_text(encoding="utf-8"))
    assert figures["training"]["steps"] == 2
