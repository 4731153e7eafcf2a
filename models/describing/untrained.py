"""What a classifier would have said before anybody taught it: its config, and weights of chance."""

from dataclasses import replace

from models.checkpoints.certainty.calibration import Calibration
from models.checkpoints.files import read_config
from models.checkpoints.loading import build_untrained
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.checkpoints.weights_header import read_weights
from models.results import Checkpoint, Classification
from models.tasks.classification import CLASSIFICATION, TextToClassify
from models.tasks.registry import require_task

_MOST_PARAMETERS = 200_000_000
"""It is built anew for each question, beside the one that is loaded."""


def untrained_answer(
    checkpoint: Checkpoint, question: TextToClassify, seed: int
) -> Classification | None:
    """Ask it once, and let it go; None where it is too large for that.

    Blocks: call it as a construction, in a pool thread.

    Raises:
        ModelError: the checkpoint cannot be used.
    """
    if read_weights(checkpoint).parameters > _MOST_PARAMETERS:
        return None
    from models.engines.torch_engine import TorchEngine  # noqa: PLC0415 - see models.runtime

    require_task(checkpoint, read_config(checkpoint), CLASSIFICATION)
    loaded = build_untrained(checkpoint, CLASSIFICATION.auto_class, seed)
    tokenizer = text_tokenizer(loaded.tokenizer)
    engine = TorchEngine(loaded.model, tokenizer.facts)
    config = CLASSIFICATION.config_of(checkpoint, loaded)
    config = replace(config, calibration=Calibration(), doubt=None, letters=None)
    (answer,) = CLASSIFICATION.assemble(engine, tokenizer, config).prepare([question])()
    assert isinstance(answer, Classification)
    return answer
