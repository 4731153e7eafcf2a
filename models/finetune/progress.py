"""How far a training is, told a few times a second at the most."""

import math
import time
from collections.abc import Callable

from models.finetune.checks import TrainingError
from models.finetune.epoch_state import Reached
from models.finetune.network.loop import StepReport
from models.finetune.plan import Phase, TrainingProgress
from models.reasons import Reason

_REPORT_EVERY_S = 0.25
_SMOOTHING = 0.9

Report = Callable[[TrainingProgress], None]


class Progress:
    """What a recipe says of its steps, on its way to whoever watches."""

    def __init__(self, report: Report, steps: int, started: float) -> None:
        self._report = report
        self._started = started
        self._told = -math.inf
        self.steps = steps
        self.before = 0
        """Steps of a run that ended before this one began."""
        self.reached = Reached()

    @property
    def loss(self) -> float:
        """The smoothed loss of the last steps."""
        return self.reached.loss / self.reached.weight

    def take(self, done: StepReport) -> None:
        """Note a finished step. A loss that is no number ends the training."""
        if not math.isfinite(done.loss):
            raise TrainingError(Reason.DIVERGED)
        self.go_on_behind(done.step, done.loss)
        step = self.before + done.step
        if step == self.steps or time.monotonic() - self._told >= _REPORT_EVERY_S:
            self.tell("training", done.elapsed_s / done.taken * (self.steps - step))

    def go_on_behind(self, step: int, loss: float) -> None:
        """Note a step that is done, perhaps by a process that ended, without telling of it."""
        self.reached = Reached(
            step,
            _SMOOTHING * self.reached.loss + (1 - _SMOOTHING) * loss,
            _SMOOTHING * self.reached.weight + (1 - _SMOOTHING),
        )

    def skip(self, steps: int) -> None:
        """Begin another run of steps, behind one of so many."""
        self.before += steps
        self.reached = Reached()

    def advance(self) -> None:
        """Note a step of what has no loss, such as reading some of the texts."""
        self.reached = Reached(self.reached.step + 1, self.reached.loss, self.reached.weight)
        if time.monotonic() - self._told >= _REPORT_EVERY_S:
            self.tell("training")

    def tell(self, phase: Phase, remaining_s: float | None = None) -> None:
        """Report where the training stands."""
        self._told = time.monotonic()
        step = self.before + self.reached.step
        loss = self.loss if self.reached.weight else None
        elapsed_s = self._told - self._started
        self._report(TrainingProgress(phase, step, self.steps, loss, elapsed_s, remaining_s))
