"""What transformers knows of the checkpoints that came with Tokki, written down beside them.

So nobody waits for it who wants to see how a text is cut or what a network is made of. It is true
of the files whose digest it has; whoever changes them asks transformers.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from models.checkpoints.files import digest_of, folder_of
from models.checkpoints.folder_contents import CONFIG_FILE, TOKENIZER_FILE
from models.checkpoints.line_tokenizer import FileLines, LineFacts, LineTokenizer, TransformersLines
from models.checkpoints.loading import load_tokenizer
from models.checkpoints.network_facts import NetworkFacts
from models.results import Checkpoint, Origin

FACTS_FILE = "facts.json"
_ABOUT = (CONFIG_FILE, TOKENIZER_FILE, "tokenizer_config.json")


@dataclass(frozen=True, slots=True)
class ShippedFacts:
    """Of one checkpoint."""

    sha256: str
    tokenizer: LineFacts
    network: NetworkFacts | None
    """None where a tokenizer comes alone."""


def find_facts(checkpoint: Checkpoint) -> ShippedFacts | None:
    """Return what is known of a bundled checkpoint, if it is of the files that are there."""
    if checkpoint.origin is not Origin.BUNDLED:
        return None
    folder = folder_of(checkpoint)
    try:
        facts = TypeAdapter(ShippedFacts).validate_json((folder / FACTS_FILE).read_bytes())
        return facts if facts.sha256 == digest_of(folder, _ABOUT) else None
    except (OSError, ValidationError):
        return None


def write_facts(folder: Path, tokenizer: LineFacts, network: NetworkFacts | None) -> None:
    """Put down what is known of the files in a folder."""
    facts = ShippedFacts(digest_of(folder, _ABOUT), tokenizer, network)
    written = TypeAdapter(ShippedFacts).dump_json(facts, indent=1)
    (folder / FACTS_FILE).write_bytes(written + b"\n")


def line_tokenizer(checkpoint: Checkpoint) -> LineTokenizer:
    """Load a tokenizer to show how it cuts: one that came with Tokki by its file alone.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    facts = find_facts(checkpoint)
    if facts is None:
        return TransformersLines(load_tokenizer(checkpoint))
    from tokenizers import Tokenizer  # noqa: PLC0415 - not on the way to the first prompt

    file = folder_of(checkpoint) / TOKENIZER_FILE
    return FileLines(Tokenizer.from_file(str(file)), facts.tokenizer)
