"""The README of each checkpoint. Every figure of ours in it comes from ``metrics.json``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.bundled.corpus import ENGLISH_SOURCES, KOREAN_SOURCES, Source

FIGURES = "metrics.json"

_FLOORS = {
    "nsmc_test": "87.3 / 87.3",
    "sst2_dev": "82.9 (trained on SST-2)",
    "sst2_test": "85.0 (trained on SST-2)",
    "ynat_dev": "78.0 / 78.4",
}
"""TF-IDF (characters 1-4, words 1-2) with a linear classifier, measured on the same rows."""

_TEST_NAMES = {
    "nsmc_test": "NSMC test (Korean film reviews)",
    "go_emotions_test": "GoEmotions test, positive against negative (English remarks)",
    "sst2_dev": "SST-2 dev (English film reviews, never trained on)",
    "sst2_test": "SST-2 test (English film reviews, never trained on)",
    "ynat_dev": "KLUE YNAT dev (Korean headlines)",
}

_NSMC = "NSMC, Naver film reviews collected by Lucy Park (e9t/nsmc): CC0 1.0."
_GO_EMOTIONS = "GoEmotions by Google (google-research/goemotions): CC BY 4.0."
_YNAT = "YNAT of the KLUE benchmark (KLUE-benchmark/KLUE): CC BY-SA 4.0."
_PLAIN = (
    "12,000 plain sentences put together from our own word lists (models/bundled/plain.py): "
    "the project's own."
)

_AGAIN = (
    "`python -m models.bundled.train`\ndoes it again, though not bit for bit: "
    "the clock decides how many steps fit."
)
_BELOW_FLOOR = (
    "Where the table shows a TF-IDF figure above ours, a plain linear model of words and "
    "characters\n  is the better choice for that kind of text."
)


def write_cards(out: Path) -> None:
    """Write README.md into each checkpoint folder below ``out``."""
    cards: dict[str, Callable[[dict[str, Any]], str]] = {
        "fillmask": _fillmask_card,
        "sentiment": _sentiment_card,
        "topics": _topics_card,
    }
    for name, card in cards.items():
        figures = json.loads((out / name / FIGURES).read_text(encoding="utf-8"))
        (out / name / "README.md").write_text(card(figures), encoding="utf-8")


def _front_matter(task: str, languages: list[str], datasets: list[str], tags: list[str]) -> str:
    lists = {"language": languages, "datasets": datasets, "tags": tags}
    lines = ["---", "license: cc-by-sa-4.0", "library_name: transformers", f"pipeline_tag: {task}"]
    for key, values in lists.items():
        lines += [f"{key}:", *(f"- {value}" for value in values)]
    return "\n".join([*lines, "---", ""])


def _fillmask_card(figures: dict[str, Any]) -> str:
    training, masked = figures["training"], figures["masked"]
    front = _front_matter(
        "fill-mask",
        ["ko", "en"],
        ["e9t/nsmc", "klue/klue", "google-research-datasets/go_emotions"],
        ["bert", "korean", "chat"],
    )
    rows = "\n".join(
        f"| {name} | {_percent(masked[code]['top1'])} | {_percent(masked[code]['top5'])} "
        f"| {masked[code]['tokens']:,} |"
        for code, name in (("ko", "Korean"), ("en", "English"))
    )
    return f"""{front}
# A small Korean and English masked-language model

한국어와 영어 채팅 문장을 위한 작은 BERT입니다. 가려진 낱말 하나(`[MASK]`)를 맞힙니다.

A standard `BertForMaskedLM` of {_millions(figures)} parameters (4 layers, hidden size 256, 4
heads, 512 positions) with a lower-cased WordPiece vocabulary of 12,000 tokens, both trained from
nothing but the text below. It is the body of the `sentiment` and `topics` checkpoints beside it.
Weights are stored in float16; load them with `dtype=torch.float32` on a processor.

## How well it guesses

15 % of the tokens hidden, in passages kept out of training (one in 200):

| language | first guess right | among the first five | hidden tokens |
|---|---|---|---|
{rows}

## Training

{_minutes(training["seconds"])} of masked-language modelling on {figures["threads"]} processor
threads{_bfloat16(figures)}: {training["steps"]:,} steps, {training["tokens"] / 1e6:.1f} million
tokens, half Korean and half English; reading the text and learning the vocabulary took
{_minutes(figures["preparation_s"])} before that. Some attention heads start aimed at
neighbouring positions (models/bundled/neighbours.py). {_AGAIN}

## Text it learnt from

Korean:

{_source_lines(KOREAN_SOURCES)}

English:

{_source_lines(ENGLISH_SOURCES)}

Some sources are share-alike, so these weights are offered under CC BY-SA 4.0, with the credit
above. Evaluation sets, a collection of abusive comments and textbooks of doubtful licence were
left out.

## Limits

- It is tiny and saw little text: it knows how people phrase things, hardly any facts, and its
  embeddings are no match for a full-size model's.
- Most of its Korean comes from film reviews, some of them rude; most of its English from old
  novels and online remarks. It repeats their prejudices.
- Case is lost. A Korean word with a rare syllable becomes `[UNK]`.
- One `[MASK]` is one token, which is often only the front or the end of a longer word.
"""


def _sentiment_card(figures: dict[str, Any]) -> str:
    front = _front_matter(
        "text-classification",
        ["ko", "en"],
        ["e9t/nsmc", "google-research-datasets/go_emotions"],
        ["bert", "korean", "sentiment-analysis"],
    )
    return f"""{front}
# Sentiment of Korean and English chat: negative or positive

한국어와 영어 문장이 부정(`negative`)인지 긍정(`positive`)인지 가립니다. 중립은 없습니다.

The `fillmask` body beside it ({_millions(figures)} parameters) with a classifier of two labels, a
standard `BertForSequenceClassification`. Weights are stored in float16; load them with
`dtype=torch.float32` on a processor.

## How well it does

{_test_table(figures)}

The GoEmotions figure counts only remarks whose emotions all lie on one side. Texts of the test
sets were taken out of the training rows.

{_training_section(figures)}

## Data

- {_NSMC} 150,000 reviews drawn from the reviews outside the official test set.
- {_GO_EMOTIONS} Remarks whose emotions are all positive or all negative, each taken twice.
- {_PLAIN}

SST-2 was used for measuring only. The body learnt from share-alike text (see its card), so these
weights are offered under CC BY-SA 4.0.

## Limits

- There is no neutral class: a question or a plain fact gets one of the two labels all the same,
  often with confidence.
- Korean is trained on film reviews; English on short online remarks, and it is the weaker
  language: a critic's choice words are often misread, as the SST-2 rows show. So are irony, mixed
  feelings and long texts.
- {_BELOW_FLOOR}
- Words about groups of people can tip the answer for no good reason. Do not use it to judge
  people.
"""


def _topics_card(figures: dict[str, Any]) -> str:
    front = _front_matter("text-classification", ["ko"], ["klue/klue"], ["bert", "korean", "news"])
    per_label = "\n".join(
        f"| {label} | {_percent(f1)} |"
        for label, f1 in figures["tests"]["ynat_dev"]["label_f1"].items()
    )
    return f"""{front}
# Topic of a Korean headline

한국어 뉴스 제목을 IT과학, 경제, 사회, 생활문화, 세계, 스포츠, 정치 가운데 하나로 나눕니다.

The `fillmask` body beside it ({_millions(figures)} parameters) with a classifier of seven labels,
a standard `BertForSequenceClassification`. Weights are stored in float16; load them with
`dtype=torch.float32` on a processor.

## How well it does

{_test_table(figures)}

| label | F1 on YNAT dev, % |
|---|---|
{per_label}

For comparison, the KLUE paper reports a macro-F1 of 85.07 for klue/roberta-base, which has
seventeen times the parameters.

{_training_section(figures)}

## Data

- {_YNAT} 36,547 training headlines; the measured rows are 8,107 of the official dev set.

The data and the text of the body are share-alike, so these weights are offered under
CC BY-SA 4.0.

## Limits

- It knows headlines of Korean news agencies from about 2016 to 2020. Chat messages are not
  headlines: short or off-topic text gets one of the seven labels all the same.
- 사회 overlaps with the other topics and is the label most often confused. It is far
  rarer in the training rows than in the dev set, which probably costs accuracy there.
- {_BELOW_FLOOR}
- English is not supported.
"""


def _training_section(figures: dict[str, Any]) -> str:
    training, settings = figures["training"], figures["settings"]
    return f"""## Training

{_minutes(training["seconds"])} on {figures["threads"]} processor threads{_bfloat16(figures)}:
{training["epochs"]:.2f} passes over {training["rows"]:,} rows in batches of
{settings["batch_size"]}, peak learning rate {settings["learning_rate"]:g},
seed {settings["seed"]}. {_AGAIN}"""


def _test_table(figures: dict[str, Any]) -> str:
    rows = [
        f"| {_TEST_NAMES[name]} | {test['rows']:,} | {_percent(test['accuracy'])} "
        f"| {_percent(test['macro_f1'])} | {_FLOORS.get(name, '')} |"
        for name, test in figures["tests"].items()
    ]
    header = "| measured on | rows | accuracy, % | macro-F1, % | TF-IDF: accuracy / macro-F1 |"
    return "\n".join([header, "|---|---|---|---|---|", *rows])


def _source_lines(sources: tuple[Source, ...]) -> str:
    return "\n".join(f"- {source.title}: {source.licence}" for source in sources)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f} minutes"


def _millions(figures: dict[str, Any]) -> str:
    return f"{figures['parameters'] / 1e6:.1f} million"


def _bfloat16(figures: dict[str, Any]) -> str:
    return " (matrix products in bfloat16)" if figures["bfloat16"] else ""
