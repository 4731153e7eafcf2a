"""The README of the token classifier."""

from bundled_recipe.cards.goals import Figures
from bundled_recipe.cards.parts import figures_section, front_matter, millions, minutes, place

LABEL_NAMES = {
    "PER": ("people", "사람"),
    "LOC": ("places", "장소"),
    "ORG": ("organisations", "기관·단체"),
    "DAT": ("dates", "날짜"),
    "TIM": ("times of day and durations", "시각·시간"),
    "NUM": ("numbers and quantities", "수·수량"),
    "MISC": ("other names: works, events, nationalities", "작품·행사 같은 그 밖의 이름"),
}
_SETS = {
    "ner_ko_klue": "KLUE-NER",
    "ner_en_uner_ewt": "EWT",
    "ner_en_wnut17": "WNUT-17",
    "ner_en_wikigold": "Wikigold",
    "ner_en_crossner": "CrossNER",
    "ner_en_btc": "Broad Twitter Corpus",
    "ner_en_slurp": "SLURP",
}


def entities_card(figures: Figures, measured: Figures) -> str:
    """The whole card."""
    front = front_matter(
        "token-classification",
        ["ko", "en"],
        ["klue/klue", "universalner/universal_ner", "leondz/wnut_17"],
        ["bert", "korean", "named-entity-recognition"],
    )
    kept = figures["calibration"]
    return f"""{front}
# Names, dates and numbers in Korean and English

한국어와 영어 글에서 사람, 장소, 기관, 날짜, 시각, 수, 그 밖의 이름을 찾아요.
조사는 빼고 찾아요.

The `fillmask` body beside it ({millions(figures)} parameters) with a classifier of 15 labels for
each token, a standard `BertForTokenClassification`: `O`, and `B-` and `I-` of seven kinds. Weights
are stored in float16, and every figure is of the stored ones; load them with
`dtype=torch.float32` on a processor.

| label | English | 한국어 |
|---|---|---|
{_labels()}

Put pieces together as transformers' `simple` aggregation does: Korean particles are pieces of their
own, which the strategies by word would swallow. Better, and what the figures are of: the pieces of
a word of Latin letters share the mean of their probabilities, and of all labels the most probable
path is taken on which no span goes on before it begins (`path` of Tokki's `/entities`,
models/tasks/tokens/spans.py). A piece's place includes the space before it; leave that out.

## How well it does

{figures_section("entities", measured)}

F1 of exact spans, over the kinds that a set marks; spans of other kinds are not counted. KLUE-NER
here is 500 rows of the official dev set, which was cut into training, test and held-out rows
because the official training labels were not to be had: not comparable with published figures.
EWT, WNUT-17, the Broad Twitter Corpus, CrossNER and SLURP have a training part that it learnt from;
Wikigold it never saw.

{_by_kind(figures)}

## Calibration

Divide the logits by {kept["temperature"]} before they become probabilities (`calibration` in
config.json; Tokki does, other programs may ignore it). A span's share is the mean of its words'.
The temperature is that at which the shares of the spans found in the held-out rows are nearest to
how many of these are right. From {kept["unsure_below"]} on 90% of them are right; below that a span
is an unsure one.

Expected calibration error of the spans found, in 15 bins (without the temperature):
{_errors(figures)}.

## Examples

Our own sentences, and what the stored weights find in them:

| text | found |
|---|---|
{_examples(figures)}

## Training

{_runs(figures)}
Of the body's vocabulary the merges were left out whose pieces lie across the edge of a name, such
as of a name and its particle (bundled_recipe/entities/vocabulary.py): with them 13 in 100 spans of
KLUE could not have been right, without them fewer than 1. Where a piece still lies across an edge,
it is called what most of its characters are. The body reads small letters only; here a mark stands
before a word with a capital (bundled_recipe/entities/capitals.py). Where a source does not mark a
kind, an unmarked token may be of that kind or of none, and neither is learnt there. The silver rows
counted 0.4 (Korean, and not in the last third of the time) and 0.5 (English). In each pass
the words are spelled anew with a tenth of the merges left out, one token in twelve is masked, three
spans in ten are replaced by another of their kind and script, and one sentence in eight is in small
letters. The English silver rows are plain sentences in which all-MiniLM-L6-v2 (Apache-2.0, needed
for training alone), taught the same English rows, was sure of what it found.
`python -m bundled_recipe.entities --data DIR` does it again, though not bit for bit: the clock
decides how many steps fit.

## Data

- KLUE-NER (KLUE-benchmark/KLUE): CC BY-SA 4.0. 3,599 sentences, four times in each pass.
- Sentences of its official training set with labels recovered from the counts of konec
  (korean-named-entity/konec and konne-prep): CC BY-SA 4.0. Silver: about 96 in 100 are konec's own,
  whose guidelines differ from KLUE's. Neighbouring places, dates and times were joined.
- Universal NER, English EWT: CC BY-SA 4.0. WNUT-17 (leondz/emerging_entities_17): CC BY 4.0.
  Broad Twitter Corpus (GateNLP): CC BY 4.0. CrossNER: MIT, text of Wikipedia CC BY-SA. SLURP, dev
  part: CC BY 4.0.
- 4,000 English sentences of our own with dates, times and numbers
  (bundled_recipe/entities/made_up.py): no other source marks numbers in English.

The body learnt from share-alike text, so these weights are offered under CC BY-SA 4.0.

## Limits

- English names without a capital, and rare names, are often missed; words that begin a sentence are
  taken for names now and then.
- English numbers are known from our own sentences and from Korean; no test set measures them.
- `MISC` is learnt in English alone, from sources that disagree about it.
- Names that no source had, nicknames and names without a title are often missed in chat.
- Text longer than about 160 tokens was not trained on.
- It finds names, not who is meant. Do not use it to watch people, nor to make text anonymous:
  it misses too many.
"""


def _labels() -> str:
    return "\n".join(f"| {key} | {en} | {ko} |" for key, (en, ko) in LABEL_NAMES.items())


def _by_kind(figures: Figures) -> str:
    kinds = list(LABEL_NAMES)
    lines = [
        "| F1 by kind, % | spans | " + " | ".join(kinds) + " |",
        "|---|---|" + "---|" * len(kinds),
    ]
    for name, each in figures["tests"].items():
        cells = [f"{each['f1'][kind]:.1f}" if kind in each["f1"] else "" for kind in kinds]
        lines.append(f"| {_SETS[name]} | {each['spans']:,} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _errors(figures: Figures) -> str:
    return ", ".join(
        f"{_SETS[name]} {each['calibration_error']:.3f} ({each['uncalibrated_error']:.3f})"
        for name, each in figures["tests"].items()
    )


def _examples(figures: Figures) -> str:
    return "\n".join(
        f"| {each['text']} | "
        + ", ".join(f"{text} ({kind})" for text, kind in each["spans"])
        + " |"
        for each in figures["examples"]
    )


def _runs(figures: Figures) -> str:
    runs = [*figures["before"], figures["training"]]
    steps, sentences = (sum(run[key] for run in runs) for key in ("steps", "sentences"))
    times = " and ".join(minutes(run["seconds"]) for run in runs)
    settings, lessons = figures["settings"], figures["lessons"]
    return f"""{times} on {place(figures)}, beside other work: {steps:,} steps over
{sentences:,} sentences drawn from {lessons["first"]:,} in batches of {settings["batch_size"]}, peak
learning rate {settings["learning_rate"]:g}."""
