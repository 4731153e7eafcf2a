"""`trainer`: transformers' own Trainer, as courses use it.

It evaluates after each epoch on a tenth of the train side, which it does not learn from, and saves
a checkpoint there, from which a training that was broken off goes on. Its import takes seconds.
"""

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset
from transformers import (
    EvalPrediction,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from models.finetune.kept_files import CHECKPOINTS, TRAINER, last_checkpoint
from models.finetune.network.checkpoint import TrainableClassifier, save
from models.finetune.network.loop import LoopSettings, StepReport
from models.finetune.network.targets import losses, sets
from models.finetune.network.words import take_over_words
from models.finetune.plan import Epoch, Example, Scores
from models.finetune.progress import Progress
from models.finetune.quality.calibrating import Judged
from models.finetune.quality.metrics import Metrics, measure
from models.finetune.quality.reading import settle
from models.finetune.quality.set_answers import SetAnswers
from models.finetune.recipes.loop import judged
from models.finetune.recipes.parts import without_part
from models.finetune.recipes.recipe import Made, Work
from models.finetune.recipes.settings import begin_tuned, facts_of, settings_of
from models.tasks.tokens.encoding import Encoded

Row = tuple[Encoded, list[float], float]
"""A text, which labels hold as 0.0 and 1.0, and its weight."""


def trainer(work: Work) -> Made:
    """Train all of the base.

    Raises:
        TrainingError: the base cannot be read, or the loss is no number any more.
    """
    plan = work.plan
    classifier, head = begin_tuned(plan)
    settings = settings_of(plan, classifier)
    learned, measured = without_part(plan)
    told = _Telling(work.progress)
    running = _trainer(work, classifier, settings, learned, measured, told)
    running.train(resume_from_checkpoint=_begun(work.kept / TRAINER))
    work.progress.tell("evaluating")
    calibration = settle(classifier, judged(classifier, measured)) if measured else None
    save(classifier, plan.base, work.folder)
    texts = [example.text for example in (*plan.train, *plan.held_out)]
    take_over_words(classifier, plan.base, work.folder, texts)
    return Made(
        origin=head,
        final_loss=work.progress.loss,
        facts=facts_of(plan, settings),
        base=plan.bases[0],
        calibration=calibration,
        epochs=_epochs(running.state.log_history),
    )


class _Rows(Dataset[Row]):
    """Texts as the network sees them."""

    def __init__(self, classifier: TrainableClassifier, examples: Sequence[Example]) -> None:
        encoded = classifier.encode([example.text for example in examples])
        mean = sum(example.weight for example in examples) / len(examples)
        truth = sets(examples, len(classifier.labels)).tolist()
        weights = [example.weight / mean for example in examples]
        self._rows = list(zip(encoded, truth, weights, strict=True))

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: int) -> Row:
        return self._rows[place]


class _Telling(TrainerCallback):
    """Passes on what Trainer logs of its steps."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started = time.monotonic()
        self._begun = 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Begin, perhaps behind what was kept, which may have been all."""
        self._begun = state.global_step
        for line in state.log_history:
            if "loss" in line:
                self._progress.go_on_behind(int(line["step"]), float(line["loss"]))

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, float] | None = None,
        **_: object,
    ) -> None:
        """Take each step's loss."""
        if logs and "loss" in logs:
            taken = state.global_step - self._begun
            elapsed_s = time.monotonic() - self._started
            self._progress.take(
                StepReport(state.global_step, float(logs["loss"]), elapsed_s, taken)
            )


def _trainer(
    work: Work,
    classifier: TrainableClassifier,
    settings: LoopSettings,
    learned: Sequence[Example],
    measured: Sequence[Example],
    told: TrainerCallback,
) -> Trainer:
    has_evaluation = bool(measured)
    arguments = TrainingArguments(
        output_dir=str(work.kept / TRAINER),
        num_train_epochs=work.plan.epochs,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=64,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        warmup_steps=int(work.progress.steps * settings.warmup_share),
        eval_strategy="epoch" if has_evaluation else "no",
        save_strategy="epoch",
        save_total_limit=1,
        logging_steps=1,
        logging_nan_inf_filter=False,
        seed=work.plan.seed,
        use_cpu=True,
        dataloader_pin_memory=False,
        remove_unused_columns=False,
        report_to="none",
        disable_tqdm=True,
    )
    running = Trainer(
        model=classifier.model,
        args=arguments,
        data_collator=_Collator(classifier),
        train_dataset=_Rows(classifier, learned),
        eval_dataset=_Rows(classifier, measured) if has_evaluation else None,
        compute_loss_func=_Loss(is_multi_label=work.plan.is_multi_label),
        compute_metrics=_Metrics(classifier.labels, is_multi_label=work.plan.is_multi_label),
        callbacks=[told],
    )
    running.remove_callback(PrinterCallback)
    return running


class _Collator:
    """Pads a batch as it is padded when the network answers."""

    def __init__(self, classifier: TrainableClassifier) -> None:
        self._padding = classifier.padding

    def __call__(self, rows: Sequence[Row]) -> dict[str, Tensor]:
        batch = self._padding.batch([row for row, _, _ in rows])
        inputs = {name: torch.from_numpy(array) for name, array in batch.items()}
        labels = torch.tensor([[*truth, weight] for _, truth, weight in rows], dtype=torch.float64)
        return inputs | {"labels": labels}


class _Loss:
    """Cross-entropy, of what holds or of each decision; each row counts as its weight says."""

    def __init__(self, *, is_multi_label: bool) -> None:
        self._is_multi_label = is_multi_label

    def __call__(self, outputs: Any, labels: Tensor, **_: object) -> Tensor:  # noqa: ANN401 - as Trainer has it
        truth = labels[:, :-1].float()
        targets = truth if self._is_multi_label else truth.argmax(dim=1)
        return (losses(outputs["logits"], targets) * labels[:, -1].float()).mean()


class _Metrics:
    """What Trainer tells of an evaluation beside the loss."""

    def __init__(self, labels: Sequence[str], *, is_multi_label: bool) -> None:
        self._labels = tuple(labels)
        self._is_multi_label = is_multi_label

    def __call__(self, said: EvalPrediction) -> dict[str, float]:
        logits, truth = np.asarray(said.predictions), np.asarray(said.label_ids)[:, :-1]
        found = (
            self._of_sets(logits, truth) if self._is_multi_label else self._of_one(logits, truth)
        )
        return {"accuracy": found.accuracy, "macro_f1": found.macro_f1}

    def _of_one(self, logits: NDArray[Any], truth: NDArray[Any]) -> Metrics:
        right, answers = (each.argmax(axis=1).tolist() for each in (truth, logits))
        return measure(right, answers, self._labels)

    def _of_sets(self, logits: NDArray[Any], truth: NDArray[Any]) -> Scores:
        said, held = map(torch.from_numpy, (logits, truth))
        return SetAnswers.of(Judged(said, held, is_multi_label=True), self._labels).scores()


def _begun(folder: Path) -> str | None:
    """Return the last whole checkpoint of a training that was broken off; what is half is gone."""
    found = last_checkpoint(folder)
    for other in set(folder.glob(CHECKPOINTS)) - {found}:
        shutil.rmtree(other)
    return None if found is None else str(found)


def _epochs(history: Sequence[Mapping[str, float]]) -> tuple[Epoch, ...]:
    """Return what the log says of each epoch; nothing where there was no evaluation."""
    found: list[Epoch] = []
    losses: list[float] = []
    for line in history:
        if "loss" in line:
            losses.append(line["loss"])
        elif "eval_loss" in line:
            mean = sum(losses) / len(losses)
            found.append(Epoch(mean, line["eval_loss"], line["eval_accuracy"]))
            losses.clear()
    return tuple(found)
