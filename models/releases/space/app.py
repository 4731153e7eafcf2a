"""The page of this Space: `pip install -r requirements.txt && python app.py` opens it."""

from typing import Any

import gradio as gr
from model import FACTS, HERE, Refused
from predict import predict

TEXTS: dict[str, dict[str, str]] = FACTS["texts"]
IS_OF_PAIRS = FACTS["task"] == "sentence-similarity"
MOST_BARS = 30
_say = gr.I18n(**TEXTS)
"""In the language of whoever's browser looks."""


def answer(request: gr.Request, text: str, other: str = "") -> tuple[object, ...]:
    """Ask the model, and answer in the language of the browser."""
    spoken = request.headers.get("accept-language", "").lower()
    words = TEXTS["ko" if spoken.startswith("ko") else "en"]
    try:
        return predict(words, text, other) if IS_OF_PAIRS else predict(words, text)
    except Refused as error:
        raise gr.Error(str(error), print_exception=False) from error


def results() -> list[Any]:
    """Return what shows the answers of this model's task."""
    match FACTS["task"]:
        case "token-classification":
            marked = gr.HighlightedText(label=_say("names"), show_legend=True)
            return [marked, gr.Dataframe(label=_say("names"), type="array")]
        case "sentence-similarity":
            return [gr.Number(label=_say("cosine"))]
    return [gr.Label(label=_say("scores"), num_top_classes=MOST_BARS, show_heading=False)]


def card() -> str:
    """Return the card without what machines read in front of it."""
    return (HERE / "README.md").read_text("utf-8").split("\n---\n", 1)[1]


with gr.Blocks(title=FACTS["name"], analytics_enabled=False) as page:
    gr.Markdown(FACTS["heading"])
    texts = [gr.Textbox(label=_say("text"), lines=3)]
    if IS_OF_PAIRS:
        texts.append(gr.Textbox(label=_say("other"), lines=3))
    ask = gr.Button(_say("ask"), variant="primary")
    said = gr.Textbox(label=_say("answer"), interactive=False)
    shown = results()
    if FACTS["examples"]:
        whole = [" | ".join(row) for row in FACTS["examples"]]
        gr.Examples(FACTS["examples"], texts, label=_say("examples"), example_labels=whole)
    with gr.Accordion(_say("card"), open=False):
        gr.Markdown(card())
    gr.on([ask.click, texts[-1].submit], answer, texts, [said, *shown], api_name="predict")

if __name__ == "__main__":
    page.launch(i18n=_say)
