"""The bundled checkpoints: complete, small, licensed, and right on plain sentences."""

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest
import torch
import yaml
from safetensors import safe_open
from torch.nn.functional import normalize
from transformers import (
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    BertModel,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

import models.bundled
from bundled_recipe.cards.goals import GOALS, misses, result_lines
from bundled_recipe.texts.corpus import ENGLISH_SOURCES, KOREAN_SOURCES
from bundled_recipe.texts.examples import EMOTIONS
from models.checkpoints.catalog import BUNDLED_VERSION
from models.checkpoints.certainty.calibration import read_calibration
from models.checkpoints.certainty.doubt import DOUBT_FILE, WORDS_FILE
from models.results import Checkpoint, Origin
from models.service.service import ModelService
from models.tasks.token_classification import TextToTag
from tests.models.bundled.sentences import (
    ACROSS_LANGUAGES,
    ENGLISH_EMOTIONS,
    ENGLISH_GAPS,
    ENGLISH_MEANINGS,
    ENGLISH_NAMES,
    ENGLISH_SENTIMENT,
    KOREAN_GAPS,
    KOREAN_MEANINGS,
    KOREAN_NAMES,
    KOREAN_SENTIMENT,
    KOREAN_TOPICS,
)

ROOT = Path(models.bundled.__file__).parent
MODEL_CLASSES = {
    "fillmask": AutoModelForMaskedLM,
    "sentiment": AutoModelForSequenceClassification,
    "topics": AutoModelForSequenceClassification,
    "emotions": AutoModelForSequenceClassification,
    "meaning": BertModel,
    "entities": AutoModelForTokenClassification,
}
PURPOSES = {
    "entities": "token-classification",
    "fillmask": "fill-mask",
    "meaning": "sentence-similarity",
}
"""The others classify whole texts."""
FILES = {
    "README.md",
    "config.json",
    "exports.json",
    "facts.json",
    "metrics.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
}
OTHER_FILES = {
    "meaning": {"modules.json", "sentence_bert_config.json", "1_Pooling"},
    "entities": set(),
    "sentiment": {DOUBT_FILE, WORDS_FILE},
}
"""What is beside these; the others have a second measure of what they are unsure of."""
LARGEST_BYTES = 90_000_000
LARGEST_FOLDER = 16_000_000
TOPICS = ["IT과학", "경제", "사회", "생활문화", "세계", "스포츠", "정치"]

WITHOUT_POOLER = {"meaning": {"add_pooling_layer": False}}

Loaded = tuple[PreTrainedModel, PreTrainedTokenizerBase]

pytestmark = pytest.mark.usefixtures("offline")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything that would ask the Hub fails."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


def load(name: str) -> Loaded:
    model = MODEL_CLASSES[name].from_pretrained(
        ROOT / name,
        dtype=torch.float32,
        use_safetensors=True,
        local_files_only=True,
        **WITHOUT_POOLER.get(name, {}),
    )
    return model.eval(), AutoTokenizer.from_pretrained(ROOT / name, local_files_only=True)


@pytest.fixture(scope="module")
def sentiment() -> Loaded:
    return load("sentiment")


@pytest.fixture(scope="module")
def topics() -> Loaded:
    return load("topics")


@pytest.fixture(scope="module")
def emotions() -> Loaded:
    return load("emotions")


@pytest.fixture(scope="module")
def meaning() -> Loaded:
    return load("meaning")


@pytest.fixture(scope="module")
def fillmask() -> Loaded:
    return load("fillmask")


def logits(loaded: Loaded, text: str) -> torch.Tensor:
    model, tokenizer = loaded
    with torch.inference_mode():
        return model(**tokenizer(text, return_tensors="pt")).logits[0]


def label_of(loaded: Loaded, text: str) -> str:
    return loaded[0].config.id2label[int(logits(loaded, text).argmax())]


def labels_that_hold(loaded: Loaded, text: str) -> set[str]:
    kept = read_calibration(loaded[0].config.calibration)
    shares = (logits(loaded, text) / kept.temperature).sigmoid().tolist()
    names = loaded[0].config.id2label
    return {names[place] for place, share in enumerate(shares) if share >= kept.likely_from}


def guesses(loaded: Loaded, text: str) -> list[str]:
    model, tokenizer = loaded
    inputs = tokenizer(text, return_tensors="pt")
    place = inputs["input_ids"][0].tolist().index(tokenizer.mask_token_id)
    with torch.inference_mode():
        best = model(**inputs).logits[0, place].topk(5).indices
    return [tokenizer.decode([token]).strip() for token in best.tolist()]


@pytest.mark.parametrize("name", MODEL_CLASSES)
def test_loads_without_fresh_weights(name: str):
    model, report = MODEL_CLASSES[name].from_pretrained(
        ROOT / name,
        dtype=torch.float32,
        use_safetensors=True,
        local_files_only=True,
        output_loading_info=True,
        **WITHOUT_POOLER.get(name, {}),
    )
    assert {key: found for key, found in report.items() if found} == {}
    assert all(weight.dtype == torch.float32 for weight in model.parameters())
    assert not any(weight.is_meta for weight in model.parameters())


@pytest.mark.parametrize("name", MODEL_CLASSES)
def test_folder_holds_half_precision_safetensors_only(name: str):
    found = {path.name for path in (ROOT / name).iterdir()}
    assert found == FILES | OTHER_FILES.get(name, {DOUBT_FILE})
    with safe_open(ROOT / name / "model.safetensors", framework="pt") as weights:
        kinds = {weights.get_slice(key).get_dtype() for key in weights.keys()}  # noqa: SIM118
    assert kinds == {"F16"}


def test_all_checkpoints_together_stay_small():
    sizes = [
        sum(path.stat().st_size for path in (ROOT / name).rglob("*") if path.is_file())
        for name in MODEL_CLASSES
    ]
    assert max(sizes) <= LARGEST_FOLDER
    assert sum(sizes) <= LARGEST_BYTES


@pytest.mark.parametrize("name", MODEL_CLASSES)
def test_config_is_a_plain_bert(name: str):
    config = json.loads((ROOT / name / "config.json").read_text(encoding="utf-8"))
    assert config["model_type"] == "bert"
    assert "auto_map" not in config
    assert config["max_position_embeddings"] == 512


@pytest.mark.parametrize("name", MODEL_CLASSES)
def test_card_states_licence_task_and_languages(name: str):
    _, front, text = (ROOT / name / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    card = yaml.safe_load(front)
    assert card["license"] == "cc-by-sa-4.0"
    assert card["pipeline_tag"] == PURPOSES.get(name, "text-classification")
    assert card["language"]
    assert "## Limits" in text


def test_body_card_credits_every_source():
    text = (ROOT / "fillmask" / "README.md").read_text(encoding="utf-8")
    for source in (*KOREAN_SOURCES, *ENGLISH_SOURCES):
        assert f"- {source.title}: {source.licence}" in text


@pytest.mark.parametrize("name", MODEL_CLASSES)
def test_card_quotes_the_benchmark(name: str):
    found = json.loads((ROOT / "benchmark.json").read_text(encoding="utf-8"))
    text = (ROOT / name / "README.md").read_text(encoding="utf-8")
    for line in result_lines(found, [goal for goal in GOALS if goal.checkpoint == name]):
        assert line in text
    for goal, points in misses(found, name):
        assert f"**Target missed:** {goal.task}, by {points:.1f} points." in text


def test_the_benchmark_is_of_these_checkpoints():
    found = json.loads((ROOT / "benchmark.json").read_text(encoding="utf-8"))
    for name, cost in found["costs"].items():
        weights = (ROOT / name / "model.safetensors").stat().st_size
        assert cost["parameters"] * 2 == pytest.approx(weights, rel=0.01)
    for name, test in (("sentiment", "nsmc_test"), ("topics", "ynat_dev")):
        figures = json.loads((ROOT / name / "metrics.json").read_text(encoding="utf-8"))
        key = "accuracy" if name == "sentiment" else "macro_f1"
        ours = found["results"][test]["ours"] / 100
        assert ours == pytest.approx(figures["tests"][test][key], abs=0.002)


@pytest.mark.parametrize("name", ["sentiment", "topics", "emotions"])
def test_classifiers_are_calibrated(name: str):
    config = json.loads((ROOT / name / "config.json").read_text(encoding="utf-8"))
    kept = read_calibration(config["calibration"])
    assert kept.temperature != 1.0
    assert (kept.likely_from is None) == (name != "emotions")
    assert (kept.unsure_below is None) == (name == "emotions")


def test_labels_are_in_their_known_order(sentiment, topics):
    assert list(sentiment[0].config.id2label.values()) == ["negative", "positive"]
    assert list(topics[0].config.id2label.values()) == TOPICS


def test_emotions_are_any_of_28(emotions):
    config = emotions[0].config
    assert config.problem_type == "multi_label_classification"
    assert tuple(config.id2label.values()) == EMOTIONS
    assert len(EMOTIONS) == 28


def test_all_share_one_tokenizer_but_that_of_names_which_knows_capitals():
    sharing = set(MODEL_CLASSES) - {"entities"}
    assert len({(ROOT / name / "tokenizer.json").read_bytes() for name in sharing}) == 1


def test_tokenizer_splits_chat_spellings_off(fillmask):
    _, tokenizer = fillmask
    assert tokenizer.model_max_length == 512
    best = tokenizer.tokenize("최고")
    assert tokenizer.tokenize("최고😊👍❤️")[: len(best)] == best
    assert tokenizer.tokenize("최고ㅋㅋㅋ") == [*best, *tokenizer.tokenize("최고 ㅋㅋㅋ")[-1:]] or (
        "".join(tokenizer.tokenize("최고ㅋㅋㅋ")[len(best) :]) == "ㅋㅋㅋ"
    )
    assert tokenizer.tokenize("GREAT") == tokenizer.tokenize("great")


def test_tokenizer_reads_decomposed_hangul_as_composed(fillmask):
    _, tokenizer = fillmask
    decomposed = "\u1112\u1161\u11ab\u1100\u1173\u11af"
    assert tokenizer.tokenize(decomposed) == tokenizer.tokenize("한글")


@pytest.mark.parametrize(
    "text",
    [
        "떡볶이랑 쌀국수 먹고 싶은데 꽃집 앞에서 뵐까요? 괜찮으시면 답장 주세요 ㅎㅎ ㅠㅠ",
        "뷁 쀍 믜쳤따 갂 힣 ㄱㅏ나 ㅋㅋㅋㅋㅋㅋㅋㅋ ㅠㅜㅠㅜ ㅇㅈ? ㄹㅇㅋㅋ 굿굿굿!!!!",
        "sooooo goooood lol :-) <3 ^^;; ~~~ omg!!1 café naïve ñandú",
        "🐰🐰🐰 👩‍👩‍👧 🏳️‍🌈 🫠 🇰🇷 👍🏽 ♡ → ½ ₩5,000 №7",
        "日本語 中文 العربية हिन्दी Ελληνικά",
    ],
)
def test_no_text_is_unknown_and_nothing_is_lost(fillmask, text: str):
    _, tokenizer = fillmask
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.unk_token_id not in ids
    back = tokenizer.decode(ids, skip_special_tokens=True)
    wanted = re.sub("[\u200b-\u200d\ufe0e\ufe0f]", "", unicodedata.normalize("NFC", text))
    assert back == wanted.lower()


def test_long_text_is_cut_at_the_last_position(sentiment):
    model, tokenizer = sentiment
    inputs = tokenizer("정말 좋은 하루 " * 400, truncation=True, return_tensors="pt")
    assert inputs["input_ids"].shape == (1, 512)
    with torch.inference_mode():
        assert bool(model(**inputs).logits.isfinite().all())


FEWEST_EXACT, FEWEST_NAMES = 8, 0.8
"""Of twelve sentences with all of their names and nothing else, and of the names, as a share."""
FEWEST_RIGHT = 10
"""Of twelve sentences that were chosen before any checkpoint was asked."""


def wrong(answers: Iterable[tuple[str, str, bool]]) -> list[tuple[str, str]]:
    return [(wanted, text) for wanted, text, is_right in answers if not is_right]


@pytest.mark.parametrize("sentences", [ENGLISH_SENTIMENT, KOREAN_SENTIMENT], ids=["en", "ko"])
def test_sentiment_of_our_own_sentences(sentiment, sentences):
    amiss = wrong((mood, text, label_of(sentiment, text) == mood) for mood, text in sentences)
    assert len(sentences) - len(amiss) >= FEWEST_RIGHT, amiss


def test_topics_of_our_own_headlines(topics):
    amiss = wrong((topic, text, label_of(topics, text) == topic) for topic, text in KOREAN_TOPICS)
    assert len(KOREAN_TOPICS) - len(amiss) >= FEWEST_RIGHT, amiss


def test_emotions_of_our_own_remarks(emotions):
    amiss = wrong((e, text, e in labels_that_hold(emotions, text)) for e, text in ENGLISH_EMOTIONS)
    assert len(ENGLISH_EMOTIONS) - len(amiss) >= FEWEST_RIGHT, amiss


def test_words_for_our_own_gaps(fillmask):
    gaps = [*ENGLISH_GAPS, *KOREAN_GAPS]
    amiss = [text for text, sensible in gaps if not sensible & set(guesses(fillmask, text))]
    assert len(gaps) - len(amiss) >= FEWEST_RIGHT, amiss


def vectors(loaded: Loaded, texts: Iterable[str]) -> torch.Tensor:
    """As sentence-transformers would have them: the mean over the tokens, at length one."""
    model, tokenizer = loaded
    found = []
    with torch.inference_mode():
        for text in texts:
            states = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
            found.append(normalize(states.mean(dim=0), dim=0))
    return torch.stack(found)


@pytest.mark.parametrize("triples", [ENGLISH_MEANINGS, KOREAN_MEANINGS])
def test_what_means_the_same_lies_closer(meaning, triples):
    first, near, far = (vectors(meaning, column) for column in zip(*triples, strict=True))
    closer = (first * near).sum(dim=1) > (first * far).sum(dim=1)
    assert int(closer.sum()) >= 10


def test_a_translation_is_the_nearest(meaning):
    korean, english = (vectors(meaning, side) for side in zip(*ACROSS_LANGUAGES, strict=True))
    right = torch.arange(len(korean))
    for cosines in (korean @ english.T, english @ korean.T):
        assert int((cosines.argmax(dim=1) == right).sum()) >= 8


@pytest.mark.parametrize(
    "text",
    ["", "ㅋ", "🐰🐰", "\u1112\u1161\u11ab\u1100\u1173\u11af", "Tokki는 토끼 bot", "가" * 600],
)
def test_any_text_has_a_vector_of_length_one(meaning, text):
    model, tokenizer = meaning
    inputs = tokenizer(text, return_tensors="pt", truncation=True)
    with torch.inference_mode():
        vector = normalize(model(**inputs).last_hidden_state[0].mean(dim=0), dim=0)
    assert vector.norm().item() == pytest.approx(1.0, abs=1e-4)


def test_modules_say_how_to_pool():
    modules = json.loads((ROOT / "meaning" / "modules.json").read_text(encoding="utf-8"))
    assert [each["type"].rpartition(".")[2] for each in modules] == [
        *("Transformer", "Pooling", "Normalize"),
    ]
    pooling = json.loads((ROOT / "meaning/1_Pooling/config.json").read_text(encoding="utf-8"))
    assert pooling["pooling_mode_mean_tokens"] is True
    assert pooling["word_embedding_dimension"] == 256


async def names_in(service: ModelService, text: str) -> set[tuple[str, str]]:
    checkpoint = Checkpoint("entities", BUNDLED_VERSION, Origin.BUNDLED, ROOT / "entities")
    found = await service.ask(checkpoint, TextToTag(text))
    return {(text[span.start : span.end], span.label) for span in found.spans}


@pytest.mark.parametrize("sentences", [ENGLISH_NAMES, KOREAN_NAMES], ids=["en", "ko"])
async def test_names_in_our_own_sentences(service, sentences):
    answers = [(text, names, await names_in(service, text)) for text, names in sentences]
    amiss = [(text, found) for text, names, found in answers if found != names]
    assert len(sentences) - len(amiss) >= FEWEST_EXACT, amiss
    wanted = sum(len(names) for _, names, _ in answers)
    assert sum(len(names & found) for _, names, found in answers) >= FEWEST_NAMES * wanted, amiss


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("미나는 서울에서 왔어요", "서울", "LOC"),
        ("서울로 갔다가 부산까지 갔어요", "부산", "LOC"),
        ("삼성전자와 엘지전자가 손을 잡았다", "삼성전자", "ORG"),
        ("I met 김민수 in Seoul", "Seoul", "LOC"),
        ("Microsoft가 새 제품을 발표했다", "Microsoft", "ORG"),
        ("\u1109\u1165\u110b\u116e\u11af\u110b\u1166\u1109\u1165 왔어요", "서울", "LOC"),
        ("서울🐰에서 봐요", "서울", "LOC"),
    ],
)
async def test_particles_other_scripts_and_emoji_stay_outside_of_names(service, text, name, kind):
    found = {
        (unicodedata.normalize("NFC", each), label) for each, label in await names_in(service, text)
    }
    assert (name, kind) in found


@pytest.mark.parametrize("text", ["ㅋ", "🐰", "?", "a", "가" * 600, "Mina " * 600])
async def test_any_text_is_looked_through(service, text):
    for name, _ in await names_in(service, text):
        assert name.strip() == name and name in text


async def test_a_long_text_is_looked_through_to_its_end(service):
    text = "비가 왔어요. " * 150 + "김민수는 부산에 갔어요."
    assert ("부산", "LOC") in await names_in(service, text)
