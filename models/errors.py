"""What can go wrong with a checkpoint. Each code has a sentence for people in handlers/texts.

ModelError
├── UnknownModel        no such name here; the nearest names that would do
├── ModelRefused        a rule forbids it: the allow-list, pickled weights, remote code, size
├── MachineTooSmall     the machine has not the memory for it, now
├── WrongTask           it exists, but cannot do what was asked
├── OtherHeadSize       its head has another number of outputs than its config has labels
├── BrokenCheckpoint    its files cannot be used
├── HubFailed           the Hub could not give it
├── LanguageMissing     it has not learned a language that is asked for
├── QuestionTooLong     beside the question there is no room for its context
├── Busy                too many are waiting
├── WaitedTooLong       the turn of a request did not come in time
├── TookTooLong         what was begun did not end in time
├── NoMask, NoMaskLeft   the text of a fill-mask has no mask, or it was cut off
├── TooManyMasks        more masks than an answer can show
└── TrainingFailed      the training process ended without a checkpoint
    └── TrainingKilled  … by no fault of its plan, which may go on
"""


class ModelError(Exception):
    """`code` names the sentence in texts/ (`error.<code>`), `facts` fill its blanks."""

    code = "model"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __reduce__(self) -> tuple[type["ModelError"], tuple[()], dict[str, object]]:
        """Come out of a pickle as it went in, facts and all."""
        return type(self), (), {"facts": self.facts, "args": self.args}


class BadValue(ValueError):
    """A value of a setting that cannot be used: `setting.<code>` in texts/ says why."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class UnknownModel(ModelError):
    """facts: name, nearest (list of names that exist, nearest first, perhaps empty)."""

    code = "unknown_model"


class ModelRefused(ModelError):
    """A rule forbids this checkpoint. facts: name, and what the code's sentence needs."""

    code = "model_refused"


class NotAllowed(ModelRefused):
    """Neither bundled nor on the allow-list in the settings. facts: name."""

    code = "model_not_allowed"


class UnsafeWeights(ModelRefused):
    """No safetensors, only pickled weights, which could run code. facts: name."""

    code = "unsafe_weights"


class NeedsRemoteCode(ModelRefused):
    """Works only with code from its repository, which Tokki never runs. facts: name."""

    code = "needs_remote_code"


class TooLarge(ModelRefused):
    """Does not fit. facts: name, size_mb, limit_mb, setting (the setting's name)."""

    code = "model_too_large"


class MachineTooSmall(ModelError):
    """It would fit the setting, but not the memory that is free. facts: name, size_mb, free_mb."""

    code = "machine_too_small"


class WrongTask(ModelError):
    """facts: name, can (task it is made for, "" when none), wanted (task), instead (names)."""

    code = "wrong_task"


class FreshHead(ModelError):
    """The head has no trained weights, so its answers would be random. facts: name."""

    code = "fresh_head"


class OtherHeadSize(ModelError):
    """The head is trained, but its config names other labels. facts: name, outputs, labels."""

    code = "other_head_size"


class BrokenCheckpoint(ModelError):
    """facts: name, reason (a `Reason`, as all of them)."""

    code = "broken_checkpoint"


class HubFailed(ModelError):
    """facts: name, reason."""

    code = "hub_failed"


class LanguageMissing(ModelError):
    """facts: name, language (its code), languages (codes of those it has)."""

    code = "language_missing"


class QuestionTooLong(ModelError):
    """facts: used (its tokens), maximum."""

    code = "question_too_long"


class Busy(ModelError):
    """The queue is full. facts: name, seconds (estimate until there is room)."""

    code = "busy"


class WaitedTooLong(ModelError):
    """Nothing was computed. facts: name, seconds (how long it waited)."""

    code = "waited_too_long"


class TookTooLong(ModelError):
    """It was given up, and is loaded anew. facts: name, seconds (how long it had)."""

    code = "took_too_long"


class NoMask(ModelError):
    """facts: mask (the checkpoint's own mask token)."""

    code = "no_mask"


class NoMaskLeft(ModelError):
    """The mask stood in the part that was cut. facts: used, total (tokens)."""

    code = "mask_cut"


class TooManyMasks(ModelError):
    """facts: masks, maximum."""

    code = "too_many_masks"


class TrainingFailed(ModelError):
    """facts: reason."""

    code = "training_failed"


class TrainingKilled(TrainingFailed):
    """facts: reason."""
