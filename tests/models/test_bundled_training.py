"""The program behind the bundled checkpoints, on text made up on the spot."""

import csv
import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
import torch
from models.bundled.wordpiece import SPECIAL_TOKENS, encode, train_tokenizer

from models.bundled import body, plain, train
from models.bundled.corpus import KEPT_OUT_EVERY, Source, read_corpus
from models.bundled.examples import Example, read_polarity, split, without
from models.bundled.precision import fastest_arithmetic
from models.finetune.loop import pad

KOREAN = [
    f"{thing} {mood} {number}번"
    for number in range(40)
    for thing in ("밥", "비", "봄")
    for mood in ("좋다", "싫다")
]
ENGLISH = [
    f"the {thing} is {mood} {number}"
    for number in range(40)
    for thing in ("tea", "rain")
    for mood in ("good", "bad")
]


def write_lines(path: Path, lines: Iterable[str]) -> Path:
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    return path


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def test_only_the_named_ranges_are_read(tmp_path: Path):
    path = write_lines(tmp_path / "text.gz", [f"line {number}" for number in range(1, 21)])
    corpus = read_corpus(path, (Source(3, 5, "a", "x"), Source(10, 11, "b", "y", weight=2)))
    assert sorted(corpus.train) == ["line 11", "line 11", "line 4", "line 5"]
    assert sorted(corpus.kept_out) == ["line 10", "line 3"]


def test_kept_out_passages_are_never_trained_on_even_when_repeated(tmp_path: Path):
    lines = ["again", *[f"line {number}" for number in range(KEPT_OUT_EVERY)], "again", "last"]
    corpus = read_corpus(
        write_lines(tmp_path / "text.gz", lines), (Source(1, len(lines), "a", "x"),)
    )
    assert "again" in corpus.kept_out
    assert not set(corpus.kept_out) & set(corpus.train)


def test_only_rows_of_one_polarity_are_kept(tmp_path: Path):
    rows = [
        ("yes", "0 1", "joy love"),
        ("no", "2", "anger"),
        ("both", "0 2", "joy anger"),
        ("plain", "27", "neutral"),
        ("mixed with surprise", "0 3", "joy surprise"),
    ]
    path = write_rows(tmp_path / "rows.gz", ("text", "labels", "label_names"), rows)
    assert read_polarity(path) == [Example("yes", 1), Example("no", 0)]


def test_measured_texts_leave_the_training_rows():
    examples = [Example("Good", 1), Example("bad", 0)]
    assert without(examples, [Example("good", 1)]) == [Example("bad", 0)]
    rows = [Example(f"text {number % 50}", number % 2) for number in range(100)]
    train_rows, held_out = split(rows, 10)
    assert len(held_out) == 10
    assert not {row.text for row in train_rows} & {row.text for row in held_out}


@pytest.mark.parametrize("words", [plain.ENGLISH, plain.KOREAN])
def test_plain_sentences_are_balanced_different_and_repeatable(words: plain.Words):
    made = plain.plain_sentences(words, 400)
    assert made == plain.plain_sentences(words, 400)
    assert len({example.text for example in made}) == 400
    assert sum(example.label for example in made) == 200
    assert not any("{" in example.text for example in made)


def test_first_heads_start_by_looking_at_neighbours():
    model = body.new_body(100)
    model.set_attn_implementation("eager")
    blocks = torch.arange(5, 45).unsqueeze(0)
    with torch.inference_mode():
        attention = model.bert(blocks, output_attentions=True).attentions[0][0]
    for head, offset in enumerate((-1, 1, -2, 2)):
        towards = attention[head].diagonal(offset).mean()
        assert towards > 3 * attention[head].diagonal(-offset).mean()
        assert towards > 5 / blocks.numel()


def test_special_tokens_are_never_hidden():
    torch.manual_seed(0)
    blocks = torch.randint(0, 50, (200, 64))
    inputs, hidden = body._hide(blocks, 50)
    ordinary = blocks >= len(SPECIAL_TOKENS)
    assert not bool(hidden[~ordinary].any())
    assert torch.equal(inputs[~hidden], blocks[~hidden])
    assert 0.15 < hidden[ordinary].float().mean().item() < 0.21
    masked = inputs[hidden] == SPECIAL_TOKENS.index("[MASK]")
    assert 0.75 < masked.float().mean().item() < 0.85


def test_decomposed_hangul_symbols_and_case():
    tokenizer = train_tokenizer([*KOREAN, *ENGLISH] * 10)
    ids = encode(tokenizer, ["밥 좋다😊", "\u1107\u1161\u11b8 좋다 😊", "THE tea", "the TEA"], 512)
    assert ids[0] == ids[1]
    assert ids[2] == ids[3]
    assert all(tokenizer.unk_token_id not in one for one in ids)
    assert pad(ids, 0)[0].shape[0] == 4


def test_fast_arithmetic_answers_with_the_weights_of_now(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.bundled.precision.has_fast_bfloat16", lambda: True)
    layer, ones = torch.nn.Linear(4, 1, bias=False), torch.ones(1, 4)
    with fastest_arithmetic():
        for value in (1.0, 2.0):
            with torch.no_grad():
                layer.weight.fill_(value)
            answer = layer(ones)
            assert answer.dtype == torch.bfloat16
            assert answer.item() == 4 * value


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of the public data's names and shapes."""
    folder = tmp_path / "data"
    folder.mkdir()
    for language, lines in {"ko": KOREAN, "en": ENGLISH}.items():
        write_lines(folder / f"mlm_{language}.txt.gz", lines)
    monkeypatch.setattr(train, "KOREAN_SOURCES", (Source(1, len(KOREAN), "ours", "CC0 1.0"),))
    monkeypatch.setattr(train, "ENGLISH_SOURCES", (Source(1, len(ENGLISH), "ours", "CC0 1.0"),))
    monkeypatch.setattr("models.bundled.heads._HELD_OUT", 20)
    monkeypatch.setattr("models.bundled.heads._PLAIN_SENTENCES", 50)
    labelled = [(text, number % 2) for number, text in enumerate([*KOREAN, *ENGLISH])]
    for name in ("nsmc_train", "ynat_train"):
        write_rows(folder / f"{name}.csv.gz", ("text", "label"), labelled)
    for name in ("nsmc_test", "sst2_dev", "sst2_test", "ynat_dev"):
        write_rows(folder / f"{name}.csv.gz", ("text", "label"), [("새 글", 0), ("new text", 1)])
    for name in ("train", "test"):
        emotions = [(f"{name} day {n}", "0", ("joy", "anger")[n % 2]) for n in range(60)]
        path = folder / f"go_emotions_{name}.csv.gz"
        write_rows(path, ("text", "labels", "label_names"), emotions)
    return folder


def test_everything_is_trained_and_a_finished_stage_is_kept(data: Path, tmp_path: Path):
    out = tmp_path / "out"
    train.train_everything(data, out, seconds=1.0, fresh=False)
    weights = {path.parent.name: path.read_bytes() for path in out.glob("*/model.safetensors")}
    assert set(weights) == {"fillmask", "sentiment", "topics"}
    assert all((out / name / "README.md").exists() for name in weights)
    (out / "topics" / "metrics.json").unlink()
    (out / "sentiment" / "README.md").unlink()
    train.train_everything(data, out, seconds=1.0, fresh=False)
    assert (out / "sentiment" / "README.md").exists()
    assert json.loads((out / "topics" / "metrics.json").read_text(encoding="utf-8"))["tests"]
    for name in ("fillmask", "sentiment"):
        assert (out / name / "model.safetensors").read_bytes() == weights[name]
