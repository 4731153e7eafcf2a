"""The recipe of `entities`, on sentences made up on the spot."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer, BertForTokenClassification, PreTrainedTokenizerFast

from bundled_recipe.body.stage import Workshop
from bundled_recipe.body.vocabulary import load_tokenizer, wrapped
from bundled_recipe.cards.benchmark import RESULTS, measure_some
from bundled_recipe.cards.cards import write_cards
from bundled_recipe.cards.goals import GOALS, result_lines
from bundled_recipe.command import take_up
from bundled_recipe.entities.english_teacher import english_silver, sentence_of
from bundled_recipe.entities.made_up import made_up_sentences
from bundled_recipe.entities.measuring import calibration_error, count_spans
from bundled_recipe.entities.pieces import (
    ANYTHING,
    LABELS,
    Found,
    Row,
    allowed_labels,
    spans_of,
    spelled,
)
from bundled_recipe.entities.sentences import (
    DEV,
    ENGLISH,
    KINDS,
    KLUE,
    NAMES,
    SILVER,
    TESTS,
    Sentence,
    Span,
    joined,
    read_lessons,
    read_sentences,
)
from bundled_recipe.entities.stage import entities_stage
from bundled_recipe.entities.tuning import partial_loss
from bundled_recipe.entities.vocabulary import without_straddling
from models.checkpoints.certainty.calibration import read_calibration
from tests.bundled_recipe import tiny


def sentence(marked_text: str, kinds: frozenset[str] = frozenset(KINDS)) -> Sentence:
    """A sentence from a text such as ``[서울|LOC]에서``."""
    text, spans = "", []
    for part in marked_text.split("["):
        if "|" in part:
            (name, rest), start = part.split("|"), len(text)
            kind, after = rest.split("]")
            spans.append(Span(start, start + len(name), kind))
            text += name + after
        else:
            text += part
    return Sentence(text, tuple(spans), kinds)


def names(bits: int) -> set[str]:
    return {label for number, label in enumerate(LABELS) if bits >> number & 1}


def test_what_a_source_does_not_mark_may_be_anything_or_nothing():
    one = sentence("[Ann|PER] left at 3", NAMES)
    found = allowed_labels(one, [(0, 0), (0, 3), (3, 8), (8, 11), (11, 13)])
    assert found[0] == ANYTHING
    assert names(found[1]) == {"B-PER"}
    others = {f"{edge}-{kind}" for kind in ("DAT", "TIM", "NUM", "MISC") for edge in "BI"}
    assert names(found[4]) == {"O", *others}


def test_a_piece_is_called_what_most_of_it_is():
    one = sentence("[서울시|LOC]는 [한|NUM]국은")
    found = allowed_labels(one, [(0, 2), (2, 4), (4, 8)])
    assert [names(each) for each in found] == [{"B-LOC"}, {"I-LOC"}, {"O"}]


def test_two_names_side_by_side_are_two():
    one = sentence("[Ann|PER][Lee|PER] x")
    labels = [next(iter(names(bits))) for bits in allowed_labels(one, [(0, 3), (3, 6), (6, 8)])]
    assert labels == ["B-PER", "B-PER", "O"]


def test_unsure_places_teach_nothing():
    one = Sentence("가나다", (), frozenset(KINDS), unsure=((1, 2),))
    assert allowed_labels(one, [(0, 1), (1, 2)]) == (1, ANYTHING)


def told(*labels: str, share: float = 1.0) -> torch.Tensor:
    """What a network says that is as sure of each label as ``share``, and else of none."""
    shares = torch.zeros(len(labels), len(LABELS))
    for place, label in enumerate(labels):
        shares[place, LABELS.index("O")] = 1 - share
        shares[place, LABELS.index(label)] = share
    return shares


def test_spans_come_back_without_the_space_before_them():
    text, offsets = "in New York now", [(0, 0), (0, 2), (2, 6), (6, 11), (11, 15), (0, 0)]
    shares = told("O", "O", "B-LOC", "I-LOC", "O", "O")
    shares[2] = told("B-LOC", share=0.6)
    (found,) = spans_of(text, offsets, shares)
    assert found.span == Span(3, 11, "LOC") and found.share == pytest.approx(0.8)


def test_an_inside_of_another_kind_begins_a_span():
    found = spans_of("가나다", [(0, 1), (1, 2), (2, 3)], told("B-LOC", "I-PER", "I-PER"))
    assert [each.span for each in found] == [Span(0, 1, "LOC"), Span(1, 3, "PER")]


def test_the_loss_is_nothing_where_anything_goes_and_less_the_more_is_right():
    logits = torch.zeros(1, 2, len(LABELS))
    anything, both, one = (
        partial_loss(logits, [Row((5, 6), (ANYTHING, bits), 1.0)]).item()
        for bits in (ANYTHING, 0b11, 0b1)
    )
    assert anything == pytest.approx(0.0, abs=1e-6)
    assert 0 < both < one == pytest.approx(torch.log(torch.tensor(float(len(LABELS)))) / 2)


def test_pieces_across_the_edge_of_a_name_are_left_out(tmp_path: Path):
    usual = load_tokenizer(tiny.write_body(tmp_path / "body"))
    rows = [sentence(f"[민수|PER]는 [서울|LOC]에서 공부를 {n}번 했어요") for n in range(8)]
    loose = wrapped(without_straddling(usual.backend_tokenizer, rows))

    def found(tokenizer: PreTrainedTokenizerFast) -> list[tuple[Span, ...]]:
        """What comes back of the spans where each piece is called what it should be."""
        encoded = tokenizer([row.text for row in rows], return_offsets_mapping=True)
        answers = []
        for row, offsets in zip(rows, encoded["offset_mapping"], strict=True):
            labels = [bits.bit_length() - 1 for bits in allowed_labels(row, offsets)]
            shares = told(*(LABELS[label] for label in labels))
            answers.append(tuple(one.span for one in spans_of(row.text, offsets, shares)))
        return answers

    there = [row.spans for row in rows]
    assert found(usual) != there
    assert found(loose) == there
    assert loose.get_vocab() == usual.get_vocab()
    assert loose.decode(loose(rows[0].text)["input_ids"], skip_special_tokens=True) == rows[0].text


def test_neighbours_of_a_chained_kind_are_joined():
    one = joined(sentence("[오전|TIM] [3시|TIM], [서울|LOC] [민수|PER] [지영|PER]"))
    assert [(one.text[span.start : span.end]) for span in one.spans] == [
        *("오전 3시", "서울", "민수", "지영"),
    ]


def test_our_own_sentences_mark_what_they_say():
    made = made_up_sentences(count=400)
    assert made == made_up_sentences(count=400)
    assert len({each.text for each in made}) > 350
    for each in made:
        for span in each.spans:
            part = each.text[span.start : span.end]
            assert part == part.strip() != ""
    kinds = {span.kind for each in made for span in each.spans}
    assert kinds == {"DAT", "TIM", "NUM"}


def test_only_exact_spans_of_the_asked_kinds_count():
    rows = [sentence("[Ann|PER] in [Seoul|LOC] at [3|NUM]")]
    spans = [Span(0, 3, "PER"), Span(7, 13, "LOC"), Span(16, 17, "NUM"), Span(4, 6, "ORG")]
    counts = count_spans([[Found(span, 1.0) for span in spans]], rows, NAMES)
    assert (counts["PER"].right, counts["LOC"].right, counts["ORG"].found) == (1, 0, 1)
    assert (counts["all"].found, counts["all"].there, counts["all"].right) == (3, 2, 1)
    assert counts["all"].f1 == pytest.approx(40.0)


def test_the_calibration_error_is_nothing_where_shares_are_kept():
    judged = [(0.75, number < 3) for number in range(4)]
    assert calibration_error(judged) == pytest.approx(0.0)
    assert calibration_error([(1.0, False)]) == pytest.approx(1.0)


def _row(one: Sentence, characters: bool) -> dict[str, object]:
    tokens = list(one.text) if characters else one.text.split(" ")
    spans = [[each.start, each.end, each.kind] for each in one.spans]
    return {"text": one.text, "spans": spans, "tokens": tokens, "tags": ["O"] * len(tokens)}


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    """Files of the public data's names and shapes, and a body."""
    shop = Workshop(tmp_path / "data", tmp_path / "work", tmp_path / "out")
    for folder in (shop.data, shop.work):
        folder.mkdir()
    tiny.write_measured(shop.data)
    tiny.write_body(shop.out / "fillmask")
    korean = [
        sentence(f"[{who}|PER]는 [{where}|LOC]에서 공부를 [{number}번|NUM] 했어요")
        for number in range(110)
        for who in ("민수", "지영")
        for where in ("서울", "부산")
    ]
    english = [
        sentence(f"[{who}|PER] ran in [{where}|LOC] {number} times")
        for number in range(10)
        for who in ("Minsu", "Jane")
        for where in ("Seoul", "Busan")
    ]
    for one in {each.name: each for each in (KLUE, SILVER, *ENGLISH, *TESTS, *DEV)}.values():
        rows = korean if "_ko_" in one.name else english
        for number, part in enumerate(("train", "dev", "test")):
            some = rows if part == "train" else rows[number::9]
            suffixed = [Sentence(f"{each.text} {part}", each.spans, each.marked) for each in some]
            path = shop.data / f"{one.name}_{part}.jsonl.gz"
            tiny.write_json_lines(path, [_row(each, "_ko_" in one.name) for each in suffixed])
    tiny.write_lines(shop.data / "mlm_en.txt.gz", tiny.ENGLISH)
    pairs = [("문장", f"{text} once upon a time", "tatoeba") for text in tiny.ENGLISH]
    pairs.append(("시험", english[0].text + " test", "tatoeba"))
    pairs.append(("안내서", "a sentence of a manual, which is left out", "react"))
    path = shop.data / "parallel_ko_en_train.csv.gz"
    tiny.write_rows(path, ("ko", "en", "source"), pairs)
    return shop


@pytest.fixture
def english(tmp_path: Path) -> Callable[[], Path]:
    folder = tiny.write_english_network(tmp_path / "english")
    return lambda: folder


def test_nothing_measured_is_learnt(shop: Workshop):
    lessons = read_lessons(shop.data)
    learnt = {each.text for each in (*lessons.first, *lessons.last)}
    tests = {each.text for one in TESTS for each in read_sentences(shop.data, one, "test")}
    held_out = {each.text for rows in lessons.held_out.values() for each in rows}
    assert not learnt & (tests | held_out)
    assert len(lessons.first) > len(lessons.last) > 0
    assert all(each.weight == 1.0 for each in lessons.last)


def test_plain_english_is_marked_once_and_nothing_measured_is(
    shop: Workshop, english: Callable[[], Path]
):
    lessons = read_lessons(shop.data)
    silver = english_silver(shop, lessons, english, epochs=0.1)
    texts = {one.text for one in silver}
    assert f"{tiny.ENGLISH[0]} once upon a time" in texts
    assert not any("manual" in text for text in texts)
    assert not {text.casefold() for text in texts} & lessons.measured
    assert english_silver(shop, lessons, lambda: Path("is not asked again")) == silver


def test_where_the_teacher_hesitates_nothing_is_taught():
    sure, unsure = torch.zeros(len(LABELS)), torch.zeros(len(LABELS))
    sure[LABELS.index("B-PER")] = unsure[LABELS.index("B-LOC")] = 9.0
    unsure[0] = 9.0
    one = sentence_of("Jane Busan x", [(0, 4), (5, 10)], torch.stack([sure, unsure]))
    assert one.spans == (Span(0, 4, "PER"),)
    assert {place for start, end in one.unsure for place in range(start, end)} == {*range(5, 12)}


def test_it_is_trained_calibrated_and_trained_further(shop: Workshop, english: Callable[[], Path]):
    english_silver(shop, read_lessons(shop.data), english, epochs=0.1)
    entities_stage(shop, 1.5, english)
    folder = shop.out / "entities"
    figures = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert figures["training"]["steps"] > 0
    assert set(figures["tests"]) == {one.name for one in TESTS}
    model = BertForTokenClassification.from_pretrained(folder, dtype=torch.float32)
    assert [model.config.id2label[place] for place in range(len(LABELS))] == list(LABELS)
    assert read_calibration(model.config.calibration).temperature > 0
    text = "민수는 서울에서 했어요"
    ids = AutoTokenizer.from_pretrained(folder)(text)["input_ids"]
    assert list(spelled(load_tokenizer(folder), [Sentence(text, (), NAMES)])[0].ids) == ids
    nothing: dict[str, object] = {"results": {}, "costs": {}, "unsure": {}}
    (shop.out / RESULTS).write_text(json.dumps(nothing), encoding="utf-8")
    found = measure_some(shop.data, shop.out, ["entities"])
    assert set(found["results"]) == {one.name for one in TESTS}
    write_cards(shop.out)
    card = (folder / "README.md").read_text(encoding="utf-8")
    for line in result_lines(found, GOALS):
        assert line in card
    take_up(shop, "entities")
    assert not (folder / "metrics.json").exists()
    entities_stage(shop, 0.5, english)
    further = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert further["before"] == [figures["training"]]
