"""Checkpoints as strangers leave them: each is refused for its own reason, and before it harms."""

import asyncio
import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    T5Config,
    T5ForSequenceClassification,
)

from models.errors import (
    BrokenCheckpoint,
    FreshHead,
    ModelError,
    NeedsRemoteCode,
    OtherHeadSize,
    TooLarge,
    UnsafeWeights,
)
from models.reasons import Reason
from models.results import Checkpoint, Origin
from models.tasks.classification import CLASSIFICATION, TextToClassify
from models.tasks.fill_mask import FILLING_MASKS, MaskedText
from models.tasks.registry import load_for
from tests.models.engine_help import running


def configured(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def only_pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def broken_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def list_config(folder: Path) -> None:
    (folder / "config.json").write_text("[]")


def without_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def unknown_type(folder: Path) -> None:
    configured(folder, model_type="gizmo")


def remote_code(folder: Path) -> None:
    configured(folder, model_type="gizmo", auto_map={"AutoModel": "modeling.Gizmo"})
    (folder / "modeling.py").write_text("raise SystemExit('remote code ran')")


def without_tokenizer(folder: Path) -> None:
    for path in [*folder.glob("*token*"), *folder.glob("vocab*")]:
        path.unlink()


def empty_vocabulary(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def broken_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text('{"model": 1}')


def truncated(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def truncated_header(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:50])


def no_safetensors(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"PK\x03\x04" * 100)


def absurd_layers(folder: Path) -> None:
    configured(folder, num_hidden_layers=10**9)


def absurd_width(folder: Path) -> None:
    configured(folder, hidden_size=65_536, intermediate_size=900_000)


def other_vocabulary(folder: Path) -> None:
    configured(folder, vocab_size=10)


def half_the_layers(folder: Path) -> None:
    configured(folder, num_hidden_layers=4)


def nonsense(folder: Path) -> None:
    configured(folder, num_attention_heads="many")


def quantized(folder: Path) -> None:
    configured(folder, quantization_config={"quant_method": "gptq"})


def an_adapter(folder: Path) -> None:
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "org/other"}')


def climbing_index(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    index = {"weight_map": {"x": "../../elsewhere.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def missing_shard(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    index = {"weight_map": {"x": "model-00001-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def not_numbers(folder: Path) -> None:
    path = folder / "model.safetensors"
    data = path.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    path.write_bytes(data[:start] + b"\xff" * (len(data) - start))


def more_labels(folder: Path) -> None:
    configured(folder, id2label={str(place): f"label {place}" for place in range(5)})


def instead(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / "model.safetensors").unlink()
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")

    spoil.__name__ = name
    return spoil


def left_by_a_trainer(folder: Path) -> None:
    without_weights(folder)
    for name in ("training_args.bin", "optimizer.pt", "rng_state.pth"):
        (folder / name).write_bytes(b"x")


def a_pointer(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 440\n"
        (folder / name).write_text(pointer)

    spoil.__name__ = f"pointer of {name}"
    return spoil


def inside(folder: Path) -> None:
    inner = folder / "checkpoint-500"
    shutil.copytree(folder, inner)
    (folder / "model.safetensors").unlink()


def without_an_index(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    (folder / "model-00002-of-00002.safetensors").write_bytes(b"x")


def only_a_tokenizer(folder: Path) -> None:
    for name in ("model.safetensors", "config.json"):
        (folder / name).unlink()


def an_adapter_alone(folder: Path) -> None:
    only_a_tokenizer(folder)
    an_adapter(folder)
    (folder / "adapter_model.safetensors").write_bytes(b"x")


def absurd_labels(folder: Path) -> None:
    configured(folder, id2label=None, label2id=None, num_labels=10**9)


def absurd_shape(folder: Path) -> None:
    header = b'{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,0]}}'
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)


def edited_tokenizer(folder: Path, name: str, **changes: object) -> None:
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def absurd_replacement(folder: Path) -> None:
    rule = {"type": "Replace", "pattern": {"String": "a"}, "content": "b" * 1_000_000}
    edited_tokenizer(folder, "tokenizer.json", normalizer=rule)


def absurd_template(folder: Path) -> None:
    token = {"id": "[CLS]", "ids": [2] * 20_000, "tokens": ["[CLS]"] * 20_000}
    rule = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}] * 20_000,
        "pair": [],
        "special_tokens": {"[CLS]": token},
    }
    edited_tokenizer(folder, "tokenizer.json", post_processor=rule)


def absurd_extras(folder: Path) -> None:
    edited_tokenizer(
        folder, "tokenizer_config.json", tokenizer_class="T5Tokenizer", extra_ids=10**8
    )


def a_panic(folder: Path) -> None:
    """The regular expression gives up on a short text: a panic of Rust, which is no Exception."""
    rule = {"type": "Replace", "pattern": {"String": "안"}, "content": "a" * 40 + "!"}
    pattern = {"type": "Split", "pattern": {"Regex": "^(a+)+$"}, "behavior": "Isolated"}
    edited_tokenizer(
        folder, "tokenizer.json", normalizer=rule, pre_tokenizer=pattern | {"invert": False}
    )


def absurd_groups(folder: Path) -> None:
    configured(folder, model_type="albert", num_hidden_groups=10**6, embedding_size=128)


def gone(folder: Path) -> None:
    shutil.rmtree(folder)


CASES: list[tuple[Callable[[Path], None], type[ModelError], str]] = [
    (only_pickled, UnsafeWeights, ""),
    (without_weights, BrokenCheckpoint, Reason.WEIGHTS_MISSING),
    (left_by_a_trainer, BrokenCheckpoint, Reason.WEIGHTS_MISSING),
    (instead("model.Q4.gguf"), BrokenCheckpoint, Reason.WEIGHTS_GGUF.of("model.Q4.gguf")),
    (instead("onnx/model.onnx"), BrokenCheckpoint, Reason.WEIGHTS_ONNX.of("onnx/model.onnx")),
    (instead("tf_model.h5"), BrokenCheckpoint, Reason.WEIGHTS_OTHER_PROGRAM.of("tf_model.h5")),
    (instead("flax_model.msgpack"), BrokenCheckpoint, Reason.WEIGHTS_OTHER_PROGRAM),
    (instead("openvino_model.xml"), BrokenCheckpoint, Reason.WEIGHTS_OTHER_PROGRAM),
    (instead("x.safetensors"), BrokenCheckpoint, Reason.WEIGHTS_MISNAMED.of("x.safetensors")),
    (without_an_index, BrokenCheckpoint, Reason.WEIGHTS_INDEX_MISSING),
    (inside, BrokenCheckpoint, Reason.FOLDER_INSIDE.of("checkpoint-500")),
    (only_a_tokenizer, BrokenCheckpoint, Reason.TOKENIZER_ALONE),
    (an_adapter_alone, BrokenCheckpoint, Reason.ADAPTER),
    (a_pointer("model.safetensors"), BrokenCheckpoint, Reason.FILE_POINTER),
    (a_pointer("tokenizer.json"), BrokenCheckpoint, Reason.FILE_POINTER.of("tokenizer.json")),
    (a_pointer("config.json"), BrokenCheckpoint, Reason.FILE_POINTER.of("config.json")),
    (broken_config, BrokenCheckpoint, Reason.FILE_UNREADABLE.of("config.json")),
    (list_config, BrokenCheckpoint, Reason.FILE_NO_OBJECT.of("config.json")),
    (without_config, BrokenCheckpoint, Reason.CONFIG_MISSING),
    (unknown_type, BrokenCheckpoint, Reason.TYPE_UNKNOWN.of("gizmo")),
    (remote_code, NeedsRemoteCode, ""),
    (without_tokenizer, BrokenCheckpoint, Reason.TOKENIZER_MISSING),
    (empty_vocabulary, BrokenCheckpoint, Reason.TOKENIZER_EMPTY),
    (broken_tokenizer, BrokenCheckpoint, Reason.TOKENIZER_UNREADABLE),
    (truncated, BrokenCheckpoint, Reason.WEIGHTS_CUT_SHORT),
    (truncated_header, BrokenCheckpoint, Reason.WEIGHTS_HEADER_UNREADABLE),
    (no_safetensors, BrokenCheckpoint, Reason.WEIGHTS_NO_SAFETENSORS),
    (absurd_shape, BrokenCheckpoint, Reason.WEIGHTS_HEADER_UNREADABLE),
    (absurd_layers, BrokenCheckpoint, Reason.CONFIG_ABSURD.of("num_hidden_layers")),
    (absurd_labels, BrokenCheckpoint, Reason.CONFIG_ABSURD.of("num_labels")),
    (absurd_width, BrokenCheckpoint, Reason.CONFIG_TOO_LARGE),
    (other_vocabulary, BrokenCheckpoint, Reason.WEIGHTS_UNFIT),
    (half_the_layers, BrokenCheckpoint, Reason.WEIGHTS_UNFIT),
    (nonsense, BrokenCheckpoint, "config_un"),
    (quantized, BrokenCheckpoint, Reason.WEIGHTS_QUANTIZED),
    (an_adapter, BrokenCheckpoint, Reason.ADAPTER),
    (climbing_index, BrokenCheckpoint, Reason.WEIGHTS_INDEX_ASTRAY),
    (missing_shard, BrokenCheckpoint, Reason.WEIGHTS_SHARD_MISSING),
    (not_numbers, BrokenCheckpoint, Reason.WEIGHTS_NO_NUMBERS),
    (more_labels, OtherHeadSize, ""),
    (absurd_replacement, BrokenCheckpoint, Reason.FILE_ABSURD.of("tokenizer.json")),
    (absurd_template, BrokenCheckpoint, Reason.FILE_ABSURD.of("tokenizer.json")),
    (absurd_extras, BrokenCheckpoint, Reason.FILE_ABSURD.of("tokenizer_config.json")),
    (absurd_groups, BrokenCheckpoint, Reason.CONFIG_ABSURD.of("num_hidden_groups")),
    (a_panic, BrokenCheckpoint, ""),
    (gone, BrokenCheckpoint, Reason.FOLDER_MISSING),
]


def named(case: object) -> str:
    return str(getattr(case, "__name__", case))


@pytest.mark.parametrize(("spoil", "kind", "reason"), CASES, ids=named)
async def test_it_is_refused_for_its_own_reason(service, tiny, tmp_path, spoil, kind, reason):
    folder = tmp_path / "spoilt"
    shutil.copytree(tiny.get("bert").folder, folder)
    spoil(folder)
    with pytest.raises(kind) as error:
        await service.ask(Checkpoint("spoilt", "0", Origin.FOLDER, folder), TextToClassify("good"))
    assert type(error.value) is kind
    said = str(error.value.facts.get("reason", ""))
    assert said.startswith(reason)
    assert str(tmp_path) not in str(error.value.facts)
    assert (await service.ask(tiny.get("bert"), TextToClassify("good"))).scores, (
        "others are not harmed"
    )


async def test_a_head_of_another_task_is_fresh(service, tiny, tmp_path):
    shutil.copytree(tiny.get("mlm").folder, tmp_path / "lying")
    configured(tmp_path / "lying", architectures=["BertForSequenceClassification"])
    lying = Checkpoint("lying", "0", Origin.FOLDER, tmp_path / "lying")
    with pytest.raises(FreshHead):
        await service.ask(lying, TextToClassify("good"))


async def test_an_unnamed_architecture_is_judged_by_its_head(service, tiny, tmp_path):
    shutil.copytree(tiny.get("bert").folder, tmp_path / "silent")
    configured(tmp_path / "silent", architectures=None)
    silent = Checkpoint("silent", "0", Origin.FOLDER, tmp_path / "silent")
    assert service.task_of(silent) is None
    expected = await service.ask(tiny.get("bert"), TextToClassify("good"))
    assert await service.ask(silent, TextToClassify("good")) == expected
    with pytest.raises(FreshHead):
        await service.ask(silent, MaskedText("good [MASK]", 1))


async def test_a_config_cannot_choose_code(service, tiny, tmp_path):
    shutil.copytree(tiny.get("bert").folder, tmp_path / "sly")
    configured(
        tmp_path / "sly",
        attn_implementation="kernels-community/evil",
        _attn_implementation="kernels-community/evil",
        auto_map={"AutoModelForSequenceClassification": "modeling.Evil"},
    )
    (tmp_path / "sly/modeling.py").write_text("raise SystemExit('remote code ran')")
    sly = Checkpoint("sly", "0", Origin.FOLDER, tmp_path / "sly")
    expected = await service.ask(tiny.get("bert"), TextToClassify("good"))
    assert await service.ask(sly, TextToClassify("good")) == expected


async def test_what_a_config_lacks_is_named(service, tiny, tmp_path):
    """Not every checkpoint of T5 says what its decoder begins with, nor has its class a default."""
    sizes = {"d_model": 16, "d_ff": 16, "num_layers": 1, "num_heads": 2, "d_kv": 8}
    config = T5Config(vocab_size=400, **sizes)
    T5ForSequenceClassification(config).save_pretrained(tmp_path / "t5")
    AutoTokenizer.from_pretrained(tiny.get("bert").folder).save_pretrained(tmp_path / "t5")
    with pytest.raises(BrokenCheckpoint) as error:
        await service.ask(
            Checkpoint("t5", "0", Origin.FOLDER, tmp_path / "t5"), TextToClassify("good")
        )
    assert error.value.facts["reason"] == Reason.CONFIG_LACKS.of("decoder_start_token_id")


async def test_shards_load_like_one_file(service, tiny, tmp_path):
    whole = tiny.get("bert")
    model = AutoModelForSequenceClassification.from_pretrained(whole.folder)
    model.save_pretrained(tmp_path / "sharded", max_shard_size="40KB")
    AutoTokenizer.from_pretrained(whole.folder).save_pretrained(tmp_path / "sharded")
    assert not (tmp_path / "sharded/model.safetensors").exists()
    sharded = Checkpoint("sharded", "0", Origin.FOLDER, tmp_path / "sharded")
    one, many = (
        await service.ask(whole, TextToClassify("good")),
        await service.ask(sharded, TextToClassify("good")),
    )
    assert [each.label for each in many.scores] == [each.label for each in one.scores]
    assert [each.score for each in many.scores] == pytest.approx(
        [each.score for each in one.scores]
    )
    one, many = await service.describe(whole), await service.describe(sharded)
    assert one.parameters == many.parameters


async def test_what_cannot_fit_is_refused_by_its_headers(tiny):
    async with running(tiny.root, budget_bytes=2_000_000) as service:
        with pytest.raises(TooLarge) as error:
            await service.ask(tiny.get("large-1"), TextToClassify("good"))
    assert error.value.facts["setting"] == "TOKKI_MODEL_MEMORY_MB"


async def test_threads_that_load_at_once_leave_nothing_on_meta(tiny):
    """Without the lock around each, later loads keep tied weights on meta."""
    wanted = [
        ("mlm", FILLING_MASKS),
        ("bert", CLASSIFICATION),
        ("roberta-mlm", FILLING_MASKS),
    ] * 4
    loaded = await asyncio.gather(
        *(asyncio.to_thread(load_for, tiny.get(kind), spec) for kind, spec in wanted)
    )
    for each in loaded:
        tensors = (*each.model.parameters(), *each.model.buffers())
        assert not any(tensor.is_meta for tensor in tensors)
        assert not each.model.training
