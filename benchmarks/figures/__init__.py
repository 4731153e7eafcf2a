"""Every figure anew, in one go, and their index in docs/figures.

Run `python -m benchmarks.figures`, or `make figures`; `--only` measures some, `--index` none.
"""
