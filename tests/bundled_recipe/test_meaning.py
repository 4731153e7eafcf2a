"""The recipe of `meaning`, on sentences made up on the spot and teachers that need no weights."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import normalize
from transformers import AutoModel, AutoTokenizer

from bundled_recipe.body.stage import Workshop
from bundled_recipe.body.vocabulary import encode, load_tokenizer
from bundled_recipe.cards.benchmark import RESULTS, measure_some
from bundled_recipe.cards.cards import write_cards
from bundled_recipe.cards.goals import GOALS, result_lines
from bundled_recipe.command import take_up
from bundled_recipe.meaning.encoder import embed, load_encoder
from bundled_recipe.meaning.losses import imitation_loss, order_loss, ranking_loss
from bundled_recipe.meaning.measuring import rank_correlation, translations_found
from bundled_recipe.meaning.stage import Teachers, ask_teachers, imitate, meaning_stage
from bundled_recipe.meaning.targets import beside_body, fit_space
from bundled_recipe.meaning.teachers import Encoder, Vectors, remembered, unit
from bundled_recipe.meaning.texts import (
    HELD_OUT_SCORED,
    MEASURED,
    Scored,
    fold,
    forbidden,
    read_lessons,
)
from bundled_recipe.meaning.words import Words, fit_words, start_from_words
from tests.bundled_recipe import tiny

WIDTH = 32
"""Of the tiny body."""


def bag_of_words(width: int, words: dict[str, str]) -> Encoder:
    """An encoder for which a text is the sum of its words; ``words`` has translations."""

    def encode(texts: Sequence[str]) -> Vectors:
        return unit(np.array([_sum(text, width, words) for text in texts], dtype=np.float32))

    return encode


def _sum(text: str, width: int, words: dict[str, str]) -> Vectors:
    total = np.zeros(width, dtype=np.float32)
    for word in text.split():
        digest = hashlib.sha256(words.get(word, word).encode()).digest()
        total += np.random.default_rng(int.from_bytes(digest[:8], "big")).normal(size=width)
    return total


def teachers() -> Teachers:
    words = {"민수는": "Minsu", "지영이가": "Jane", "공부를": "studied", "운동을": "ran"}
    return Teachers(lambda: bag_of_words(48, words), lambda: bag_of_words(40, {}))


def vectors(*rows: Sequence[float]) -> torch.Tensor:
    return normalize(torch.tensor(rows), dim=1)


def test_imitation_costs_least_at_the_targets_and_does_not_part_what_means_the_same():
    targets = vectors((1.0, 0.0), (0.999, 0.01), (0.0, 1.0))
    there = imitation_loss(targets, targets)
    assert there < imitation_loss(targets[[0, 2, 1]], targets)
    assert there < imitation_loss(vectors((1.0, -0.6), (0.6, 1.0), (0.0, 1.0)), targets)


def test_ranking_wants_the_near_one_before_all_others():
    anchors, near = vectors((1.0, 0.0), (0.0, 1.0)), vectors((0.9, 0.1), (0.1, 0.9))
    far = vectors((-1.0, 0.1))
    good = ranking_loss(anchors, near, far)
    assert good < ranking_loss(anchors, near, vectors((1.0, 0.05)))
    assert good < ranking_loss(anchors, near[[1, 0]], far)


def test_order_counts_pairs_in_the_wrong_order_alone():
    first = vectors((1.0, 0.0), (1.0, 0.0))
    second = vectors((1.0, 0.1), (0.0, 1.0))
    right, wrong, equal = (
        order_loss(first, second, torch.tensor(scores)).item()
        for scores in ((5.0, 0.0), (0.0, 5.0), (2.0, 2.0))
    )
    assert right == pytest.approx(0.0, abs=1e-3)
    assert equal == pytest.approx(0.0, abs=1e-6)
    assert wrong > 10


def test_vectors_are_asked_for_once(tmp_path: Path):
    asked: list[str] = []

    def encoder() -> Encoder:
        def encode(texts: Sequence[str]) -> Vectors:
            asked.extend(texts)
            return np.ones((len(texts), 3), dtype=np.float32)

        return encode

    first = remembered(["가", "나"], tmp_path, encoder)
    assert np.array_equal(remembered(["가", "나"], tmp_path, encoder), first)
    assert asked == ["가", "나"]
    remembered(["가", "다"], tmp_path, encoder)
    assert asked == ["가", "나", "가", "다"]


def test_fewer_numbers_keep_the_cosines_of_both_teachers():
    draw = np.random.default_rng(0)
    hidden = draw.normal(size=(200, 6))
    both = unit((hidden @ draw.normal(size=(6, 20))).astype(np.float32))
    english = unit((hidden @ draw.normal(size=(6, 12))).astype(np.float32))
    space = fit_space(both, english, part=0.25, width=12)
    targets = space.targets(both, english)
    assert targets.shape == (200, 12)
    wanted = 0.75 * both @ both.T + 0.25 * english @ english.T
    assert np.allclose(targets @ targets.T, wanted, atol=1e-3)
    assert np.abs(space.targets(both) - targets).max() < 0.2


def test_the_measures_are_100_where_all_is_right():
    encode = bag_of_words(32, {"밥": "rice", "비": "rain", "집": "house"})
    pairs = [("밥 비", "rice rain"), ("집", "house"), ("비 집", "rain house")]
    assert translations_found(encode, pairs) == (100.0, 100.0)
    scored = [Scored("밥 비", "밥 비", 5.0), Scored("밥 비", "밥 집", 2.0), Scored("밥", "집", 0.0)]
    assert rank_correlation(encode, scored) == pytest.approx(100.0)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Files of the public data's names and shapes, and a body."""
    shop = Workshop(tmp_path / "data", tmp_path / "work", tmp_path / "out")
    for folder in (shop.data, shop.work):
        folder.mkdir()
    data = shop.data
    monkeypatch.setattr("bundled_recipe.meaning.texts.HELD_OUT_PAIRS", 8)
    monkeypatch.setattr("bundled_recipe.meaning.stage.WORD_STEPS", 20)
    tiny.write_measured(data)
    tiny.write_body(shop.out / "fillmask")
    for name, columns in MEASURED.items():
        sentences = [[f"{column} {n} of {name}" for column in columns] for n in range(4)]
        rows = [[*some, n, "ab"[n % 2], "ab"[n % 2]] for n, some in enumerate(sentences)]
        tiny.write_rows(data / f"{name}.csv.gz", (*columns, "score", "label", "label_name"), rows)
    for part in ("train", "test"):
        intents = [(f"{text} {part}", n % 2, "ab"[n % 2]) for n, text in enumerate(tiny.KOREAN)]
        path = data / f"intent3i4k_{part}.csv.gz"
        tiny.write_rows(path, ("text", "label", "label_name"), intents)
    for code, lines in {"ko": tiny.KOREAN, "en": tiny.ENGLISH}.items():
        tiny.write_lines(data / f"mlm_{code}.txt.gz", lines)
    pairs = list(zip(tiny.KOREAN, tiny.ENGLISH, strict=True))
    rows = [(ko, en, ("tatoeba", "react")[n % 2]) for n, (ko, en) in enumerate(pairs)]
    rows.append(("비밀 문장", "sentence1 0 of sts_en_stsb_test", "tatoeba"))
    rows.append(("시험 문장", "a sentence for tests", "korsts-train"))
    tiny.write_rows(data / "parallel_ko_en_train.csv.gz", ("ko", "en", "source"), rows)
    scored = [(tiny.KOREAN[n % 60], tiny.KOREAN[n % 7], n % 6) for n in range(1100)]
    header = ("sentence1", "sentence2", "score")
    tiny.write_rows(data / "sts_ko_klue_train.csv.gz", header, scored)
    tiny.write_rows(data / "sts_ko_korsts_train.csv.gz", header, scored[:50])
    labels = ("entailment", "contradiction", "neutral")
    for name, texts in {"nli_ko_klue": tiny.KOREAN, "nli_en_snli": tiny.ENGLISH}.items():
        tiny.write_rows(
            data / f"{name}_train.csv.gz",
            ("premise", "hypothesis", "label"),
            [(texts[n // 3], texts[n + 3], labels[n % 3]) for n in range(24)],
        )
    groups = [(n // 4, text) for n, text in enumerate(tiny.KOREAN[:16])]
    tiny.write_rows(data / "para_ko_parakqc_train.csv.gz", ("group", "text"), groups)
    questions = [(tiny.KOREAN[n], tiny.KOREAN[n + 1], "same") for n in range(8)]
    header = ("question1", "question2", "label")
    tiny.write_rows(data / "para_ko_questions_train.csv.gz", header, questions)
    clinc = [(text, "x") for text in tiny.ENGLISH[:10]]
    tiny.write_rows(data / "intent_en_clinc150_train.csv.gz", ("text", "label"), clinc)
    return shop


def test_no_measured_sentence_is_learnt(shop: Workshop):
    lessons, measured = read_lessons(shop.data), forbidden(shop.data)
    taught = [side for pair in lessons.pairs for side in pair]
    taught += [*lessons.korean, *lessons.english]
    taught += [text for one in lessons.triples for text in (one.anchor, one.near, one.far or "")]
    assert fold("sentence1 0 of sts_en_stsb_test") in measured
    taught += [text for one in lessons.scored for text in (one.first, one.second)]
    assert not {fold(text) for text in taught} & measured
    assert "비밀 문장" not in taught
    assert "a sentence for tests" not in taught
    assert not set(lessons.held_out_pairs) & set(lessons.pairs)
    assert len(lessons.held_out_scored) == HELD_OUT_SCORED
    assert lessons == read_lessons(shop.data)


def test_words_learn_what_the_sentences_mean_and_the_network_starts_from_them(shop: Workshop):
    lessons = read_lessons(shop.data)
    taught = ask_teachers(lessons, shop.work / "teachers", teachers())
    imitation = imitate(lessons, taught, WIDTH, part=0.5)
    body, tokenizer = load_encoder(shop.out / "fillmask"), load_tokenizer(shop.out / "fillmask")
    encodings = encode(tokenizer, list(imitation.texts), 64)
    known = body.embeddings.word_embeddings.weight.detach()
    targets = torch.from_numpy(imitation.targets)[list(imitation.numbers)]

    def nearness(words: Words) -> float:
        found = torch.stack([words.sentence(ids) for ids in encodings])
        return (found * targets).sum(dim=1).mean().item()

    fitted = fit_words(encodings, imitation, known, steps=300)
    assert nearness(fitted) > 0.7 > nearness(fit_words(encodings, imitation, known, steps=1))
    network = embed(start_from_words(fitted, body.config), tokenizer, imitation.texts)
    alone = torch.stack([fitted.sentence(ids) for ids in encodings]).numpy()
    assert (network * alone).sum(axis=1).min() > 0.98


def test_both_sides_of_a_translation_have_one_target(shop: Workshop):
    lessons = read_lessons(shop.data)
    taught = ask_teachers(lessons, shop.work / "teachers", teachers())
    imitation = imitate(lessons, taught, WIDTH, part=0.5)
    assert len(imitation.texts) == len(imitation.numbers)
    assert imitation.targets.shape == (max(imitation.numbers) + 1, WIDTH)
    numbers = dict(zip(imitation.texts, imitation.numbers, strict=True))
    for korean, english in lessons.pairs[:5]:
        place = imitation.texts.index(korean)
        assert imitation.numbers[place] == imitation.numbers[imitation.texts.index(english)]
    assert len(set(numbers.values())) > 1


def test_it_is_trained_saved_for_other_programs_and_trained_further(shop: Workshop):
    meaning_stage(shop, teachers(), seconds=4.0)
    folder = shop.out / "meaning"
    figures = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert figures["training"]["steps"] > 0
    assert set(figures["dev"]) == {"sts_en", "sts_ko", "klue", "to_english", "to_korean"}
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    assert [each["path"] for each in modules] == ["", "1_Pooling", "2_Normalize"]
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    assert pooling["word_embedding_dimension"] == WIDTH
    assert [key for key, value in pooling.items() if value is True] == ["pooling_mode_mean_tokens"]
    take_up(shop, "meaning")
    meaning_stage(shop, teachers(), seconds=0.5)
    further = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert further["before"] == [figures["training"]]


def test_it_is_measured_and_has_a_card(shop: Workshop):
    meaning_stage(shop, teachers(), seconds=0.5)
    nothing: dict[str, object] = {"results": {}, "costs": {}, "unsure": {}}
    (shop.out / RESULTS).write_text(json.dumps(nothing), encoding="utf-8")
    found = measure_some(shop.data, shop.out, ["meaning", "entities"])
    wanted = {goal.key for goal in GOALS if goal.checkpoint == "meaning"}
    assert set(found["results"]) == wanted
    assert set(found["costs"]) == {"meaning"}
    write_cards(shop.out)
    card = (shop.out / "meaning" / "README.md").read_text(encoding="utf-8")
    for line in result_lines(found, GOALS):
        assert line in card


def test_plain_transformers_finds_the_same_vectors(tmp_path: Path):
    folder, texts = (
        tiny.write_body(tmp_path / "body"),
        ["민수는 서울에서", "Jane ran in Busan", "?"],
    )
    ours = embed(load_encoder(folder), load_tokenizer(folder), texts)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    for text, vector in zip(texts, ours, strict=True):
        inputs = tokenizer(text, return_tensors="pt")
        with torch.inference_mode():
            states = model(**inputs).last_hidden_state[0].mean(dim=0)
        theirs = normalize(states, dim=0).numpy()
        assert np.allclose(vector, theirs, atol=1e-5)
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_the_body_has_directions_of_its_own_in_a_target():
    draw = np.random.default_rng(0)
    targets, body = (unit(draw.normal(size=(50, 6)).astype(np.float32)) for _ in range(2))
    found = beside_body(targets, body + 0.5, part=0.25, width=6)
    assert found.shape == (50, 12)
    apart = unit(body - body.mean(axis=0))
    wanted = 0.75 * targets @ targets.T + 0.25 * apart @ apart.T
    assert np.allclose(found @ found.T, wanted, atol=1e-4)
