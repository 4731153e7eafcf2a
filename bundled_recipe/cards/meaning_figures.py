"""What `meaning` is measured on: likeness, translations, few examples, labels by description."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bundled_recipe.body.vocabulary import load_tokenizer
from bundled_recipe.cards.results import Result
from bundled_recipe.meaning.encoder import embed, load_encoder
from bundled_recipe.meaning.measuring import rank_correlation, translations_found
from bundled_recipe.meaning.teachers import Encoder, Vectors, unit
from bundled_recipe.meaning.texts import Pair, Scored, read_scored, rows
from bundled_recipe.texts.examples import TOPICS

LIKENESS = {"sts_en": "sts_en_stsb", "sts_ko": "sts_ko_korsts", "sts_klue": "sts_ko_klue"}
FEW = {
    "trec": ("trec", "label_name", (8, 32, 128)),
    "intents": ("intent3i4k", "label_name", (8, 32, 128)),
    "banking": ("intent_en_banking77", "label", (8,)),
}
"""Sets by name: their files, the column of the label, and how many rows of each label."""
SEEDS = 3
_MEASURED_ROWS = 1_000
SNIPS = {
    "AddToPlaylist": "add a song to my playlist",
    "BookRestaurant": "book a table at a restaurant",
    "GetWeather": "what the weather will be like",
    "PlayMusic": "play some music",
    "RateBook": "rate a book with stars",
    "SearchCreativeWork": "find a film, game, book or song by its title",
    "SearchScreeningEvent": "when a film is shown at a cinema",
}
YNAT = {
    "IT과학": "정보기술과 과학, 인터넷과 스마트폰 소식",
    "경제": "경제와 증시, 기업과 부동산 소식",
    "사회": "사건과 사고, 교육과 노동 같은 사회 소식",
    "생활문화": "생활과 문화, 날씨와 여행, 공연과 책 소식",
    "세계": "다른 나라의 국제 소식",
    "스포츠": "축구와 야구 같은 스포츠 경기 소식",
    "정치": "대통령과 국회, 정당과 북한 같은 정치 소식",
}
"""How each label is described to the encoder: our own words, chosen before any was measured."""


def measure_meaning(data: Path, out: Path) -> dict[str, Result]:
    """Every figure of the encoder in ``out``, each beside what the better floor reaches."""
    ours = encoder_of(out / "meaning")
    body = encoder_of(out / "fillmask")
    return {
        **_likeness(data, ours),
        **_translations(data, ours),
        **few_examples(data, ours, body),
        **_described(data, ours),
    }


def encoder_of(folder: Path) -> Encoder:
    """The mean over the tokens of the checkpoint in ``folder``, at length one; asks once a text."""
    ask = partial(embed, load_encoder(folder), load_tokenizer(folder))
    known: dict[str, Vectors] = {}

    def encode(texts: Sequence[str]) -> Vectors:
        new = list(dict.fromkeys(text for text in texts if text not in known))
        if new:
            known.update(zip(new, ask(new), strict=True))
        return np.stack([known[text] for text in texts])

    return encode


def _likeness(data: Path, ours: Encoder) -> dict[str, Result]:
    found: dict[str, Result] = {}
    for key, name in LIKENESS.items():
        scored = read_scored(data, f"{name}_test")
        floor = rank_correlation(_by_characters(scored), scored)
        found[key] = Result(rank_correlation(ours, scored), len(scored), floor=floor)
    return found


def _by_characters(scored: Sequence[Scored]) -> Encoder:
    """TF-IDF of one to four characters, weighed on the sentences themselves."""
    tfidf = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True)
    tfidf.fit([text for row in scored for text in (row.first, row.second)])
    return lambda texts: tfidf.transform(texts).toarray().astype(np.float32)


def _translations(data: Path, ours: Encoder) -> dict[str, Result]:
    found: dict[str, Result] = {}
    for name in ("tatoeba", "ntrex"):
        pairs: list[Pair] = [(row["ko"], row["en"]) for row in rows(data, f"parallel_{name}_test")]
        to_english, to_korean = translations_found(ours, pairs)
        found[f"{name}_to_english"] = Result(to_english, len(pairs))
        found[f"{name}_to_korean"] = Result(to_korean, len(pairs))
    return found


def few_examples(data: Path, ours: Encoder, body: Encoder) -> dict[str, Result]:
    """Macro-F1 of a linear classifier on frozen vectors, the mean of three draws of rows.

    The floor is the better of the same on the body's vectors and TF-IDF with a linear classifier.
    """
    found: dict[str, Result] = {}
    for key, (name, column, sizes) in FEW.items():
        train = [(row["text"], row[column]) for row in rows(data, f"{name}_train")]
        test = [(row["text"], row[column]) for row in rows(data, f"{name}_test")]
        test = _drawn(test, _MEASURED_ROWS)
        learners = [_on_vectors(each, [text for text, _ in test]) for each in (ours, body)]
        for size in sizes:
            figures = [_trial(train, test, size, each) for each in (*learners, _on_words)]
            found[f"few_{key}_{size}"] = Result(figures[0], len(test), floor=max(figures[1:]))
    return found


def _drawn(labelled: "Sequence[Labelled]", count: int) -> "list[Labelled]":
    """At most ``count`` of them, always the same."""
    order = np.random.default_rng(0).permutation(len(labelled))
    return [labelled[place] for place in order[:count]]


Labelled = tuple[str, str]
Learner = Callable[[list[str], list[str], list[str]], Sequence[str]]
"""Texts and labels to learn, and texts to answer for, to answers."""


def _trial(
    train: Sequence[Labelled], test: Sequence[Labelled], size: int, learner: Learner
) -> float:
    texts, truth = [text for text, _ in test], [label for _, label in test]
    figures = []
    for seed in range(SEEDS):
        drawn = draw_few(train, size, seed)
        answers = learner([text for text, _ in drawn], [label for _, label in drawn], texts)
        figures.append(f1_score(truth, answers, average="macro"))
    return float(100 * np.mean(figures))


def draw_few(train: Sequence[Labelled], size: int, seed: int) -> list[Labelled]:
    """At most ``size`` rows of each label, at random."""
    by_label: dict[str, list[Labelled]] = {}
    for place in np.random.default_rng(seed).permutation(len(train)):
        row = train[place]
        by_label.setdefault(row[1], []).append(row)
    return [row for label in sorted(by_label) for row in by_label[label][:size]]


def _on_vectors(encode: Encoder, asked: list[str]) -> Learner:
    """A learner for the texts ``asked``, which are encoded once."""
    vectors = encode(asked)

    def answer(texts: list[str], labels: list[str], _: list[str]) -> Sequence[str]:
        model = LogisticRegression(C=10.0, max_iter=1000, class_weight="balanced")
        answers: list[str] = model.fit(encode(texts), labels).predict(vectors).tolist()
        return answers

    return answer


def _on_words(texts: list[str], labels: list[str], asked: list[str]) -> Sequence[str]:
    tfidf = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True)
    model = make_pipeline(tfidf, LinearSVC(class_weight="balanced"))
    answers: list[str] = model.fit(texts, labels).predict(asked).tolist()
    return answers


def _described(data: Path, ours: Encoder) -> dict[str, Result]:
    """Percent whose own label's description is the nearest."""
    snips = [(row["text"], row["label"]) for row in rows(data, "intent_en_snips_test")]
    ynat = [(row["text"], TOPICS[int(row["label"])]) for row in rows(data, "ynat_dev")]
    return {
        "described_snips": _nearest(ours, snips, SNIPS),
        "described_ynat": _nearest(ours, _drawn(ynat, 2 * _MEASURED_ROWS), YNAT),
    }


def _nearest(ours: Encoder, labelled: Sequence[Labelled], described: dict[str, str]) -> Result:
    labels = list(described)
    texts = unit(ours([text for text, _ in labelled]))
    answers = (texts @ unit(ours(list(described.values()))).T).argmax(axis=1)
    right = [labels[answer] == label for answer, (_, label) in zip(answers, labelled, strict=True)]
    return Result(100 * float(np.mean(right)), len(labelled), floor=100 / len(labels))
