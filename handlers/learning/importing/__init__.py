"""A file of texts and labels of outside, row by row into a dataset. Pure: bytes in, rows out.

A file is refused with a `UserError` that names the line; a row that cannot be used is left out with
a `Reason`, and everything else goes on. Nothing is held but the rows that are looked at.
"""
