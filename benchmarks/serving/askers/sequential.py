"""The reference: torch, one message after the other. What it says is what all others should say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from benchmarks.serving.askers import Options
from benchmarks.serving.runs.closed_loop import Answer

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


class Sequential:
    """Asks the network itself, with the temperature that the checkpoint's calibration names."""

    def __init__(self, model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerBase") -> None:
        self._model = model
        self._tokenizer = tokenizer
        calibration = getattr(model.config, "calibration", None) or {}
        self._temperature = float(calibration.get("temperature", 1.0))

    async def ask(self, text: str) -> Answer:
        """Answer one message."""
        import torch  # noqa: PLC0415

        inputs = self._tokenizer(text, truncation=True, max_length=512, return_tensors="pt")
        with torch.inference_mode():
            logits = self._model(**inputs).logits[0].double()
        scores = (logits / self._temperature).softmax(-1).tolist()
        labels: Any = self._model.config.id2label
        named = {labels[place]: score for place, score in enumerate(scores)}
        return Answer(named, tokens=inputs["input_ids"].shape[1])

    def about(self) -> dict[str, object]:
        """Say what answers."""
        return {"engine": "torch"}


@asynccontextmanager
async def opened(options: Options) -> AsyncIterator[Sequential]:
    """Load the checkpoint."""
    import torch  # noqa: PLC0415
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415

    torch.set_num_threads(1)
    model = AutoModelForSequenceClassification.from_pretrained(options.folder).float().eval()
    yield Sequential(model, AutoTokenizer.from_pretrained(options.folder))
