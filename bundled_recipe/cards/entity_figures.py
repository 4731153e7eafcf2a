"""What `entities` is measured on: exact spans of several sets."""

from pathlib import Path

import torch
from transformers import BertForTokenClassification

from bundled_recipe.body.vocabulary import load_tokenizer
from bundled_recipe.cards.results import Result
from bundled_recipe.entities.sentences import TESTS, read_sentences
from bundled_recipe.entities.stage import Asked
from models.checkpoints.certainty.calibration import CONFIG_KEY, read_calibration


def measure_entities(data: Path, out: Path) -> dict[str, Result]:
    """F1 of the kinds that each set marks, and the calibration error of the spans found."""
    folder = out / "entities"
    tokenizer = load_tokenizer(folder)
    model = BertForTokenClassification.from_pretrained(
        folder, dtype=torch.float32, use_safetensors=True
    )
    temperature = read_calibration(getattr(model.config, CONFIG_KEY, None)).temperature
    found: dict[str, Result] = {}
    for one in TESTS:
        sentences = read_sentences(data, one, "test")
        figures = Asked.about(model, tokenizer, one, sentences).figures(temperature)
        found[one.name] = Result(
            figures["f1"]["all"], figures["spans"], figures["calibration_error"]
        )
    return found
