"""Tokenizers as their files say: rules of their own, SentencePiece alone, or what is missing."""

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
import torch
import transformers
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from models.checkpoints.loading import load_tokenizer
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.errors import BrokenCheckpoint
from models.reasons import Reason
from models.results import Checkpoint, Origin
from models.tasks.classification import TextToClassify
from models.tasks.tokenization import LinesToTokenize
from tests.models.engine_help import running
from tests.models.tiny import byte_level

WORDS = ["영화", "정말", "재미", "##있어요", "Good", "good", "Film", "1", "2", "##2", "naïve"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
TEXTS = ["영화 정말 재미있어요", "Good Film", "good 12 2", "naïve naive 영화"]
SIZES: dict[str, Any] = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
}


def file_with(**parts: Any) -> Tokenizer:
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *WORDS])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    for name, part in parts.items():
        setattr(tokenizer, name, part)
    return tokenizer


def written(folder: Path, tokenizer: Tokenizer, **config: Any) -> Checkpoint:
    """A BERT with a tokenizer.json, and a tokenizer_config.json that names its class."""
    torch.manual_seed(1)
    size = tokenizer.get_vocab_size()
    network = transformers.BertConfig(vocab_size=size, max_position_embeddings=40, **SIZES)
    transformers.BertForSequenceClassification(network).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    said = {"tokenizer_class": "BertTokenizer", "mask_token": "[MASK]", "pad_token": "[PAD]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(said | config))
    return Checkpoint("own", "0", Origin.FOLDER, folder)


OWN_RULES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "cased without do_lower_case": (
        {"normalizer": normalizers.BertNormalizer(lowercase=False)},
        {},
    ),
    "each digit by itself": (
        {
            "pre_tokenizer": pre_tokenizers.Sequence(
                [pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Digits(individual_digits=True)]
            )
        },
        {"do_lower_case": False, "strip_accents": False},
    ),
    "a word that is replaced": (
        {
            "normalizer": normalizers.Sequence(
                [
                    normalizers.BertNormalizer(lowercase=False, strip_accents=False),
                    normalizers.Replace("naïve", "Good"),
                ]
            )
        },
        {"do_lower_case": False, "strip_accents": False},
    ),
    "cut at spaces alone": (
        {"pre_tokenizer": pre_tokenizers.Split(Regex(r"\s+"), "removed")},
        {"do_lower_case": False, "strip_accents": False},
    ),
}


@pytest.mark.parametrize("rule", OWN_RULES)
async def test_rules_of_the_file_hold(rule: str, tmp_path: Path) -> None:
    parts, config = OWN_RULES[rule]
    file = file_with(**parts)
    checkpoint = written(tmp_path, file, **config)
    loaded = load_tokenizer(checkpoint)
    assert loaded.own.is_by_file
    assert loaded.own.class_name == "BertTokenizer"
    tokenizer = text_tokenizer(loaded.own.tokenizer)
    assert [ids for ids, _ in tokenizer.encode(TEXTS)] == [file.encode(text).ids for text in TEXTS]
    assert (tokenizer.facts.mask, tokenizer.facts.mask_id, tokenizer.facts.pad_id) == (
        "[MASK]",
        4,
        0,
    )
    assert set(tokenizer.facts.special_ids) >= {0, 1, 2, 3, 4}
    assert tokenizer.facts.has_types
    async with running(tmp_path) as service:
        assert (await service.describe(checkpoint)).is_tokenizer_by_file
        shown = await service.ask(checkpoint, LinesToTokenize((TEXTS[0],)))
        assert shown.tokenizer_class == "tokenizer.json"
        assert [piece.id for piece in shown.lines[0].pieces] == file.encode(TEXTS[0]).ids
        assert (await service.ask(checkpoint, TextToClassify(TEXTS[0]))).scores


def test_what_draws_for_a_training_cuts_a_text_in_one_way(tmp_path: Path) -> None:
    drawing = byte_level({"unk_token": "<unk>"})
    drawing.backend_tokenizer.model.dropout = 0.5
    drawing.save_pretrained(tmp_path)
    text = "good food " * 20
    assert len({tuple(drawing(text)["input_ids"]) for _ in range(4)}) > 1
    loaded = load_tokenizer(Checkpoint("drawing", "0", Origin.FOLDER, tmp_path))
    reader = text_tokenizer(loaded.own.tokenizer)
    assert len({tuple(ids) for ids, _ in reader.encode([text] * 4)}) == 1


SAMPLING = {"enable_sampling": True, "alpha": 0.5, "nbest_size": -1}


@pytest.mark.parametrize("told", [SAMPLING, {"model_file": "elsewhere"}])
def test_sentencepiece_is_told_nothing_of_its_own(told: dict[str, Any], tmp_path: Path) -> None:
    model = pieces_model(tmp_path, "spiece.model", model_type="bpe")
    said = {"tokenizer_class": "BertGenerationTokenizer", "sp_model_kwargs": told}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(said))
    loaded = load_tokenizer(Checkpoint("telling", "0", Origin.FOLDER, tmp_path))
    reader = text_tokenizer(loaded.own.tokenizer)
    text = "the quick brown fox " * 5
    wanted = sentencepiece.SentencePieceProcessor(model_file=str(model)).encode(text)
    assert all(wanted == list(ids)[: len(wanted)] for ids, _ in reader.encode([text] * 8))


def test_a_class_that_cuts_as_its_file_is_left_alone(tmp_path: Path) -> None:
    normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    checkpoint = written(
        tmp_path, file_with(normalizer=normalizer), do_lower_case=False, strip_accents=False
    )
    loaded = load_tokenizer(checkpoint)
    assert not loaded.own.is_by_file
    assert type(loaded.own.tokenizer).__name__ == "BertTokenizer"


async def test_a_vocabulary_without_an_unknown_word_is_left_alone(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.WordPiece({"a": 0, "b": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    checkpoint = written(tmp_path, tokenizer, tokenizer_class="PreTrainedTokenizerFast")
    assert not load_tokenizer(checkpoint).own.is_by_file
    async with running(tmp_path) as service:
        assert await service.ask(checkpoint, LinesToTokenize(("a b",)))
        with pytest.raises(BrokenCheckpoint, match=Reason.TOKENIZER_GIVES_UP):
            await service.ask(checkpoint, LinesToTokenize(("a strange word",)))


def pieces_model(folder: Path, name: str, **options: Any) -> Path:
    """Train SentencePiece on the spot."""
    sentences = [
        *TEXTS,
        "the quick brown fox jumps over the lazy dog",
        "한국어 문장도 조금 있어요",
    ] * 20
    path = folder / name
    with path.open("wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sentences),
            model_writer=file,
            vocab_size=options.pop("vocab_size", 90),
            character_coverage=1.0,
            hard_vocab_limit=False,
            minloglevel=2,
            **options,
        )
    return path


T5_IDS = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1}
ALBERT_IDS = {"pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1}
SPIECE_ALONE: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "T5": ("spiece.model", "T5Tokenizer", T5_IDS, {"d_model": 16, "d_ff": 16, "num_layers": 1}),
    "Albert": (
        "spiece.model",
        "AlbertTokenizer",
        ALBERT_IDS | {"control_symbols": "[CLS],[SEP],[MASK]"},
        {"embedding_size": 8} | SIZES,
    ),
    "XLNet": ("spiece.model", "XLNetTokenizer", {}, {"d_model": 16, "n_layer": 1, "n_head": 2}),
    "XLMRoberta": ("sentencepiece.bpe.model", "XLMRobertaTokenizer", {}, SIZES),
    "Camembert": ("sentencepiece.bpe.model", "CamembertTokenizer", {}, SIZES),
    "DebertaV2": ("spm.model", "DebertaV2Tokenizer", ALBERT_IDS, SIZES),
    "Llama": ("tokenizer.model", "LlamaTokenizer", {"model_type": "bpe"}, SIZES),
}


@pytest.mark.parametrize("family", SPIECE_ALONE)
async def test_sentencepiece_alone_is_enough(family: str, tmp_path: Path) -> None:
    file, class_name, options, sizes = SPIECE_ALONE[family]
    folder = tmp_path / "spiece"
    folder.mkdir()
    model = pieces_model(folder, file, **options)
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": class_name}))
    config = getattr(transformers, f"{family}Config")(vocab_size=400, **sizes)
    config.pad_token_id, config.decoder_start_token_id = 1, 1
    torch.manual_seed(1)
    getattr(transformers, f"{family}ForSequenceClassification")(config).save_pretrained(folder)
    checkpoint = Checkpoint("pieces", "0", Origin.FOLDER, folder)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    async with running(tmp_path) as service:
        shown = await service.ask(checkpoint, LinesToTokenize(("the quick brown fox",)))
        said = [piece.token for piece in shown.lines[0].pieces if not piece.is_special]
        assert said == processor.encode("the quick brown fox", out_type=str)
        assert len((await service.ask(checkpoint, TextToClassify("영화 정말"))).scores) == 2


NEEDY = {
    "sacremoses": ("xlm", "XLMTokenizer", {"vocab.json": '{"a": 0}', "merges.txt": "#v\na b\n"}),
    "fugashi": ("bert", "BertJapaneseTokenizer", {"vocab.txt": "[PAD]\n[UNK]\n[CLS]\n[SEP]\na"}),
}


@pytest.mark.parametrize("package", NEEDY)
def test_a_package_that_is_missing_is_named(package: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(package):
        pytest.skip("it is here")
    kind, class_name, files = NEEDY[package]
    said = {"tokenizer_class": class_name, "word_tokenizer_type": "mecab"}
    files = files | {
        "config.json": json.dumps({"model_type": kind}),
        "tokenizer_config.json": json.dumps(said),
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(BrokenCheckpoint, match=f"package_missing:{package}"):
        load_tokenizer(Checkpoint("needy", "0", Origin.FOLDER, tmp_path))


@pytest.mark.parametrize(
    "kept",
    [
        {"tokenizer.json"},
        {"tokenizer.json", "tokenizer_config.json"},
        {"tokenizer.json", "tokenizer_config.json", "config.json"},
    ],
)
async def test_a_tokenizer_alone_can_be_asked(
    tiny: Any, tmp_path: Path, kept: set[str], make_alone: Callable[..., Checkpoint]
) -> None:
    checkpoint = make_alone(tiny.get("bert").folder, kept)
    async with running(tmp_path) as service:
        assert service.task_of(checkpoint) == "tokenize"
        alone = await service.ask(checkpoint, LinesToTokenize(("오늘 밥은 good",)))
        whole = await service.ask(tiny.get("bert"), LinesToTokenize(("오늘 밥은 good",)))
        ids = [[piece.id for piece in each.lines[0].pieces] for each in (alone, whole)]
        assert ids[0] == ids[1]
        with pytest.raises(BrokenCheckpoint, match=r"tokenizer_alone|weights_missing"):
            await service.ask(checkpoint, TextToClassify("good"))


@pytest.fixture
def make_alone(tmp_path: Path) -> Callable[..., Checkpoint]:
    def make(folder: Path, kept: set[str]) -> Checkpoint:
        (tmp_path / "alone").mkdir()
        for name in kept:
            shutil.copyfile(folder / name, tmp_path / "alone" / name)
        return Checkpoint("alone", "0", Origin.FOLDER, tmp_path / "alone")

    return make


def test_a_config_with_a_byte_order_mark(tiny: Any, tmp_path: Path) -> None:
    """As Windows' Notepad saves it."""
    folder = tmp_path / "marked"
    shutil.copytree(tiny.get("bert").folder, folder)
    path = folder / "config.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_tokenizer(Checkpoint("marked", "0", Origin.FOLDER, folder)).limit == 40
