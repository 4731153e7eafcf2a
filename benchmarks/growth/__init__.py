"""What a question costs as everything grows: callers, communities, stored questions, examples.

Run `python -m benchmarks.growth`; `--write` also writes docs/figures/growth.md and its picture.

    tokki       Tokki in this process, without a door: its real handlers over a real file
    filling     rows that would take hours to ask for, written by SQLite itself
    callers · communities · questions · examples     the four curves
    points · curves      what is measured
    page        the table and the picture
"""
