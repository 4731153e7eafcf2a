"""What is done with a network's outputs until they are an answer, by a checkpoint's files."""

from models.checkpoints.certainty.calibration import CONFIG_KEY, read_calibration
from models.checkpoints.certainty.letters import LETTERS_FILE
from models.checkpoints.files import folder_of, problem_type_of, read_config
from models.checkpoints.sentence_modules import read_sentence_modules
from models.reports import Postprocessing
from models.results import Checkpoint


def postprocessing(checkpoint: Checkpoint) -> Postprocessing:
    """Read it. Blocks: call it in a thread.

    Raises:
        ModelError: the files cannot be read, or say what nobody knows.
    """
    config = read_config(checkpoint)
    calibration = read_calibration(config.get(CONFIG_KEY))
    modules = read_sentence_modules(checkpoint)
    return Postprocessing(
        problem_type=problem_type_of(config),
        temperature=calibration.temperature,
        has_letters=(folder_of(checkpoint) / LETTERS_FILE).is_file(),
        poolings=modules.poolings,
        has_dense=bool(modules.dense),
        is_normalized=modules.is_normalized,
        is_lower_case=modules.is_lower_case,
        most_tokens=modules.most_tokens,
        aggregation=calibration.aggregation,
        unsure_below=calibration.unsure_below,
        likely_from=calibration.likely_from,
        is_for_comparing=modules.is_written,
    )
