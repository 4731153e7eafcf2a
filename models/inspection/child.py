"""The reading process: ``python -m models.inspection.child``, started by `process`.

Standard input brings one order after another; when it ends, so does this process. Standard output
takes two lines for each: that the reading begins, and what came of it.
"""

import gc
import os
from dataclasses import asdict
from typing import IO

from models.checkpoints.card import read_card
from models.checkpoints.files import folder_of
from models.checkpoints.folder_contents import has_weights
from models.checkpoints.weights_header import read_weights
from models.child_process import read_line, step_back
from models.describing.overview import overview
from models.inspection.allowance import Allowance, enforce, relax
from models.inspection.order import Found, Look, Order, found_form, order_form
from models.runtime import prepare

_STDOUT, _STDERR = 1, 2


def main() -> None:
    """Carry out orders until there are no more."""
    step_back()
    told = os.fdopen(os.dup(_STDOUT), "wb", buffering=0)
    os.dup2(_STDERR, _STDOUT)  # libraries may print what they like
    while True:
        _carry_out(*order_form().validate_json(read_line()), told)


def _carry_out(order: Order, allowance: Allowance, told: IO[bytes]) -> None:
    if order.is_heavy:
        prepare()
    told.write(b"\n")
    enforce(allowance)
    found = look(order)
    relax()
    told.write(found_form().dump_json(found) + b"\n")
    gc.collect()


def look(order: Order) -> Found:
    """Read what is to be read; whatever is raised is told."""
    try:
        return Found(_look(order))
    except BaseException as error:  # panics of Rust are no Exceptions
        return Found.failure(error)


def _look(order: Order) -> object:
    checkpoint = order.checkpoint
    match order.look:
        case Look.CARD:
            return asdict(read_card(folder_of(checkpoint)))
        case Look.DESCRIPTION:
            if has_weights(folder_of(checkpoint)):
                read_weights(checkpoint)
            return asdict(read_card(folder_of(checkpoint)))
        case Look.OVERVIEW:
            return asdict(overview(checkpoint))
        case Look.USE:
            # Only what needs transformers may wait for it.
            from models.inspection.trial import try_use  # noqa: PLC0415

            assert order.task is not None
            return asdict(try_use(checkpoint, order.task))


if __name__ == "__main__":
    main()
