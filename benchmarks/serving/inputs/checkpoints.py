"""Makes the checkpoints on the spot: a random body, and a head that was fitted to seven labels.

A random head has margins near nothing, so whether two engines give the same label would be chance.
Five labels are topics of made-up words. The others are English and Korean, spelled by letters and
syllables, since the texts on which engines must agree are of these.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import models.bundled
from benchmarks.serving.inputs import trained, words
from benchmarks.serving.inputs.examples import LABELS, made_up, speaker, spread, texts_for
from benchmarks.serving.plan import BUNDLED, Body

if TYPE_CHECKING:
    from transformers import BertForSequenceClassification, PreTrainedTokenizerBase

VOCABULARY = 30_522
LIMIT = 512
FACTS = "benchmark.json"
_VERSION = 6
"""Count up when anything here changes what is made."""
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,!?'-"
_BYTES_OF_A_SYLLABLE = 2
"""Of one that the standard has; others are put together from letters."""
_BATCH = 16
_HELD_OUT = 0.2
_FIT_TOKENS = 128


def made(body: Body, work: Path, data: Path | None = None) -> Path:
    """Return the folder of a checkpoint; make it where there is none yet.

    Raises:
        Missing: what it is made from is not there.
    """
    if body.name in BUNDLED:
        return Path(models.bundled.__path__[0]) / body.name
    folder = work / _key(body) / body.name
    if not (folder / FACTS).exists():
        unfinished = folder.with_name("unfinished")
        shutil.rmtree(folder.parent, ignore_errors=True)
        made_of = (
            trained.train(body, unfinished, data) if body.training else _make(body, unfinished)
        )
        (unfinished / FACTS).write_text(json.dumps(made_of), "utf-8")
        unfinished.rename(folder)
    return folder


def _key(body: Body) -> str:
    if body.training:
        return f"{body.name}-{body.training.steps}-{trained.VERSION}"
    return f"{body.name}-{body.hidden}x{body.layers}-{_VERSION}"


def facts(body: Body, folder: Path) -> dict[str, Any]:
    """Return the sizes of a checkpoint, and of one made here how well its head fits."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    names = ("hidden_size", "num_hidden_layers", "intermediate_size", "vocab_size")
    sizes = {name: config[name] for name in names} | {"labels": len(config["id2label"])}
    path = folder / FACTS
    return sizes | (json.loads(path.read_text("utf-8")) if path.exists() else {})


def speaker_of(body: Body, folder: Path) -> words.Speaker:
    """Return who speaks the language of a checkpoint."""
    return words.speak_from(trained.held_out(folder)) if body.training else speaker(body.name)


def own_texts(body: Body, folder: Path, data: Path | None, count: int) -> list[str]:
    """Return what a checkpoint is tested on; it has learned from none of it."""
    if body.training:
        return spread(trained.held_out(folder), count)
    return texts_for(body.name, data, count)


def _make(body: Body, folder: Path) -> dict[str, Any]:
    import torch  # noqa: PLC0415
    from transformers import BertConfig, BertForSequenceClassification  # noqa: PLC0415

    torch.manual_seed(body.hidden)
    config = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=body.hidden,
        num_hidden_layers=body.layers,
        num_attention_heads=body.heads,
        intermediate_size=body.intermediate,
        max_position_embeddings=LIMIT,
        id2label=dict(enumerate(LABELS)),
        # With BERT's own 0.02 an untrained body hardly tells one text from another.
        initializer_range=body.hidden**-0.5,
    )
    model = BertForSequenceClassification(config)
    model.train(False)
    tokenizer = _tokenizer()
    _gather_topics(model, tokenizer)
    fit = _fit_head(model, tokenizer, body)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return {"body": asdict(body)} | fit


def _tokenizer() -> "PreTrainedTokenizerBase":
    from transformers import BertTokenizer  # noqa: PLC0415

    whole = [*_SPECIAL, *_LETTERS, *_syllables(), *words.pseudo_words()]
    pieces = [f"##{piece}" for piece in [*_LETTERS, *_syllables(), *words.endings()]]
    known = list(dict.fromkeys([*whole, *pieces]))
    known += [f"[unused{number}]" for number in range(VOCABULARY - len(known))]
    places = {token: place for place, token in enumerate(known)}
    return BertTokenizer(vocab=places, strip_accents=False, model_max_length=LIMIT)


def _syllables() -> list[str]:
    """Return the 2,350 syllables of Korea's first standard, which are all that people use."""
    every = (chr(code) for code in range(0xAC00, 0xD7A4))
    return [each for each in every if len(each.encode("euc_kr")) == _BYTES_OF_A_SYLLABLE]


def _gather_topics(
    model: "BertForSequenceClassification", tokenizer: "PreTrainedTokenizerBase"
) -> None:
    """Draw together what belongs to a label, as training does."""
    import torch  # noqa: PLC0415

    known = tokenizer.get_vocab()
    table = model.bert.embeddings.word_embeddings.weight
    with torch.no_grad():
        for pieces in (*map(words.words_of, range(words.TOPICS)), _LETTERS, _syllables()):
            both = [*pieces, *(f"##{piece}" for piece in pieces)]
            places = [known[piece] for piece in both if piece in known]
            table[places] += torch.randn(table.shape[1]) * table.std()


def _fit_head(
    model: "BertForSequenceClassification", tokenizer: "PreTrainedTokenizerBase", body: Body
) -> dict[str, float]:
    """Put a logistic regression on the pooled features into the classifier's weights."""
    import torch  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    examples = made_up(body.fitted_on)
    said, labels = [text for text, _ in examples], [LABELS.index(label) for _, label in examples]
    features = _pooled(model, tokenizer, said)
    mean, scale = features.mean(0), features.std(0) + 1e-6
    held = round(_HELD_OUT * len(said))
    fit = LogisticRegression(C=0.01, max_iter=500)
    fit.fit(((features - mean) / scale)[held:], labels[held:])
    weights = fit.coef_ / scale
    with torch.no_grad():
        model.classifier.weight.copy_(torch.from_numpy(weights))
        model.classifier.bias.copy_(torch.from_numpy(fit.intercept_ - weights @ mean))
    scores = np.sort(fit.predict_proba(((features - mean) / scale)[:held]), axis=1)
    right = fit.score(((features - mean) / scale)[:held], labels[:held])
    margin = float(np.median(scores[:, -1] - scores[:, -2]))
    return {"held_out_accuracy": round(float(right), 3), "median_margin": round(margin, 3)}


def _pooled(
    model: "BertForSequenceClassification",
    tokenizer: "PreTrainedTokenizerBase",
    said: Sequence[str],
) -> NDArray[np.float64]:
    import torch  # noqa: PLC0415

    order = sorted(range(len(said)), key=lambda place: len(said[place]))
    rows: dict[int, NDArray[np.float64]] = {}
    for start in range(0, len(order), _BATCH):
        chosen = order[start : start + _BATCH]
        batch = tokenizer(
            [said[place] for place in chosen],
            padding=True,
            truncation=True,
            max_length=_FIT_TOKENS,
            return_tensors="pt",
        )
        with torch.inference_mode():
            pooled = model.bert(**batch).pooler_output.double().numpy()
        rows |= dict(zip(chosen, pooled, strict=True))
    return np.stack([rows[place] for place in range(len(said))])
