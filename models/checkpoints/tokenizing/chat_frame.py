"""What a chat model's template puts around what somebody says.

A template is a stranger's program. It is run on one message of our own, which a process apart has
tried before (`models.inspection.trial`), and never on what people write: then no text makes it do
what it did not do there.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_MARK = "tokki-7f3a91"


@dataclass(frozen=True, slots=True)
class ChatFrame:
    """The words before a message and behind it; some templates strip its white space."""

    before: str
    behind: str
    is_stripped: bool

    def put(self, text: str) -> str:
        """Return a message in its frame."""
        return f"{self.before}{text.strip() if self.is_stripped else text}{self.behind}"


def chat_frame(tokenizer: "PreTrainedTokenizerBase") -> ChatFrame:
    """Run the template.

    Raises:
        ValueError: the message does not stand once in what it makes, its white space aside.
        Exception: whatever the template raises.
    """
    typed = f" {_MARK} "
    made = tokenizer.apply_chat_template(
        [{"role": "user", "content": typed}], add_generation_prompt=True, tokenize=False
    )
    said = str(made)
    if said.count(_MARK) != 1:
        raise ValueError("the template does not pass the message on")
    is_stripped = typed not in said
    before, behind = said.split(_MARK if is_stripped else typed)
    return ChatFrame(before, behind, is_stripped)
