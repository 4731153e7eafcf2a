"""Real checkpoints that write, of a few kilobytes, one of each family."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sentencepiece
import torch
import transformers
from tokenizers import Tokenizer, decoders, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import PreTrainedTokenizerFast

from models.results import Checkpoint, Origin
from tests.models.tiny import byte_level, save

LIMIT = 96
"""Places of every network here that counts them."""
_TEXTS = [
    "오늘 나는 학교에 간다. 밥은 정말 맛있었다.",
    "the good movie was not a bad movie at all",
    "translate English to German: summarize: the food",
    "이 영화는 정말 재미있었어요. 다시 보고 싶어요!",
]
_CHAT = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
_SIZES: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 1,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": LIMIT,
    "init_std": 0.5,  # far enough from nothing that texts differ
}


def writer(root: Path, kind: str) -> Checkpoint:
    """Return the checkpoint of a kind in `WRITERS`; it is made once."""
    folder = root / kind
    if not folder.exists():
        torch.manual_seed(len(kind))
        WRITERS[kind](folder)
    return Checkpoint(kind, "0", Origin.FOLDER, folder)


def _spm(path: Path) -> Path:
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_TEXTS * 4),
        model_writer=written,
        vocab_size=90,
        hard_vocab_limit=False,
        character_coverage=1.0,
        pad_id=3,
        minloglevel=2,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.getvalue())
    return path


def _pieces(path: Path) -> list[str]:
    model = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [model.id_to_piece(place) for place in range(model.get_piece_size())]


def _unigram(*specials: str) -> list[tuple[str, float]]:
    letters = sorted({letter for text in _TEXTS for letter in text if letter != " "})
    words = ["▁", *(f"▁{word}" for word in ("the", "good", "bad", "movie", "오늘", "나는"))]
    pieces = [(word, -2.0 - len(word) / 10) for word in words]
    return [*((name, 0.0) for name in specials), *pieces, *((each, -5.0) for each in letters)]


def _t5(folder: Path) -> None:
    tokenizer = Tokenizer(Unigram(_unigram("<pad>", "</s>", "<unk>"), unk_id=2))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        "$A </s>", special_tokens=[("</s>", 1)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    config = transformers.T5Config(
        vocab_size=len(fast),
        d_model=32,
        d_kv=16,
        d_ff=64,
        num_layers=1,
        num_heads=2,
        initializer_factor=3.0,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
        task_specific_params={
            "summarization": {"prefix": "summarize: ", "num_beams": 2, "max_length": 24},
            "translation_en_to_de": {"prefix": "translate English to German: "},
        },
    )
    save(folder, transformers.T5ForConditionalGeneration(config), fast)


def _bart(folder: Path) -> None:
    tokenizer = byte_level(
        {
            "cls_token": "<s>",
            "pad_token": "<pad>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
            "eos_token": "</s>",
            "bos_token": "<s>",
        },
        model_input_names=["input_ids", "attention_mask"],
    )
    config = transformers.BartConfig(
        vocab_size=len(tokenizer),
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_eos_token_id=2,
        num_beams=3,
        no_repeat_ngram_size=3,
        **_SIZES,
    )
    model = transformers.BartForConditionalGeneration(config)
    model.generation_config.update(num_beams=3, no_repeat_ngram_size=3, forced_bos_token_id=0)
    save(folder, model, tokenizer)


def _marian(folder: Path, codes: tuple[str, ...] = ()) -> None:
    source = _spm(folder / "source.spm")
    target = _spm(folder / "target.spm")
    names = ["</s>", "<unk>", *(f">>{code}<<" for code in codes)]
    names += [piece for piece in _pieces(source) if piece not in ("<s>", "</s>", "<unk>", "<pad>")]
    places = {piece: place for place, piece in enumerate([*names, "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(places), "utf-8")
    tokenizer = transformers.MarianTokenizer(
        str(source),
        str(target),
        str(folder / "vocab.json"),
        source_lang="en",
        target_lang="ROMANCE" if codes else "ko",
    )
    config = transformers.MarianConfig(
        vocab_size=len(places),
        pad_token_id=places["<pad>"],
        eos_token_id=0,
        decoder_start_token_id=places["<pad>"],
        forced_eos_token_id=0,
        **_SIZES,
    )
    model = transformers.MarianMTModel(config)
    model.generation_config.update(bad_words_ids=[[places["<pad>"]]], num_beams=2)
    save(folder, model, tokenizer)


def _m2m100(folder: Path) -> None:
    spm = _spm(folder / "sentencepiece.bpe.model")
    names = ["<s>", "<pad>", "</s>", "<unk>"]
    names += [piece for piece in _pieces(spm) if piece not in names]
    (folder / "vocab.json").write_text(
        json.dumps({piece: place for place, piece in enumerate(names)}), "utf-8"
    )
    tokenizer = transformers.M2M100Tokenizer(folder / "vocab.json", spm)
    config = transformers.M2M100Config(
        vocab_size=len(tokenizer) + 108,  # its languages stand behind its vocabulary
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        **_SIZES,
    )
    save(folder, transformers.M2M100ForConditionalGeneration(config), tokenizer)


def _mbart50(folder: Path) -> None:
    pieces = _unigram("<unk>", "<s>", "</s>")
    tokenizer = transformers.MBart50Tokenizer(vocab=pieces)
    _of_mbart(folder, tokenizer)


def _mbart25(folder: Path) -> None:
    tokenizer = transformers.MBartTokenizer(vocab=_unigram("<s>", "<pad>", "</s>", "<unk>"))
    _of_mbart(folder, tokenizer)


def _nllb(folder: Path) -> None:
    """M2M100's network, with the tokenizer of NLLB."""
    pieces = [piece for piece, _ in _unigram("<s>", "<pad>", "</s>", "<unk>")]
    letters = [*pieces, *"▁abcdefghijklmnopqrstuvwxyz"]
    places = {piece: place for place, piece in enumerate(dict.fromkeys([*letters, "go", "goo"]))}
    tokenizer = transformers.NllbTokenizer(vocab=places, merges=[("g", "o"), ("go", "o")])
    config = transformers.M2M100Config(
        vocab_size=len(tokenizer),
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        **_SIZES,
    )
    save(folder, transformers.M2M100ForConditionalGeneration(config), tokenizer)


def _of_mbart(folder: Path, tokenizer: Any) -> None:
    config = transformers.MBartConfig(
        vocab_size=len(tokenizer),
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_eos_token_id=2,
        **_SIZES,
    )
    save(folder, transformers.MBartForConditionalGeneration(config), tokenizer)


def _gpt2(folder: Path) -> None:
    tokenizer = byte_level({"eos_token": "<|endoftext|>"})
    config = transformers.GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=LIMIT,
        n_embd=32,
        n_layer=2,
        n_head=2,
        initializer_range=0.4,
        bos_token_id=0,
        eos_token_id=0,
    )
    save(folder, transformers.GPT2LMHeadModel(config), tokenizer)


def _chat(folder: Path) -> None:
    tokenizer = byte_level({"eos_token": "</s>", "bos_token": "<s>", "unk_token": "<unk>"})
    tokenizer.chat_template = _CHAT
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=LIMIT,
        initializer_range=0.4,
        bos_token_id=1,
        eos_token_id=0,
        pad_token_id=0,
    )
    save(folder, transformers.LlamaForCausalLM(config), tokenizer)


def endless(folder: Path) -> Path:
    """A causal model that never ends a text by itself, with room for a long one.

    It has many small layers: each token takes some milliseconds, so that there is time to stop it.
    """
    torch.manual_seed(1)
    tokenizer = byte_level({"unk_token": "<unk>"})
    config = transformers.GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=2_048,
        n_embd=32,
        n_layer=64,
        n_head=2,
        initializer_range=0.4,
        bos_token_id=None,
        eos_token_id=None,
    )
    save(folder, transformers.GPT2LMHeadModel(config), tokenizer)
    return folder


WRITERS: dict[str, Callable[[Path], None]] = {
    "t5": _t5,
    "bart": _bart,
    "marian": _marian,
    "marian-romance": lambda folder: _marian(folder, ("fra", "spa")),
    "m2m100": _m2m100,
    "nllb": _nllb,
    "mbart25": _mbart25,
    "mbart50": _mbart50,
    "gpt2": _gpt2,
    "chat": _chat,
}
