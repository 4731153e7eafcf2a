"""The README of the sentence encoder."""

from bundled_recipe.cards.goals import Figures
from bundled_recipe.cards.parts import figures_section, front_matter, millions, minutes, place
from bundled_recipe.meaning.stage import BODY_SHARE, WORD_STEPS

_SOURCES = """\
- Translation pairs: Tatoeba (CC BY 2.0 FR, tatoeba.org), a part of jungyeul's Korean-English news
  corpus (CC BY-SA 3.0), OpenStreetMap iD tags (ISC), Android strings (Apache-2.0), CLDR (Unicode
  License v3), JupyterLab (BSD-3-Clause), the Rust book (MIT OR Apache-2.0), Elixir School
  (Apache-2.0), opensource.guide (CC BY 4.0), the Hugging Face course (Apache-2.0), the CNCF
  glossary (CC BY 4.0), and 2,500 short pairs each of the documentation of Python (PSF licence),
  TensorFlow (CC BY 4.0, Apache-2.0), React (CC BY 4.0) and Astro (MIT).
- Plain sentences of the body's text (see the card of `fillmask`) and of CLINC150 (CC BY 3.0).
- Compared by people: KLUE-STS and KLUE-NLI (CC BY-SA 4.0), KorSTS, training part (CC BY-SA 4.0 as
  stated; the English original was left out), SNLI, the official dev set (CC BY-SA 4.0), ParaKQC
  (CC BY-SA 4.0), Question_pair by Youngsook Song (MIT)."""


def meaning_card(figures: Figures, measured: Figures) -> str:
    """The whole card."""
    front = front_matter(
        "sentence-similarity",
        ["ko", "en"],
        ["klue/klue", "stanfordnlp/snli"],
        ["bert", "korean", "sentence-transformers", "feature-extraction"],
    ).replace("library_name: transformers", "library_name: sentence-transformers")
    return f"""{front}
# Meaning of Korean and English sentences, as vectors of one space

한국어와 영어 문장을 256개의 수로 바꿔요. 뜻이 비슷한 문장은 말이 달라도 가까이 놓여요.

A network of the size and the pieces of the `fillmask` body beside it ({millions(figures)}
parameters), the mean over its tokens at length one: a standard `BertModel` with the files by which
sentence-transformers pools and normalizes. The cosine of two vectors says how alike two sentences
are. Weights are stored in float16, and every figure is of the stored ones; load them with
`dtype=torch.float32` on a processor.

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("models/bundled/meaning", model_kwargs={{"dtype": "float32"}})
model.similarity(model.encode(["배가 고파요"]), model.encode(["I am hungry"]))
```

## How well it does

{figures_section("meaning", measured)}

Rows of the official test sets; of STS-B and KorSTS {_rows(measured, "sts_ko")} of 1,379 and of
Tatoeba 500 of 1,000, the others being kept for judging later versions. Few rows a label: a linear
classifier on the frozen vectors, the mean of three draws, on at most 1,000 test rows; the floor is
the better of the same on the body's vectors and TF-IDF (characters 1-4) with a linear classifier.
By description: the nearest of our own sentences about each label, on at most 2,000 rows; the floor
is chance. The English teacher reaches 82.0 on STS-B (test and held-out rows). The rows of TREC,
Banking77 and Snips were not even read as plain text; headlines of YNAT's and sentences of 3i4K's
training part were, without their labels.

## Examples

Our own pairs, as the stored weights see them:

| | | cosine |
|---|---|---|
{_examples(figures)}

## Training

First the pieces' vectors alone, as if a sentence were their sum, were fitted to where the teachers
have each sentence: {WORD_STEPS:,} batches of 1,024. The layers then began with nothing to add
(docs/adr/0017-meaning.md). {_runs(figures)}
In each round of five batches three imitate two teachers, which are needed for training alone:
Google's multilingual Universal Sentence Encoder (Apache-2.0) and, in English, all-MiniLM-L6-v2
(Apache-2.0), which counts {figures["english_part"]:.0%} there. Their vectors, one beside the other,
were turned onto the {_directions(figures)} directions in which sentences differ most; both sides of
a translation are to reach one point there.{_body(figures)}
A sentence is to reach its place, and the shares of likeness to the other sentences of the batch
that the place has. One batch of the five is about the order in which people put pairs by likeness
(CoSENT), and one about finding what follows from a sentence or means the same among what does not.
`python -m bundled_recipe.meaning --data DIR` does it again, though not bit for bit: the clock
decides how many steps fit.

{_lessons(figures)}

## Data

{_SOURCES}

Some of this is share-alike, so these weights are offered under CC BY-SA 4.0. No sentence of a test
or dev set was trained on, nor any text that repeats one. What the two
teachers learnt from overlaps with the sources of STS-B (SNLI, captions of pictures).

## Limits

- Opposites lie close together (“love”, “hate”; 재미있었어요, 재미없었어요): it tells what a
  sentence is about better than what it says about it. The pairs above show it.
- Names, numbers and rare words hardly change a vector; translations that differ only in these are
  mixed up.
- It learnt from single sentences of up to 64 tokens. Of a longer text the vector is a blur.
- Slang, irony and dialect are mostly read by their words.
- Likeness is learnt from what people and two other networks find alike, with their prejudices. Do
  not use it to judge people.
"""


_WIDTH = 256


def _directions(figures: Figures) -> int:
    """How many numbers are the teachers'; the first weights had none of the body's."""
    return _WIDTH - _WIDTH // BODY_SHARE if "body_part" in figures else _WIDTH


def _body(figures: Figures) -> str:
    if "body_part" not in figures:
        return ""
    return f""" Neither teacher keeps how a thing is said,
whether it asks or commands: the other {_WIDTH // BODY_SHARE} numbers are those of the body's own
vector, which counts {figures["body_part"]:.0%} in a cosine."""


def _rows(measured: Figures, key: str) -> int:
    rows: int = measured["results"][key]["rows"]
    return rows


def _examples(figures: Figures) -> str:
    return "\n".join(
        f"| {first} | {second} | {cosine:.2f} |" for first, second, cosine in figures["examples"]
    )


def _runs(figures: Figures) -> str:
    runs = [*figures["before"], figures["training"]]
    steps, texts = (sum(run[key] for run in runs) for key in ("steps", "texts"))
    times = " and ".join(minutes(run["seconds"]) for run in runs)
    return f"""{times} on {place(figures)}, beside other work: {steps:,} steps,
{texts:,} sentences to imitate in batches of {figures["settings"]["batch_size"]}, peak learning rate
{figures["settings"]["learning_rate"]:g}."""


def _lessons(figures: Figures) -> str:
    counts = figures["lessons"]
    return f"""It learnt from {counts["pairs"]:,} translation pairs, {counts["korean"]:,} Korean and
{counts["english"]:,} English sentences, {counts["scored"]:,} pairs with people's scores and
{counts["triples"]:,} pairs of which one follows from the other, means the same or wants the
same."""
