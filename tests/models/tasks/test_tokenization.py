"""Tokenization: pieces in the letters that people typed, for every sort of tokenizer."""

import shutil
import unicodedata

import pytest

from models.results import Checkpoint, Origin, Task
from models.serving.slots import Slot
from models.tasks.tokenization import LinesToTokenize

SORTS = ["bert", "roberta", "gpt", "slow"]


@pytest.mark.parametrize("kind", SORTS)
async def test_a_batch_is_padded_and_says_what_is_what(service, tiny, kind):
    answer = await service.ask(tiny.get(kind), LinesToTokenize(("오늘 밥 🐰 good", "food")))
    widths = {len(line.pieces) for line in answer.lines}
    assert widths == {max(line.tokens.total for line in answer.lines)}
    short = answer.lines[1]
    padding = [piece for piece in short.pieces if piece.is_padding]
    assert len(padding) == len(short.pieces) - short.tokens.total > 0
    assert all(piece.attention == 0 and piece.is_special for piece in padding)
    assert all(piece.attention == 1 for piece in short.pieces if not piece.is_padding)
    assert short.decoded_without_special.strip() == "food"


@pytest.mark.parametrize("kind", ["bert", "roberta", "gpt"])
async def test_pieces_read_like_the_text(service, tiny, kind):
    text = "나는 오늘 밥은🐰🐰 the END… 👩‍👩‍👧"
    (line,) = (await service.ask(tiny.get(kind), LinesToTokenize((text,)))).lines
    shown = "".join(piece.text for piece in line.pieces if not piece.is_special)
    assert shown.replace(" ", "") == text.replace(" ", "")


async def test_halves_of_a_character_are_counted_once(service, tiny):
    asked = LinesToTokenize(("\ud83d\ude00\ud83d\ude00 good food",), "\ud83d\ude00 bad food")
    (line,) = (await service.ask(tiny.get("bert"), asked)).lines
    assert [piece.text for piece in line.pieces if piece.text in ("good", "bad", "food")] == [
        *("good", "food", "bad", "food")
    ]


async def test_a_decomposed_text_keeps_its_letters(service, tiny):
    typed = unicodedata.normalize("NFD", "오늘 밥")
    (line,) = (await service.ask(tiny.get("bert"), LinesToTokenize((typed,)))).lines
    shown = "".join(piece.text for piece in line.pieces if not piece.is_special)
    assert shown == typed.replace(" ", "")


async def test_it_knows_special_unknown_and_types(service, tiny):
    (line,) = (await service.ask(tiny.get("bert"), LinesToTokenize(("good 뷁",), "food"))).lines
    assert [piece.text for piece in line.pieces] == [
        *("[CLS]", "good", "뷁", "[SEP]", "food", "[SEP]")
    ]
    assert [piece.type_id for piece in line.pieces] == [0, 0, 0, 0, 1, 1]
    assert [piece.is_special for piece in line.pieces] == [True, False, False, True, False, True]
    assert line.unknown == 1
    assert line.decoded_without_special == "good [UNK] food"


async def test_types_only_where_the_model_has_them(service, tiny):
    for kind, expected in (("bert", True), ("roberta", False), ("gpt", False)):
        (line,) = (await service.ask(tiny.get(kind), LinesToTokenize(("good",)))).lines
        assert all((piece.type_id is not None) == expected for piece in line.pieces)


@pytest.mark.parametrize("kind", SORTS)
async def test_nothing_is_cut(service, tiny, kind):
    answer = await service.ask(tiny.get(kind), LinesToTokenize(("good " * 100,)))
    assert answer.limit == 40
    assert answer.lines[0].tokens.total >= 100
    assert answer.lines[0].tokens.used == 40
    assert len(answer.lines[0].pieces) == answer.lines[0].tokens.total


@pytest.mark.parametrize("kind", SORTS)
async def test_a_hundred_thousand_characters(service, tiny, kind):
    text = ("오늘 밥은 good movie 🐰 " * 6000)[:100_000]
    (line,) = (await service.ask(tiny.get(kind), LinesToTokenize((text,)))).lines
    assert line.tokens.total == len(line.pieces) > 20_000
    assert line.tokens.used == 40


async def test_weights_are_not_loaded(service, tiny):
    await service.ask(tiny.get("bert"), LinesToTokenize(("good",)))
    assert not service.state(tiny.get("bert")).is_loaded
    assert service._cache.state(Slot.of(tiny.get("bert"), Task.TOKENIZE)).is_loaded
    assert not service._cache.state(Slot.of(tiny.get("bert"), Task.CLASSIFY)).is_loaded


async def test_it_needs_no_weights_at_all(service, tiny, tmp_path):
    shutil.copytree(tiny.get("bert").folder, tmp_path / "bare")
    (tmp_path / "bare/model.safetensors").unlink()
    bare = Checkpoint("bare", "0", Origin.FOLDER, tmp_path / "bare")
    assert (await service.ask(bare, LinesToTokenize(("good",)))).lines[0].tokens.total == 3
