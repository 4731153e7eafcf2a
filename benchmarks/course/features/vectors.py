"""Rows on hidden states, pooling and nearness."""

import io

import numpy as np

from benchmarks.course.comparing import json_of, letter, named, near, row_of
from benchmarks.course.rows import Answer, Row
from handlers.table import Bilingual

_PRINTED = "\nimport json\n\nprint(json.dumps(vector.flatten().tolist()))\n"
"""The code saves its vector."""
_NEAREST = """from importlib.resources import files
import json

import torch
from datasets import load_dataset
from transformers import AutoModel, AutoTokenizer

name = str(files("models.bundled") / "meaning")
tokenizer = AutoTokenizer.from_pretrained(name)
model = AutoModel.from_pretrained(name, dtype=torch.float32).eval()


def embed(text):
    inputs = tokenizer(text, return_tensors="pt")
    with torch.no_grad():
        states = model(**inputs).last_hidden_state[0]
    return torch.nn.functional.normalize(states.mean(dim=0), dim=0)


texts = [row["text"] for split in load_dataset("feedback").values() for row in split]
cosines = torch.stack([embed(text) for text in texts]) @ embed("good movie")
print(json.dumps([texts[place] for place in cosines.argsort(descending=True)[:3].tolist()]))
"""


def _vector(answer: Answer) -> dict[str, float]:
    (file,) = answer.reply.files
    return dict(named(np.load(io.BytesIO(file.content)).flatten().tolist()))


def _cosine(said: str) -> dict[str, float]:
    return {"cosine": float(said)}


VECTORS: tuple[Row, ...] = (
    Row(
        Bilingual("Last hidden states, a row for each token", "마지막 은닉 상태, 토큰마다 한 줄"),
        Bilingual("/vector good pooling:none", "/벡터 good 풀링:none"),
        near(_vector, row_of),
        prints=_PRINTED,
    ),
    Row(
        Bilingual("Pooling: the mean", "풀링: 평균"),
        Bilingual("/vector good movie pooling:mean", "/벡터 good movie 풀링:mean"),
        near(_vector, row_of),
        prints=_PRINTED,
    ),
    Row(
        Bilingual(
            "feature-extraction: a sentence as one vector", "feature-extraction: 문장을 벡터 하나로"
        ),
        Bilingual("/vector 안녕하세요", "/벡터 안녕하세요"),
        near(_vector, row_of),
        prints=_PRINTED,
    ),
    Row(
        Bilingual("Cosine similarity", "코사인 유사도"),
        Bilingual(
            '/similar 버스가 늦게 와요 other:"We wait for the bus"',
            '/비슷한글 버스가 늦게 와요 다른글:"We wait for the bus"',
        ),
        near(lambda answer: {"cosine": answer.kept["cosine"]}, _cosine),
    ),
    Row(
        Bilingual("Semantic search in a dataset", "데이터셋에서 뜻으로 찾기"),
        Bilingual("/similar good movie dataset:feedback", "/비슷한글 good movie 데이터셋:feedback"),
        letter(lambda answer: answer.column(0)[:3], json_of),
        _NEAREST,
    ),
    Row(
        Bilingual("Zero-shot by meaning", "뜻으로 제로샷"),
        Bilingual(
            '/zeroshot 골키퍼가 막았어요 labels:"스포츠, 정치, 날씨"',
            '/제로샷 골키퍼가 막았어요 라벨:"스포츠, 정치, 날씨"',
        ),
        near(lambda answer: dict(answer.kept["zero_shot"])),
    ),
)
