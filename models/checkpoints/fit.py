"""Whether weights and network fit: nothing random where it matters, and no weight without a place.

transformers only logs what is missing and what it drops, and answers all the same.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from models.checkpoints.files import architecture_of, broken, folder_of, read_config
from models.checkpoints.weights_header import Weights
from models.errors import BrokenCheckpoint, FreshHead, ModelError, OtherHeadSize
from models.reasons import Reason
from models.results import Checkpoint

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_OF_NO_USE = re.compile(
    r"pooler|(^|[._])(loss|criterion)|(position|token_type)_ids$|inv_freq$|masked_bias$"
    r"|num_batches_tracked$|\.version$"
)
"""Names of what is no part of an answer: poolers that a head does without, buffers of old
versions, and the weights of a loss."""
_HEAD_PICKLES = ("model_head.pkl", "model_head.joblib", "config_setfit.json")
"""Where SetFit keeps a head of scikit-learn's, and what stands beside it; of the Hub's
repositories, no pickle is fetched."""
_RELATED = (
    *("AutoModel", "AutoModelForPreTraining", "AutoModelForMaskedLM", "AutoModelForCausalLM"),
    *("AutoModelForSeq2SeqLM", "AutoModelForSequenceClassification"),
    *("AutoModelForTokenClassification", "AutoModelForQuestionAnswering"),
    *("AutoModelForMultipleChoice", "AutoModelForNextSentencePrediction"),
)


def require_fit(
    checkpoint: Checkpoint,
    model: "PreTrainedModel",
    report: dict[str, Any],
    weights: Weights,
    *,
    is_to_be_trained: bool,
) -> bool:
    """Return whether the head has to be trained first, which only a training may do.

    Raises:
        BrokenCheckpoint: a part of the body is random, or weights would be dropped.
        OtherHeadSize: the head has another number of outputs than there are labels.
        FreshHead: it has no trained weights.
    """
    if any(tensor.is_meta for tensor in (*model.parameters(), *model.buffers())):
        raise RuntimeError(f"transformers left weights of {checkpoint.full_name} on meta")
    is_body = model.base_model is model
    body = "" if is_body else model.base_model_prefix + "."
    random = {str(entry[0]) for entry in report["mismatched_keys"]} | set(report["missing_keys"])
    if any(key.startswith(body) and not _is_of_head(key) for key in random):
        raise broken(checkpoint, Reason.WEIGHTS_UNFIT)
    dropped = list(_without_a_place(model, report["unexpected_keys"]))
    if of_body := [key for key in dropped if key.startswith(_starts(model, weights))]:
        raise _dropping(checkpoint, of_body[0])
    if is_body:
        return False  # whatever head it has is not needed
    if is_to_be_trained or not (random or dropped):
        return bool(random)
    _require_size(checkpoint, report["mismatched_keys"])
    if dropped and (not random or is_classifier(checkpoint)):
        raise _dropping(checkpoint, dropped[0])
    raise without_head(checkpoint)


def _is_of_head(key: str) -> bool:
    """Whether a part of the body is as fresh as a head.

    What classifies looks through a pooler, and Perceiver through the decoder in its body.
    """
    return "pooler" in key or key.startswith("perceiver.decoder.")


def without_head(checkpoint: Checkpoint) -> ModelError:
    """Return why there is no head: nobody has trained one, or it is a pickle of SetFit's."""
    folder = folder_of(checkpoint)
    if any((folder / name).exists() for name in _HEAD_PICKLES):
        return broken(checkpoint, Reason.HEAD_PICKLED)
    return FreshHead(name=checkpoint.full_name)


def _starts(model: "PreTrainedModel", weights: Weights) -> tuple[str, ...]:
    """How the names of the body's weights begin; those of a body that was saved alone vary."""
    body = model.base_model_prefix + "."
    if any(name.startswith(body) for name in weights.shapes):
        return (body,)
    return tuple(f"{name}." for name, _ in model.base_model.named_children())


def is_classifier(checkpoint: Checkpoint) -> bool:
    """Whether it was saved with a head that classifies."""
    return (architecture_of(read_config(checkpoint)) or "").endswith("ForSequenceClassification")


def _without_a_place(model: "PreTrainedModel", unexpected: Iterable[str]) -> Iterator[str]:
    """The weights that no network of this family has, whatever its head."""
    strange = sorted(key for key in unexpected if not _OF_NO_USE.search(key))
    if not strange:
        return
    body = model.base_model_prefix + "."
    known = {key.removeprefix(body) for key in _known_weights(model)}
    yield from (key for key in strange if key.removeprefix(body) not in known)


def _known_weights(model: "PreTrainedModel") -> Iterator[str]:
    import transformers  # noqa: PLC0415 - seconds long, see models.runtime

    for name in _RELATED:
        related = getattr(transformers, name)._model_mapping.get(type(model.config), None)
        for kind in related if isinstance(related, tuple) else (related,):
            yield from _weights_of(kind, model) if kind else ()


def _weights_of(kind: "type[PreTrainedModel]", model: "PreTrainedModel") -> list[str]:
    import torch  # noqa: PLC0415

    # Not every head can be made of every config: DistilBERT's multiple choice wants two labels.
    with suppress(Exception), torch.device("meta"):
        return list(kind(model.config).state_dict())
    return []


def _require_size(checkpoint: Checkpoint, mismatched: Iterable[tuple[str, Any, Any]]) -> None:
    for _, stored, wanted in mismatched:
        if tuple(stored)[1:] == tuple(wanted)[1:]:
            raise OtherHeadSize(
                name=checkpoint.full_name, outputs=int(stored[0]), labels=int(wanted[0])
            )


def _dropping(checkpoint: Checkpoint, key: str) -> BrokenCheckpoint:
    return broken(checkpoint, Reason.WEIGHTS_UNUSED.of(key))
