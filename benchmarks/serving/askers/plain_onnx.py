"""ONNX Runtime as people write it: torch.onnx, a session, padded batches of whoever waits."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.serving.askers import Options
from benchmarks.serving.runs.closed_loop import Answer

_AT_ONCE = 32
_INPUTS = ("input_ids", "attention_mask")

Waiting = tuple[str, "asyncio.Future[Answer]"]


class PlainOnnx:
    """Gathers who waits while a batch runs, and runs the next in a thread."""

    def __init__(self, session: Any, tokenizer: Any, labels: Sequence[str]) -> None:  # noqa: ANN401
        self._session = session
        self._tokenizer = tokenizer
        self._labels = labels
        self._waiting: asyncio.Queue[Waiting] = asyncio.Queue()

    async def ask(self, text: str) -> Answer:
        """Answer one message."""
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((text, told))
        return await told

    async def work(self) -> None:
        """Answer batch after batch."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < _AT_ONCE and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            texts = [text for text, _ in batch]
            answers = await asyncio.to_thread(self._run, texts)
            for (_, told), answer in zip(batch, answers, strict=True):
                told.set_result(answer)

    def _run(self, texts: Sequence[str]) -> list[Answer]:
        import numpy as np  # noqa: PLC0415

        inputs = self._tokenizer(
            texts, padding=True, truncation=True, max_length=512, return_tensors="np"
        )
        given = {name: inputs[name].astype(np.int64) for name in _INPUTS}
        (logits,) = self._session.run(None, given)
        powers = np.exp(logits - logits.max(-1, keepdims=True))
        scores = (powers / powers.sum(-1, keepdims=True)).tolist()
        return [Answer(dict(zip(self._labels, one, strict=True))) for one in scores]

    def about(self) -> dict[str, object]:
        """Say what answers."""
        import onnxruntime  # noqa: PLC0415

        return {"engine": f"onnxruntime {onnxruntime.__version__}, float32"}


@asynccontextmanager
async def opened(options: Options) -> AsyncIterator[PlainOnnx]:
    """Export the checkpoint as tutorials do, and open a session with its defaults."""
    import onnxruntime  # noqa: PLC0415
    from transformers import AutoConfig, AutoTokenizer  # noqa: PLC0415

    network = Path(options.exports) / f"{options.name}.onnx"
    if not network.exists():
        await asyncio.to_thread(_export, options.folder, network)
    labels = AutoConfig.from_pretrained(options.folder).id2label
    asker = PlainOnnx(
        onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"]),
        AutoTokenizer.from_pretrained(options.folder),
        [labels[place] for place in range(len(labels))],
    )
    working = asyncio.create_task(asker.work())
    try:
        yield asker
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


def _export(folder: str, network: Path) -> None:
    import torch  # noqa: PLC0415
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415

    model = AutoModelForSequenceClassification.from_pretrained(folder).float().eval()
    model.config.return_dict = False
    example = AutoTokenizer.from_pretrained(folder)(["hello there", "hi"], padding=True)
    network.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model,
        tuple(torch.tensor(example[name]) for name in _INPUTS),
        str(network),
        input_names=list(_INPUTS),
        output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in _INPUTS},
        dynamo=False,
    )
