"""Reading a checkpoint to train or to measure, and writing the one that comes of it."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from models.checkpoints.certainty.calibration import CONFIG_KEY
from models.checkpoints.certainty.letters import LetterTable, read_letters
from models.checkpoints.configs import labels_of
from models.checkpoints.folder_contents import is_of_a_tokenizer
from models.checkpoints.loading import LoadedModel, embedded_tokens, load_config, load_model
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.padding import Padding, padding_of
from models.errors import FreshHead, WrongTask
from models.finetune.checks import TrainingError, checkpoint_in, require_trainable
from models.finetune.network.head import Head, Wanted, draw_afresh, join, last_layer, spread_of
from models.finetune.network.schedule import LONGEST_TEXT
from models.reasons import Reason
from models.results import Checkpoint
from models.tasks.classification import CLASSIFICATION
from models.tasks.registry import load_for
from models.tasks.tokens.encoding import Encoded, TextEncoder

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

_BESIDE_A_TOKENIZER = {"special_tokens_map.json", "added_tokens.json", "merges.txt"}


@dataclass(frozen=True, slots=True)
class TrainableClassifier:
    """A loaded checkpoint with what is needed to feed it."""

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    encoder: TextEncoder
    padding: Padding
    letters: LetterTable | None = None
    """What is added to its logits when it answers; a training goes on without it."""
    fresh: tuple[str, ...] = ()
    """The labels whose rows of the head were drawn, so that they know nothing yet."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its answers, in the order of its logits."""
        return _names(self.model.config)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Each text as the network sees it."""
        return self.encoder.encode(texts)


def load_base(
    folder: Path,
    labels: Sequence[str],
    *,
    is_multi_label: bool = False,
    renamed: Mapping[str, str] | None = None,
) -> tuple[TrainableClassifier, Head]:
    """The checkpoint as a classifier of `labels`, with what it knows of them already.

    Where the base is a trained classifier that decides in the same way, the rows of the labels that
    both have are kept, in our order. All others are drawn from torch's random state.

    Args:
        folder: of the checkpoint.
        labels: what it shall decide about.
        is_multi_label: each of them is decided by itself; else one is chosen.
        renamed: what labels of the base are called by now that it knows by other names.
    """
    wanted = Wanted(tuple(labels), is_multi_label, renamed or {})
    checkpoint = checkpoint_in(folder)
    require_trainable(checkpoint)
    with _threads_kept():
        config = load_config(checkpoint)
        known = _names(config)
        is_alike = _problem_type(config) == wanted.problem_type
        if is_alike and wanted.rows_of(known) and not (found := _load(checkpoint)).is_head_fresh:
            return _joined(found, known, wanted)
        loaded = _load(checkpoint, wanted)
    draw_afresh(last_layer(loaded.model, len(wanted.labels)), spread_of(loaded.model))
    return _trainable(loaded, LONGEST_TEXT, wanted.labels), Head.FRESH


def load_trained(folder: Path) -> TrainableClassifier:
    """A classifier to be measured as it is; it must have all of its weights."""
    try:
        with _threads_kept():
            classifier = _trainable(load_for(checkpoint_in(folder), CLASSIFICATION))
        letters = read_letters(folder, len(classifier.labels))
        return replace(classifier, letters=LetterTable(letters) if letters else None)
    except (FreshHead, WrongTask) as error:
        raise TrainingError(Reason.CURRENT_WITHOUT_HEAD) from error


def save(classifier: TrainableClassifier, base: Path, folder: Path) -> None:
    """Write config, weights and tokenizer; the tokenizer's files are the base's own, unchanged.

    The weights stay 32 bits wide: half as wide they would be trained from worse the next time,
    and a processor computes with them several times slower.
    """
    classifier.model.save_pretrained(folder)
    beside = _BESIDE_A_TOKENIZER.union(classifier.tokenizer.vocab_files_names.values())
    for file in base.iterdir():
        if file.is_file() and (is_of_a_tokenizer(file.name) or file.name in beside):
            shutil.copyfile(file, folder / file.name)


def _load(checkpoint: Checkpoint, wanted: Wanted | None = None) -> LoadedModel:
    """Load it to be trained, with a head of its own labels or of others."""
    adapt = partial(_make_classifier_of, wanted) if wanted else lambda _: None
    return load_model(checkpoint, CLASSIFICATION.auto_class, adapt)


def _joined(
    loaded: LoadedModel, known: tuple[str, ...], wanted: Wanted
) -> tuple[TrainableClassifier, Head]:
    join(loaded.model, known, wanted)
    _make_classifier_of(wanted, loaded.model.config)
    kept = wanted.rows_of(known)
    fresh = tuple(label for label in wanted.labels if label not in kept)
    classifier = _trainable(loaded, LONGEST_TEXT, fresh)
    if list(kept.values()) == list(range(len(known))) and not fresh:
        return classifier, Head.KEPT
    is_same = len(set(kept.values())) == len(known) and not fresh
    return classifier, Head.REORDERED if is_same else Head.JOINED


def _problem_type(config: "PreTrainedConfig") -> str:
    """One label is chosen unless the config says otherwise."""
    return str(config.problem_type or Wanted(()).problem_type)


def _make_classifier_of(wanted: Wanted, config: "PreTrainedConfig") -> None:
    config.id2label = dict(enumerate(wanted.labels))
    config.label2id = {label: number for number, label in enumerate(wanted.labels)}
    config.problem_type = wanted.problem_type
    # Measured on the base's own answers; the new one's come when it is trained.
    config.__dict__.pop(CONFIG_KEY, None)


@contextmanager
def _threads_kept() -> Iterator[None]:
    """Loading leaves torch one, for a bot that answers; a training has its process to itself."""
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _trainable(
    loaded: LoadedModel, most_tokens: int | None = None, fresh: tuple[str, ...] = ()
) -> TrainableClassifier:
    """Feed it as it is fed when it answers, but in a training with no more tokens than teach."""
    tokenizer = text_tokenizer(loaded.tokenizer)
    padding = padding_of(loaded.model, tokenizer.facts)
    encoder = TextEncoder(
        tokenizer,
        min(loaded.limit, most_tokens or loaded.limit),
        "token_type_ids" in padding.inputs,
        embedded_tokens(loaded.model),
    )
    return TrainableClassifier(loaded.model, loaded.tokenizer, encoder, padding, fresh=fresh)


def _names(config: Any) -> tuple[str, ...]:  # noqa: ANN401
    return tuple(name for _, name in labels_of(config))
