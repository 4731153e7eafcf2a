"""How well a checkpoint labels the held-out examples."""

from collections.abc import Sequence
from pathlib import Path

from models.finetune.checkpoint import TrainableClassifier, load_trained
from models.finetune.loop import predict
from models.finetune.metrics import measure
from models.finetune.plan import Example, Scores

_NONE_OF_THEM = -1


def evaluate(folder: Path, labels: Sequence[str], examples: Sequence[Example]) -> Scores | None:
    """Scores of the classifier in `folder`; None when it knows none of the labels.

    Labels are matched by name, whatever their order there. An answer that is not among `labels`
    is a wrong one. F1 is given for the labels that occur among the examples, and macro-F1 is
    their mean, so that two classifiers on the same examples are averaged over the same labels.
    """
    classifier = load_trained(folder)
    if set(labels).isdisjoint(classifier.labels):
        return None
    truth = [example.label for example in examples]
    answers = _answers(classifier, labels, [example.text for example in examples])
    metrics = measure(truth, answers, labels)
    f1 = {labels[number]: metrics.label_f1[labels[number]] for number in sorted(set(truth))}
    return Scores(metrics.accuracy, sum(f1.values()) / len(f1), f1)


def _answers(
    classifier: TrainableClassifier, labels: Sequence[str], texts: Sequence[str]
) -> list[int]:
    """For each text the number of its likeliest label among `labels`."""
    ours = {label: number for number, label in enumerate(labels)}
    numbers = [ours.get(name, _NONE_OF_THEM) for name in classifier.labels]
    rows = classifier.encode(texts)
    logits = predict(classifier.model, rows, padding=classifier.padding)
    return [numbers[row] for row in logits.argmax(dim=1).tolist()]
