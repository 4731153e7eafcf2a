"""What bounds the goals that were missed: by page, what a row has in its name, and why."""

_BODY = (
    "the body: 4 layers of 256, 14 MB, pre-trained in two runs of an hour each on at most four "
    "threads (its card)"
)
_PRODUCTS = "four fifths are products, and they run at ONNX Runtime's best rate (remarks)"
_IMPORTS = "imports of Python, numpy, pydantic and ONNX Runtime (remarks, ADR 32)"
_SOME_FLOAT = (
    "trained weights need some products in float32; tokenizing and the loop stay (remarks)"
)
BOUNDS = {
    "labelling": {
        "rows imported": "nearly all of it is the processor's; as long as the goal, within noise",
        "labels saved": "a quarter is drawn at random, to test on; other orders save less",
    },
    "recipes": {
        "1,000 headlines": "three votes leave a quarter of the texts undecided",
        "Snips": "little is left above 98, and no score reaches a goal above 100",
        "macro-F1": _BODY,
    },
    "avx2": {
        "float32": _PRODUCTS,
        "one caller": "one text has no others to be packed with",
        "first answer": _IMPORTS,
    },
    "avx512-vnni": {
        "one caller": "one text has no others to be packed with",
        "fp32": _PRODUCTS,
        "fastest": _SOME_FLOAT,
        "p95": _SOME_FLOAT,
        "limit": "the limit is of products; attention and normalisation stay in float32 (remarks)",
        "probability": "the gate's texts are nobody's domain; 99.6 % of the labels are kept",
        "speed to float32": _SOME_FLOAT,
        "first answer": _IMPORTS,
    },
}
"""The first that fits is taken. The remarks are at the end of the page."""
