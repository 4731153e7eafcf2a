"""Files of rows from outside, read one row after another. Pure: bytes in, rows out.

A file is refused with a `UserError` that names the line; a row that cannot be read comes as a
`BadRow` with a reason, and everything else goes on. Nothing is held but what is looked at.
"""
