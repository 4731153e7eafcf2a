"""What came with Tokki is shown without transformers, to the letter as with it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import models.bundled
from models.checkpoints.catalog import Catalog
from models.checkpoints.line_tokenizer import FileLines, TransformersLines
from models.checkpoints.loading import load_tokenizer
from models.checkpoints.shipped_facts import FACTS_FILE, find_facts, line_tokenizer
from models.describing.model_info import asked_facts
from models.results import Checkpoint, Origin
from models.tasks.tokenization import LinesToTokenize, TokenViewer

ROOT = Path(models.bundled.__file__).parent
NAMES = Catalog(ROOT).names()
LINES = (
    "Hello, World! It's 3:45 p.m. — naïve café, isn't it ?",
    "안녕하세요? 오늘 날씨가 참 좋네요 ㅋㅋㅋ",
    "\u1112\u1161\u11ab\u1100\u1173\u11af e\u0301 ﬁ Ａｂｃ",
    "🐰👍🏽 👩‍👩‍👧 \u200b\u00a0x",
    "뷁쀍 ༀ ꙮ 𐍈 \U0001f9ff",
    "\ud83d\ude00 half \ud83d",
    "[CLS] [MASK] <s> </s> <mask> <pad> <|endoftext|> <extra_id_7>",
    "",
    "  two  spaces\tand a tab\nand a line\r\n",
    "오늘 밥은 good movie 🐰 " * 900,
)


def bundled(name: str, root: Path = ROOT) -> Checkpoint:
    return Catalog(root).find(name)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_transformers_says(name: str) -> None:
    checkpoint = bundled(name)
    facts, loaded = find_facts(checkpoint), TransformersLines(load_tokenizer(checkpoint))
    assert facts, "run python -m bundled_recipe.shipping"
    assert facts.tokenizer == loaded.facts
    has_network = (ROOT / name / "config.json").is_file()
    assert facts.network == (asked_facts(checkpoint) if has_network else None)
    ours = line_tokenizer(checkpoint)
    assert isinstance(ours, FileLines)
    asked = [
        LinesToTokenize(LINES),
        LinesToTokenize(LINES[:5], "그래요? 👍🏽"),
        LinesToTokenize(LINES, ""),
    ]
    assert TokenViewer(ours).prepare(asked)() == TokenViewer(loaded).prepare(asked)()


@pytest.mark.parametrize("changed", ["config.json", "tokenizer.json", "tokenizer_config.json"])
def test_other_files_are_asked_about(changed: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sentiment", tmp_path / "sentiment")
    checkpoint = bundled("sentiment", tmp_path)
    assert find_facts(checkpoint)
    with (tmp_path / "sentiment" / changed).open("ab") as file:
        file.write(b" ")
    assert find_facts(checkpoint) is None
    assert isinstance(line_tokenizer(checkpoint), TransformersLines)


def test_nobody_else_s_word_is_taken_for_it(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sentiment", tmp_path / "sentiment")
    checkpoint = bundled("sentiment", tmp_path)
    for origin in set(Origin) - {Origin.BUNDLED}:
        assert find_facts(replace(checkpoint, origin=origin)) is None
    (tmp_path / "sentiment" / FACTS_FILE).write_text('{"sha256": 1}', encoding="utf-8")
    assert find_facts(checkpoint) is None
