"""The measuring process: ``python -m models.measuring.child``, started by `measurer` beside it.

Standard input brings what is measured and then stays open for as long as the bot lives; standard
output has a line for each classifier; whatever libraries print goes to standard error.
"""

import os
import traceback
from pathlib import Path
from typing import NoReturn

from models.child_process import end_with_parent, read_line, step_back
from models.finetune.plan import Said
from models.measuring.wire import Measurement, decode, encode_said

_STDOUT, _STDERR = 1, 2


def main() -> NoReturn:
    """Measure what standard input asks for."""
    own = os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)
    step_back()
    wanted = decode(read_line())
    end_with_parent()
    with os.fdopen(own, "wb") as answers:
        for folder in wanted.folders:
            answers.write(encode_said(said_of(folder, wanted)))
            answers.flush()
    os._exit(0)  # torch's own way out takes a second that nobody needs


def said_of(folder: Path, wanted: Measurement) -> Said | None:
    """Return what a classifier says of the texts; None where it cannot be asked."""
    try:
        # Only now: this import takes seconds, in which the bot may die or ask to stop.
        from models.finetune.quality.evaluation import answers, p95_ms  # noqa: PLC0415

        found = answers(
            folder, wanted.labels, wanted.examples, is_multi_label=wanted.is_multi_label
        )
        if found is None:
            return None
        (taken_ms,) = p95_ms([folder], [one.text for one in wanted.examples])
        return found.said(taken_ms)
    except Exception:  # the files are anybody's: no list of what they can raise is whole
        traceback.print_exc()
        return None


if __name__ == "__main__":
    main()
