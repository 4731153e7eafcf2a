"""The bundled checkpoints: complete, small, licensed, and right on plain sentences."""

import json
from pathlib import Path

import pytest
import torch
import yaml
from safetensors import safe_open
from transformers import (
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

import models.bundled
from models.bundled.corpus import ENGLISH_SOURCES, KOREAN_SOURCES

ROOT = Path(models.bundled.__file__).parent
MODEL_CLASSES = {
    "fillmask": AutoModelForMaskedLM,
    "sentiment": AutoModelForSequenceClassification,
    "topics": AutoModelForSequenceClassification,
}
FILES = {
    "README.md",
    "config.json",
    "metrics.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
}
LARGEST_BYTES = 50_000_000
TOPICS = ["IT과학", "경제", "사회", "생활문화", "세계", "스포츠", "정치"]

pytestmark = pytest.mark.usefixtures("offline")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything that would ask the Hub fails."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


def load(name: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    model = MODEL_CLASSES[name].from_pretrained(
        ROOT / name, dtype=torch.float32, use_safetensors=True, local_files_only=True
    )
    return model.eval(), AutoTokenizer.from_pretrained(ROOT / name, local_files_only=True)


@pytest.fixture(scope="module")
def sentiment() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    return load("sentiment")


@pytest.fixture(scope="module")
def topics() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    return load("topics")


@pytest.fixture(scope="module")
def fillmask() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    return load("fillmask")


def label_of(loaded: tuple[PreTrainedModel, PreTrainedTokenizerBase], text: str) -> str:
    model, tokenizer = loaded
    with torch.inference_mode():
        logits = model(**tokenizer(text, return_tensors="pt")).logits[0]
    return model.config.id2label[int(logits.argmax())]


def guesses(loaded: tuple[PreTrainedModel, PreTrainedTokenizerBase], text: str) -> list[str]:
    model, tokenizer = loaded
    inputs = tokenizer(text, return_tensors="pt")
    place = inputs["input_ids"][0].tolist().index(tokenizer.mask_token_id)
    with torch.inference_mode():
        best = model(**inputs).logits[0, place].topk(5).indices
    return tokenizer.convert_ids_to_tokens(best.tolist())


@pytest.mark.parametrize("name", MODEL_CLASSES)
def test_loads_without_fresh_weights(name: str):
    model, report = MODEL_CLASSES[name].from_pretrained(
        ROOT / name,
        dtype=torch.float32,
        use_safetensors=True,
        local_files_only=True,
        output_loading_info=True,
    )
    assert {key: found for key, found in report.items() if found} == {}
    assert all(weight.dtype == torch.float32 for weight in model.parameters())
    assert not any(weight.is_meta for weight in model.parameters())


@pytest.mark.parametrize("name", MODEL_CLASSES)
def test_folder_holds_half_precision_safetensors_only(name: str):
    assert {path.name for path in (ROOT / name).iterdir()} == FILES
    with safe_open(ROOT / name / "model.safetensors", framework="pt") as weights:
        kinds = {weights.get_slice(key).get_dtype() for key in weights.keys()}  # noqa: SIM118
    assert kinds == {"F16"}


def test_all_checkpoints_together_stay_small():
    sizes = [path.stat().st_size for name in MODEL_CLASSES for path in (ROOT / name).iterdir()]
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
    assert card["pipeline_tag"] == ("fill-mask" if name == "fillmask" else "text-classification")
    assert "ko" in card["language"]
    assert "## Limits" in text


def test_body_card_credits_every_source():
    text = (ROOT / "fillmask" / "README.md").read_text(encoding="utf-8")
    for source in (*KOREAN_SOURCES, *ENGLISH_SOURCES):
        assert f"- {source.title}: {source.licence}" in text


@pytest.mark.parametrize("name", ["sentiment", "topics"])
def test_card_shows_the_measured_figures(name: str):
    figures = json.loads((ROOT / name / "metrics.json").read_text(encoding="utf-8"))
    text = (ROOT / name / "README.md").read_text(encoding="utf-8")
    for test in figures["tests"].values():
        row = f"| {test['rows']:,} | {100 * test['accuracy']:.1f} | {100 * test['macro_f1']:.1f} |"
        assert row in text


def test_labels_are_in_their_known_order(sentiment, topics):
    assert list(sentiment[0].config.id2label.values()) == ["negative", "positive"]
    assert list(topics[0].config.id2label.values()) == TOPICS


def test_all_three_share_one_tokenizer():
    assert len({(ROOT / name / "tokenizer.json").read_bytes() for name in MODEL_CLASSES}) == 1


def test_tokenizer_keeps_hangul_whole_and_splits_emoji_off(fillmask):
    _, tokenizer = fillmask
    assert tokenizer.model_max_length == 512
    assert tokenizer.tokenize("한국")[0].startswith("한")
    assert tokenizer.tokenize("최고😊👍❤️") == [*tokenizer.tokenize("최고"), "😊", "👍", "❤"]
    assert tokenizer.tokenize("GREAT") == tokenizer.tokenize("great")


def test_tokenizer_reads_decomposed_hangul_as_composed(fillmask):
    _, tokenizer = fillmask
    decomposed = "\u1112\u1161\u11ab\u1100\u1173\u11af"
    assert tokenizer.tokenize(decomposed) == tokenizer.tokenize("한글")


def test_tokenizer_knows_common_syllables(fillmask):
    _, tokenizer = fillmask
    text = "떡볶이랑 쌀국수 먹고 싶은데 꽃집 앞에서 뵐까요? 괜찮으시면 답장 주세요 ㅎㅎ ㅠㅠ"
    assert tokenizer.unk_token not in tokenizer.tokenize(text)


def test_long_text_is_cut_at_the_last_position(sentiment):
    model, tokenizer = sentiment
    inputs = tokenizer("정말 좋은 하루 " * 400, truncation=True, return_tensors="pt")
    assert inputs["input_ids"].shape == (1, 512)
    with torch.inference_mode():
        assert bool(model(**inputs).logits.isfinite().all())


@pytest.mark.parametrize(
    ("mood", "text"),
    [
        ("positive", "I love this little bakery"),
        ("positive", "What a lovely evening we had by the river"),
        ("positive", "You all did a fantastic job this week!"),
        ("positive", "Thank you for fixing my laptop so quickly"),
        ("positive", "Finally some sunshine, feeling great"),
        ("positive", "so proud of my sister today"),
        ("negative", "this new layout is terrible"),
        ("negative", "The soup was cold and the waiter ignored us"),
        ("negative", "I'm so tired of these endless meetings"),
        ("negative", "My train was late again and I missed the interview"),
        ("negative", "I do not recommend this hotel"),
        ("negative", "The new version is slower and uglier than before"),
        ("positive", "오늘 회식 정말 즐거웠어요"),
        ("positive", "도와주셔서 진심으로 감사합니다"),
        ("positive", "드디어 시험에 합격했어! 너무 기뻐"),
        ("positive", "강아지가 너무 귀여워서 행복해"),
        ("positive", "생각보다 훨씬 맛있네요"),
        ("positive", "배우들 연기가 훌륭했습니다"),
        ("negative", "앱이 자꾸 꺼져서 못 쓰겠어요"),
        ("negative", "환불도 안 해 주고 최악의 가게"),
        ("negative", "결말이 너무 허무해서 화가 났다"),
        ("negative", "약속을 또 어기다니 실망이야"),
        ("negative", "업데이트 이후로 더 느려졌어요"),
        ("negative", "친구랑 싸워서 속상해"),
    ],
)
def test_sentiment_of_plain_sentences(sentiment, mood: str, text: str):
    assert label_of(sentiment, text) == mood


@pytest.mark.parametrize(
    ("text", "sensible"),
    [
        ("I [MASK] you so much.", {"love"}),
        ("She opened the [MASK] and went out.", {"door"}),
        ("What a [MASK] day!", {"good", "great", "bad"}),
        ("이 영화 정말 [MASK]!", {"최고", "재밌다", "재밌어요"}),
        ("배우들의 [MASK]가 좋았다", {"연기"}),
        ("내일 [MASK] 날씨 알려줘", {"오전", "오후", "아침"}),
    ],
)
def test_fillmask_guesses_a_sensible_word(fillmask, text: str, sensible: set[str]):
    assert sensible & set(guesses(fillmask, text))


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("IT과학", "새 스마트폰 배터리 수명 두 배로…카메라 성능도 개선"),
        ("IT과학", "구글 크롬 브라우저 보안 업데이트 배포"),
        ("경제", "코스피 외국인 매수에 상승 마감"),
        ("경제", "한국은행 기준금리 동결…물가 전망 하향"),
        ("사회", "경찰 보이스피싱 조직 일당 검거"),
        ("사회", "고속도로 12중 추돌 사고로 3명 부상"),
        ("생활문화", "이번 주말 전국에 비…낮 기온 뚝 떨어져"),
        ("생활문화", "국립미술관 근대 회화 특별전 열어"),
        ("세계", "시리아 난민 캠프 폭격으로 수십 명 사망"),
        ("세계", "영국 의회 새 이민법 부결"),
        ("스포츠", "프로야구 9회말 끝내기 홈런 승리"),
        ("스포츠", "여자배구 대표팀 올림픽 본선 진출"),
        ("정치", "국회 예산안 처리 두고 여야 충돌"),
        ("정치", "여당 원내대표 경선 후보 등록 시작"),
    ],
)
def test_topic_of_plain_headlines(topics, topic: str, text: str):
    assert label_of(topics, text) == topic
