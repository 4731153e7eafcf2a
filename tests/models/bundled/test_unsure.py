"""The bundled classifiers are unsure of what they cannot know, and hardly of anything else."""

import json
from pathlib import Path

import pytest
import pytest_asyncio

import models.bundled
from bundled_recipe.texts.unsided import own_lines
from models.checkpoints.catalog import Catalog
from models.hub.fetching import Hub
from models.results import Classification
from models.service.service import ModelService
from models.tasks.classification import TextToClassify
from tests.models.bundled.sentences import ENGLISH_SENTIMENT, KOREAN_SENTIMENT

ROOT = Path(models.bundled.__file__).parent
ISSUE = ["How do I install this?", "ㅠㅠ", "asdkjhasd", "12345", "이거 어떻게 설치해요?"]
MOST_DOUBTED = 0.05
LEAST_UNSURE = 0.8


@pytest_asyncio.fixture
async def service(tmp_path):
    hub = Hub(tmp_path / "hub", "http://127.0.0.1:9", None, 1)
    service = ModelService(Catalog(ROOT, ()), hub, 1_000_000_000, workers=1)
    yield service
    await service.close()
    hub.close()


async def ask(service: ModelService, name: str, texts) -> list[Classification]:
    checkpoint = service.find(name)
    return [await service.ask(checkpoint, TextToClassify(text)) for text in texts]


def is_unsure(answer: Classification) -> bool:
    return answer.is_doubtful or answer.scores[0].score < (answer.unsure_below or 0)


async def test_what_was_answered_with_confidence_is_unsure(service):
    for text, answer in zip(ISSUE, await ask(service, "sentiment", ISSUE), strict=True):
        assert is_unsure(answer), text


@pytest.mark.parametrize("sentences", [ENGLISH_SENTIMENT, KOREAN_SENTIMENT], ids=["en", "ko"])
async def test_what_takes_a_side_is_not(service, sentences):
    texts = [text for _, text in sentences]
    unsure = [is_unsure(answer) for answer in await ask(service, "sentiment", texts)]
    assert sum(unsure) <= 2


@pytest.mark.parametrize("name", ["sentiment", "topics", "emotions"])
async def test_letters_that_are_no_words(service, name):
    for kind in ("no_words.en", "no_words.ko"):
        lines = own_lines(kind).measured[::4]
        doubted = [answer.is_doubtful for answer in await ask(service, name, lines)]
        assert sum(doubted) >= LEAST_UNSURE * len(lines)


async def test_a_word_that_somebody_knows_is_none_of_them(service):
    for name, text in (("topics", "손흥민 두 골 넣고 승리"), ("emotions", "I am so proud of you")):
        assert not (await ask(service, name, [text]))[0].is_doubtful


def test_what_was_measured_is_what_was_asked_for():
    found = json.loads((ROOT / "benchmark.json").read_text(encoding="utf-8"))["unsure"]
    for name in ("no_side.en", "no_side.ko", "no_words.en", "no_words.ko"):
        assert found["sentiment"][name]["after"] >= LEAST_UNSURE
        assert found["sentiment"][name]["rows"] >= 200
    for name in ("no_words.en", "no_words.ko"):
        assert found["topics"][name]["after"] >= LEAST_UNSURE
        assert found["emotions"][name]["after"] >= LEAST_UNSURE
    for sets in found.values():
        for name, shares in sets.items():
            if not name.startswith("no_"):
                assert shares["after"] - shares["before"] <= MOST_DOUBTED, name
