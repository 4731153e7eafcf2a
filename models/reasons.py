"""Why a checkpoint cannot be used, a fetch or a training failed: a code, with one fact at most.

It travels as plain text, `code` or `code:fact`, through errors, logs, the training's pipe and the
table of jobs. The sentences stand in handlers/texts, reasons.en.toml and reasons.ko.toml.
"""

from enum import StrEnum

from models.canonical import one_line


class Reason(StrEnum):
    """One is given as it is, or with its fact: `Reason.FILE_UNREADABLE.of("config.json")`."""

    # The files of a checkpoint.
    FOLDER_MISSING = "folder_missing"
    FOLDER_UNREADABLE = "folder_unreadable"
    FOLDER_EMPTY = "folder_empty"
    FOLDER_INSIDE = "folder_inside"
    FOLDER_TOO_FULL = "folder_too_full"
    CONFIG_MISSING = "config_missing"
    CONFIG_LACKS = "config_lacks"
    CONFIG_ONE_LABEL = "config_one_label"
    CONFIG_UNFIT = "config_unfit"
    CONFIG_UNWORKABLE = "config_unworkable"
    CONFIG_ABSURD = "config_absurd"
    CONFIG_TOO_LARGE = "config_too_large"
    FILE_UNREADABLE = "file_unreadable"
    FILE_TOO_LARGE = "file_too_large"
    FILE_NO_OBJECT = "file_no_object"
    FILE_ABSURD = "file_absurd"
    FILE_POINTER = "file_pointer"
    FILE_NO_FILE = "file_no_file"
    FILE_ASTRAY = "file_astray"
    FILES_TOO_SLOW = "files_too_slow"
    FILES_TOO_HEAVY = "files_too_heavy"
    FILES_END_READER = "files_end_reader"
    FILES_UNREADABLE = "files_unreadable"
    TYPE_RANDOM = "type_random"
    TYPE_NEEDS_KERNEL = "type_needs_kernel"
    TYPE_UNKNOWN = "type_unknown"
    ADAPTER = "adapter"
    MODULE_UNKNOWN = "module_unknown"
    FIRST_TEXT_FAILS = "first_text_fails"

    # Its weights.
    WEIGHTS_MISSING = "weights_missing"
    WEIGHTS_MISNAMED = "weights_misnamed"
    WEIGHTS_INDEX_MISSING = "weights_index_missing"
    WEIGHTS_GGUF = "weights_gguf"
    WEIGHTS_ONNX = "weights_onnx"
    WEIGHTS_OTHER_PROGRAM = "weights_other_program"
    WEIGHTS_UNUSED = "weights_unused"
    HEAD_PICKLED = "head_pickled"
    WEIGHTS_NO_SAFETENSORS = "weights_no_safetensors"
    WEIGHTS_UNREADABLE = "weights_unreadable"
    WEIGHTS_CUT_SHORT = "weights_cut_short"
    WEIGHTS_HEADER_UNREADABLE = "weights_header_unreadable"
    WEIGHTS_HEADER_ABSURD = "weights_header_absurd"
    WEIGHTS_INDEX_UNREADABLE = "weights_index_unreadable"
    WEIGHTS_INDEX_ASTRAY = "weights_index_astray"
    WEIGHTS_SHARD_MISSING = "weights_shard_missing"
    WEIGHTS_QUANTIZED = "weights_quantized"
    WEIGHTS_UNFIT = "weights_unfit"
    WEIGHTS_NO_NUMBERS = "weights_no_numbers"

    # Its tokenizer.
    TOKENIZER_MISSING = "tokenizer_missing"
    TOKENIZER_ALONE = "tokenizer_alone"
    TOKENIZER_GIVES_UP = "tokenizer_gives_up"
    PACKAGE_MISSING = "package_missing"
    TOKENIZER_UNREADABLE = "tokenizer_unreadable"
    TOKENIZER_EMPTY = "tokenizer_empty"
    TOKENIZER_WITHOUT_MASK = "tokenizer_without_mask"
    TOKENIZER_MASK_UNKNOWN = "tokenizer_mask_unknown"
    TOKENIZER_WITHOUT_PLACES = "tokenizer_without_places"
    TOKENIZER_TOO_LARGE = "tokenizer_too_large"
    TEMPLATE_FAILS = "template_fails"

    # What stays with torch.
    ENGINE_FAMILY = "engine_family"
    ENGINE_PART = "engine_part"
    ENGINE_TASK = "engine_task"
    ENGINE_TOKENIZER = "engine_tokenizer"
    ENGINE_VALUES = "engine_values"
    ENGINE_DISAGREES = "engine_disagrees"
    ENGINE_FAILS = "engine_fails"

    # The Hub.
    OFFLINE = "offline"
    UNREACHABLE = "unreachable"
    BROKEN_OFF = "broken_off"
    DRIPPING = "dripping"
    RATE_LIMITED = "rate_limited"
    RATE_LIMITED_SECONDS = "rate_limited_seconds"
    RATE_LIMITED_MINUTES = "rate_limited_minutes"
    SERVER = "server"
    ODD_ANSWER = "odd_answer"
    PAGE_INSTEAD = "page_instead"
    NOT_FOUND = "not_found"
    NO_REVISION = "no_revision"
    GATED = "gated"
    NO_ACCESS = "no_access"
    BAD_TOKEN = "bad_token"  # noqa: S105 - not a token
    FORBIDDEN = "forbidden"
    MAY_NOT_WRITE = "may_not_write"
    NAME_TAKEN = "name_taken"
    NEEDS_PLAN = "needs_plan"
    UPLOAD_BROKEN_OFF = "upload_broken_off"
    DAMAGED = "damaged"
    HUB_POINTER = "hub_pointer"
    CACHE = "cache"
    DISK_FULL = "disk_full"

    # A training.
    LABELS_TOO_FEW = "labels_too_few"
    LABELS_ALIKE = "labels_alike"
    LABELS_LOST = "labels_lost"
    LABEL_UNKNOWN = "label_unknown"
    LABEL_WITHOUT_EXAMPLE = "label_without_example"
    EXAMPLES_MISSING = "examples_missing"
    HELD_OUT_MISSING = "held_out_missing"
    EPOCHS_MISSING = "epochs_missing"
    OUTPUT_EXISTS = "output_exists"
    BASE_MISSING = "base_missing"
    BASE_UNREADABLE = "base_unreadable"
    BASE_OTHER_TASK = "base_other_task"
    BASE_HEAD_UNKNOWN = "base_head_unknown"
    CURRENT_UNREADABLE = "current_unreadable"
    CURRENT_WITHOUT_HEAD = "current_without_head"
    DIVERGED = "diverged"
    MEMORY_FULL = "memory_full"
    TRAINING_BROKE_OFF = "training_broke_off"
    TRAINING_SILENT = "training_silent"
    TRAINING_KILLED = "training_killed"
    TRAINING_HELD = "training_held"

    # Other machines.
    RAY_STARTING = "ray_starting"
    RAY_UNREACHABLE = "ray_unreachable"
    RAY_NO_RAY = "ray_no_ray"
    RAY_OTHER_VERSION = "ray_other_version"
    RAY_UNAUTHORIZED = "ray_unauthorized"
    RAY_REFUSES = "ray_refuses"
    RAY_SHUT = "ray_shut"
    RAY_NOT_READY = "ray_not_ready"
    STORE_MISSING = "store_missing"
    STORE_FULL = "store_full"
    STORE_DENIED = "store_denied"
    STORE_FAILED = "store_failed"
    STORE_CHANGED = "store_changed"

    def of(self, fact: object) -> str:
        """Return it with its fact, which may be a stranger's: one visible line, and a short one."""
        return f"{self}:{one_line(str(fact))}"

    def __repr__(self) -> str:
        """Be read in a log as it travels."""
        return repr(self.value)
