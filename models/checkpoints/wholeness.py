"""Whether the files of a checkpoint are all there and none is cut short, told without loading it.

What stands within the weights is not looked at: nobody has kept what it was.
"""

from models.checkpoints.files import broken, folder_of, read_config, read_json
from models.checkpoints.folder_contents import TOKENIZER_FILE, has_tokenizer
from models.checkpoints.weights_header import read_weights
from models.reasons import Reason
from models.results import Checkpoint


def require_whole(checkpoint: Checkpoint) -> None:
    """Refuse a folder without a config, weights or a tokenizer, or with half of one of them.

    Raises:
        ModelError: with what is wrong.
    """
    folder = folder_of(checkpoint)
    read_config(checkpoint)
    read_weights(checkpoint)
    if not has_tokenizer(folder):
        raise broken(checkpoint, Reason.TOKENIZER_MISSING)
    if (path := folder / TOKENIZER_FILE).is_file():
        read_json(checkpoint, path)
