"""What a chat model's template puts around what somebody says.

A template is a stranger's program, and draws by chance or looks at the clock if it likes: what it
did once says nothing of the next time. So it is run once, in a process apart
(`models.inspection.trial`), on a message of our own, and what came of it is used ever after.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.canonical import without_surrogates
from models.checkpoints.files import blaming, broken
from models.reasons import Reason
from models.results import Checkpoint

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_MARK = "tokki-7f3a91"
_LONGEST = 20_000
"""Letters: more leave a message no room among the tokens that are read, and are read each time."""


@dataclass(frozen=True, slots=True)
class ChatFrame:
    """The words before a message and behind it; some templates strip its white space."""

    before: str
    behind: str
    is_stripped: bool

    def put(self, text: str) -> str:
        """Return a message in its frame."""
        return f"{self.before}{text.strip() if self.is_stripped else text}{self.behind}"


def chat_frame(checkpoint: Checkpoint, tokenizer: "PreTrainedTokenizerBase") -> ChatFrame | None:
    """Run the template; None where there is none.

    Raises:
        BrokenCheckpoint: it does not work, what it makes is absurdly long, or the message does not
            stand in that once, its white space aside.
    """
    if not tokenizer.chat_template:
        return None
    typed = f" {_MARK} "
    with blaming(checkpoint, Reason.TEMPLATE_FAILS):
        made = tokenizer.apply_chat_template(
            [{"role": "user", "content": typed}], add_generation_prompt=True, tokenize=False
        )
    said = str(made)
    if len(said) > _LONGEST or said.count(_MARK) != 1:
        raise broken(checkpoint, Reason.TEMPLATE_FAILS)
    is_stripped = typed not in said
    before, behind = without_surrogates(said).split(_MARK if is_stripped else typed)
    return ChatFrame(before, behind, is_stripped)
