"""Rows on what a model is made of."""

import json
from typing import Any

from benchmarks.course.comparing import json_of, letter, named, near, row_of
from benchmarks.course.rows import Answer, Row
from handlers.table import Bilingual

_FIND = """from importlib.resources import files
import json

name = str(files("models.bundled") / "sentiment")
"""
_PARTS = f"""{_FIND}
from transformers import AutoConfig, AutoModelForSequenceClassification

config = AutoConfig.from_pretrained(name)
model = AutoModelForSequenceClassification.from_pretrained(name)
print(json.dumps([config.model_type, sum(part.numel() for part in model.parameters())]))
"""
_CONFIG = f"""{_FIND}
from transformers import AutoConfig

config = AutoConfig.from_pretrained(name)
sizes = config.num_hidden_layers, config.num_attention_heads, config.hidden_size
print(json.dumps([*sizes, config.vocab_size, list(config.id2label.values())]))
"""
_LOGITS = f"""{_FIND}
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(name)
model = AutoModelForSequenceClassification.from_pretrained(name, dtype=torch.float32).eval()
with torch.no_grad():
    logits = model(**tokenizer("I love this", return_tensors="pt")).logits[0]
print(json.dumps(sorted(logits.tolist(), reverse=True)))
"""
_UNTRAINED = f"""{_FIND}
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer, set_seed

set_seed(0)
tokenizer = AutoTokenizer.from_pretrained(name)
config = AutoConfig.from_pretrained(name, dtype=torch.float32)
model = AutoModelForSequenceClassification.from_config(config).eval()
with torch.no_grad():
    logits = model(**tokenizer("I love this", return_tensors="pt")).logits[0]
for place, score in enumerate(torch.softmax(logits, dim=-1)):
    print(f"{{model.config.id2label[place]}}: {{score:.4f}}")
"""
_ASKED = Bilingual("/classify I love this", "/분류 I love this")
_SHOWN = Bilingual("/modelinfo sentiment", "/모델정보 sentiment")


def _config(answer: Answer) -> list[Any]:
    assert answer.pressed and answer.pressed.code
    config = json.loads(answer.pressed.code)
    keys = ("num_hidden_layers", "num_attention_heads", "hidden_size", "vocab_size")
    return [*(config[key] for key in keys), [*config["id2label"].values()]]


def _logits(answer: Answer) -> dict[str, float]:
    assert answer.pressed and answer.pressed.table
    return dict(named([float(row[1]) for row in answer.pressed.table.rows]))


def _bars(answer: Answer) -> dict[str, float]:
    assert answer.pressed
    return {bar.label: bar.score for bar in answer.pressed.bars}


NETWORKS: tuple[Row, ...] = (
    Row(
        Bilingual(
            "AutoTokenizer, AutoConfig, AutoModelFor…", "AutoTokenizer, AutoConfig, AutoModelFor…"
        ),
        _SHOWN,
        letter(lambda answer: [answer.kept["model_type"], answer.kept["parameters"]], json_of),
        _PARTS,
    ),
    Row(
        Bilingual("config.json (button below)", "config.json (아래 버튼)"),
        _SHOWN,
        letter(_config, json_of),
        _CONFIG,
        buttons=("config",),
    ),
    Row(
        Bilingual("Logits of the head (button *Numbers*)", "헤드의 로짓 (*수치* 버튼)"),
        _ASKED,
        near(_logits, row_of),
        _LOGITS,
        buttons=("numbers",),
    ),
    Row(
        Bilingual("An untrained model of the same config", "같은 config의 배우지 않은 모델"),
        _ASKED,
        near(_bars),
        _UNTRAINED,
        buttons=("numbers", "untrained"),
    ),
)
