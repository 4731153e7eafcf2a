"""Show me the code: the lines of plain transformers that give an answer, ready to paste.

Each file has the code of one thing that can be asked: a template that reads like the code that it
becomes. A line `# @step` becomes a comment in the reader's language.
"""
