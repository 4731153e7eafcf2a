"""The README of each checkpoint. Every figure of ours in it was measured by the recipe."""

import json
from collections.abc import Callable
from pathlib import Path

from bundled_recipe.body.network import HIDDEN_SHARE
from bundled_recipe.body.vocabulary import VOCABULARY_SIZE
from bundled_recipe.cards.benchmark import RESULTS
from bundled_recipe.cards.entities_card import entities_card
from bundled_recipe.cards.goals import Figures
from bundled_recipe.cards.meaning_card import meaning_card
from bundled_recipe.cards.parts import (
    AGAIN,
    calibration_section,
    figures_section,
    front_matter,
    millions,
    minutes,
    runs_text,
    source_lines,
    teacher_section,
    training_section,
    unsure_section,
)
from bundled_recipe.checkpoints import FIGURES, read_figures
from bundled_recipe.texts.corpus import ENGLISH_SOURCES, KOREAN_SOURCES

_NSMC = "NSMC, Naver film reviews collected by Lucy Park (e9t/nsmc): CC0 1.0."
_GO_EMOTIONS = "GoEmotions by Google (google-research/goemotions): CC BY 4.0."
_YNAT = "YNAT of the KLUE benchmark (KLUE-benchmark/KLUE): CC BY-SA 4.0."
_INTENTS = "3i4K, training part (warnikchow/3i4k): CC BY-SA 4.0."
_HALF = """Weights are stored in float16, and
every figure is of the stored ones; load them with `dtype=torch.float32` on a processor."""
_LICENCE = """The body learnt from share-alike text (see the card of `fillmask`), so these weights
are offered under CC BY-SA 4.0."""


def write_cards(out: Path) -> None:
    """Write README.md into each checkpoint folder below ``out``."""
    cards: dict[str, Callable[[Figures, Figures], str]] = {
        "fillmask": _fillmask_card,
        "sentiment": _sentiment_card,
        "topics": _topics_card,
        "emotions": _emotions_card,
        "meaning": meaning_card,
        "entities": entities_card,
    }
    measured = json.loads((out / RESULTS).read_text(encoding="utf-8"))
    for name, card in cards.items():
        if not (out / name / FIGURES).exists():
            continue
        figures = read_figures(out / name)
        text = card({"name": name, **figures}, measured)
        (out / name / "README.md").write_text(text, encoding="utf-8")


def _fillmask_card(figures: Figures, measured: Figures) -> str:
    front = front_matter(
        "fill-mask",
        ["ko", "en"],
        ["e9t/nsmc", "klue/klue", "google-research-datasets/go_emotions"],
        ["bert", "korean", "chat"],
    )
    return f"""{front}
# A small Korean and English masked-language model

한국어와 영어 채팅 문장을 위한 작은 BERT예요. 가려진 낱말 조각 하나(`[MASK]`)를 맞혀요.

A standard `BertForMaskedLM` of {millions(figures)} parameters (4 layers, hidden size 256, 4
heads, 512 positions), trained from nothing but the text below. It is the body of the classifiers
beside it and of `/finetune`. {_HALF}

The vocabulary has {VOCABULARY_SIZE:,} lower-cased byte-pair pieces, 256 of them the bytes to which
a rare character falls back, so no text becomes `[UNK]`. Runs of ㅋㅋㅋ, ㅠㅠ, punctuation and emoji
are words of their own.

## How well it does

{figures_section("fillmask", measured)}

A masked token is one of 15 % of the tokens of 2,000 lines a language that were kept out of
training. The two classifiers were trained on the body for this table with the recipe's own loop.
For YNAT the labels of 10,000 rows drawn at random were known, 500 of them held out to weigh student
and teacher by; of all other headlines but the measured ones the text was used, not the label.

## Training

{runs_text(figures)}, five eighths Korean and
three eighths English, {HIDDEN_SHARE:.0%} of them hidden; reading the text and learning the
vocabulary took {minutes(figures["preparation_s"])} before that. Some attention heads start aimed
at neighbouring positions (bundled_recipe/body/neighbours.py). {AGAIN}

## Text it learnt from

Korean:

{source_lines(KOREAN_SOURCES)}

English:

{source_lines(ENGLISH_SOURCES)}

Some sources are share-alike, so these weights are offered under CC BY-SA 4.0, with the credit
above. A collection of abusive comments and textbooks of doubtful licence were left out, and so was
every line that is also a row of a test set.

## Limits

- It is small and saw little text: it knows how people phrase things, hardly any facts, and its
  embeddings are no match for a full-size model's.
- Most of its Korean comes from film reviews, some of them rude; most of its English from old
  novels and online remarks. It repeats their prejudices.
- Case is lost.
- One `[MASK]` is one piece, which is sometimes only the front or the end of a longer word.
"""


def _sentiment_card(figures: Figures, measured: Figures) -> str:
    front = front_matter(
        "text-classification",
        ["ko", "en"],
        ["e9t/nsmc", "google-research-datasets/go_emotions"],
        ["bert", "korean", "sentiment-analysis"],
    )
    return f"""{front}
# Sentiment of Korean and English chat: negative or positive

한국어와 영어 문장이 부정(`negative`)인지 긍정(`positive`)인지 가려요. 중립은 없어요.

The `fillmask` body beside it ({millions(figures)} parameters) with a classifier of two labels, a
standard `BertForSequenceClassification`. {_HALF}

## How well it does

{figures_section("sentiment", measured)}

“Clear remarks” are those whose emotions all lie on one side. Texts of the test sets were taken out
of everything that was trained on; of SST-2 not even the training part was used.

{calibration_section(figures)}

{unsure_section("sentiment", measured)}

{training_section(figures)}

{teacher_section(figures)}

## Data

- {_NSMC} 150,000 labelled reviews drawn from those outside the official test set, and others of
  which nothing is known but the text.
- {_GO_EMOTIONS} Remarks whose emotions are all positive or all negative, as many of either;
  neutral ones as half of each.
- {_INTENTS} 6,000 questions as half of each.
- 48,000 sentences put together from our own word lists (bundled_recipe/texts/plain.py and
  english_words.py): the project's own.
- Passages of the body's English text with two or more of our telling words, all of one side, and
  50,000 short ones of which nothing is known but the text.

In the last round the English ones of our own and those with our telling words counted as 85 % of
their label, since in what others write the same words mean it less reliably.

{_LICENCE}

## Limits

- There is no neutral class: a question or a plain fact gets one of the two labels all the same,
  and is called unsure in four cases out of five or more (above).
- Korean is trained on film reviews; English on short online remarks and our own sentences, and it
  is the weaker language, as the SST-2 rows show. Irony, mixed feelings and long texts are often
  misread.
- The calibration holds for text like that of the held-out rows; on other text, as the SST-2 rows
  show, it is off by more.
- Words about groups of people can tip the answer for no good reason. Do not use it to judge
  people.
"""


def _topics_card(figures: Figures, measured: Figures) -> str:
    front = front_matter("text-classification", ["ko"], ["klue/klue"], ["bert", "korean", "news"])
    per_label = "\n".join(
        f"| {label} | {100 * f1:.1f} |"
        for label, f1 in figures["tests"]["ynat_dev"]["label_f1"].items()
    )
    return f"""{front}
# Topic of a Korean headline

한국어 뉴스 제목을 IT과학, 경제, 사회, 생활문화, 세계, 스포츠, 정치 가운데 하나로 나눠요.

The `fillmask` body beside it ({millions(figures)} parameters) with a classifier of seven labels,
a standard `BertForSequenceClassification`. {_HALF}

## How well it does

{figures_section("topics", measured)}

| label | F1 on YNAT dev, % |
|---|---|
{per_label}

{calibration_section(figures)}

{unsure_section("topics", measured)}

{training_section(figures)} Rows of a rare topic weigh more, so that all topics count alike.

{teacher_section(figures)}

## Data

- {_YNAT} 36,547 training headlines, and other headlines of the same source without their labels;
  the measured rows are 8,107 of the official dev set.
- Three other wordings of each of these, three pieces in ten drawn anew from what the body expects
  there (bundled_recipe/body/rewording.py), labelled by student and teacher.

{_LICENCE}

## Limits

- It knows headlines of Korean news agencies from about 2016 to 2020. Chat messages are not
  headlines: short or off-topic text gets one of the seven labels all the same. Whether a
  sentence has a topic is not measured, for any may have one; only whether it has words.
- 사회 overlaps with the other topics and is the label most often confused. It is far rarer in the
  training rows than in the dev set, which costs accuracy and calibration there.
- English is not supported.
"""


def _emotions_card(figures: Figures, measured: Figures) -> str:
    front = front_matter(
        "text-classification",
        ["en"],
        ["google-research-datasets/go_emotions"],
        ["bert", "emotions", "multi-label"],
    )
    return f"""{front}
# Emotions of an English remark: any of 28

영어 문장에 담긴 감정 28가지를 가려내요. 한 문장에 감정이 여럿일 수 있어요.

The `fillmask` body beside it ({millions(figures)} parameters) with a classifier of 28 labels, each
with a probability of its own: a standard `BertForSequenceClassification` with `problem_type`
`multi_label_classification`. {_HALF}

## How well it does

{figures_section("emotions", measured)}

{calibration_section(figures)}

{unsure_section("emotions", measured)}

{training_section(figures)}

## Data

- {_GO_EMOTIONS} All 43,410 training remarks less those that are also dev or test rows.

{_LICENCE}

## Limits

- Its emotions are what raters read into remarks of one English forum, often without agreeing.
  Rare ones (grief, pride, relief, nervousness) are hardly ever found.
- `neutral` is a label like the others, and what text without a feeling gets.
- Korean is not supported.
- It says what words sound like, not how somebody feels. Do not use it to judge people.
"""
