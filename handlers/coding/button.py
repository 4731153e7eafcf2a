"""The button under an answer that shows its code; its id names the question."""

from handlers.texts import say
from handlers.types import Button, Language


def code_button(
    query_number: int | None, language: Language, last: int | None = None
) -> tuple[Button, ...]:
    """Return it, or none under what was not kept.

    Args:
        query_number: the number of the question, or of the first of a batch.
        language: of the one who reads.
        last: the number of the last of a batch.
    """
    if query_number is None:
        return ()
    numbers = f"{query_number}" if last is None else f"{query_number}-{last}"
    return (Button(f"code:{numbers}", say(language, "code.show")),)


def script_button(job_id: int, language: Language) -> Button:
    """Return the button under a training that is done."""
    return Button(f"code:job:{job_id}", say(language, "code.show"))


def dataset_code_button(dataset_id: int, language: Language) -> Button:
    """Return the button under a dataset's files."""
    return Button(f"code:dataset:{dataset_id}", say(language, "code.load"))
